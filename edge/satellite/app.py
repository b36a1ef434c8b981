"""The composition root of a satellite: makes its devices, runs until it is told to stop."""

import signal
import threading
from collections.abc import Callable

from edge.devices.ports import Board, Device, Keys
from edge.devices.twins.board import TwinBoard
from edge.devices.twins.keys import TwinKeys
from edge.drivers import driver
from edge.identity import version
from edge.satellite.settings import SatelliteSettings
from edge.satellite.station import Station
from edge.watchdog import Watchdog


class Fittings:
    """The devices of a satellite, made and not yet opened. `simulated`: the twins, whatever the file says."""

    def __init__(self, settings: SatelliteSettings, *, simulated: bool = False) -> None:
        """Raises ConfigError for a key that is none."""
        self.keys: list[Keys] = [(TwinKeys if simulated else driver)(section) for section in settings.keys]
        self.boards: list[Board] = [(TwinBoard if simulated else driver)(section) for section in settings.boards]

    @property
    def all(self) -> list[Device]:
        return [*self.keys, *self.boards]


def serve(settings: SatelliteSettings, *, simulated: bool, opened: Callable[[Station], None]) -> None:
    """Runs a satellite until SIGTERM or SIGINT; `opened` is told once it is open. Raises HallkeeperError."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    fittings = Fittings(settings, simulated=simulated)
    station = Station(settings, fittings.keys, fittings.boards, version())
    station.open()
    watchdog = Watchdog(lambda: station.alive)
    try:
        watchdog.start()
        opened(station)
        ended.wait()
    finally:
        watchdog.stop()
        station.close()
