"""Every device of a hall, made from its section of the configuration."""

from typing import Any

from edge import config
from edge.devices.ports import Board, CardReader, Device, Keys, Voice
from edge.devices.twins.board import TwinBoard
from edge.devices.twins.keys import TwinKeys
from edge.devices.twins.printer import TwinPrinter
from edge.devices.twins.reader import TwinReader
from edge.devices.twins.voice import TwinVoice
from edge.drivers import driver
from edge.printing.slips import ShapedPrinter
from edge.satellite.hub import SatelliteHub


class Equipment:
    """Made and not yet opened. `simulated`: the twins, whatever the file says; then no satellite is awaited."""

    def __init__(self, settings: config.Settings, *, simulated: bool) -> None:
        self._simulated = simulated
        node = settings.node
        self.hub = SatelliteHub(() if simulated else settings.satellites, node.satellite_host, node.satellite_port)
        self.keys: list[Keys] = [self._made(TwinKeys, each) for each in settings.keys]
        self.boards: list[Board] = [self._made(TwinBoard, each) for each in settings.boards]
        self.printers: list[ShapedPrinter] = [self._made(TwinPrinter, each) for each in settings.printers]
        self.voices: list[Voice] = [self._made(TwinVoice, each) for each in settings.voices]
        self.readers: list[CardReader] = [self._made(TwinReader, each) for each in settings.readers]

    @property
    def all(self) -> list[Device]:
        """A satellite before what stands at it: its own fault is told first."""
        return [*self.hub.links, *self.keys, *self.boards, *self.printers, *self.voices, *self.readers]

    def _made(self, twin: type, section: Any) -> Any:
        if self._simulated:
            return twin(section)
        if isinstance(section, config.RemoteKeys | config.RemoteBoard):
            return driver(section, self.hub)
        return driver(section)
