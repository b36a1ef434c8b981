"""The node's front panel: every device with its health, and on the twins what a hand could do to them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, runtime_checkable

from contract.events import SlipPrinted, TicketCalled, TicketRecalled
from contract.messages import DeviceReport
from edge.config import Settings
from edge.devices.ports import Device
from edge.devices.twins.board import TwinBoard
from edge.devices.twins.escpos_paper import Sheet
from edge.devices.twins.keys import TwinKeys
from edge.devices.twins.printer import TwinPrinter
from edge.devices.twins.voice import TwinVoice
from edge.engine import Batch
from edge.errors import Unknown
from edge.hall.numbering import number_of
from edge.keypress import Turned
from edge.sync.uplink import Uplink
from edge.web.panel import LinkStatus, PanelBoard, PanelDevice, PanelKey, PanelRefusal, PanelSlip, Switch, VoiceLine


@runtime_checkable
class Switched(Protocol):
    """A twin with switches of its own."""

    def switches(self) -> dict[str, bool]: ...

    def toggle(self, what: str, on: bool) -> None:
        """Raises KeyError."""


class FrontPanel:
    """Stands under `edge.web.panel.Panel`. `reports`: the devices' health with the time it began."""

    def __init__(
        self,
        settings: Settings,
        devices: Iterable[Device],
        reports: Callable[[], list[DeviceReport]],
        uplink: Uplink | None,
    ) -> None:
        self._devices = {device.id: device for device in devices}
        self._reports, self._uplink = reports, uplink
        self._binds: Mapping[str, Mapping[str, str]] = {keys.id: keys.bind for keys in settings.keys}
        self._shows = {board.id: board.shows for board in settings.boards}
        self._words: dict[str, str] = {}
        self._refused: dict[str, PanelRefusal] = {}
        self._numbers: dict[str, str] = {}

    # --- last words ----------------------------------------------------------

    def told(self, batch: Batch) -> None:
        """Made to be given to `Engine.subscribe`."""
        for record in batch.recorded:
            match record.event:
                case TicketCalled(number=number, counter=counter) | TicketRecalled(number=number, counter=counter):
                    self._say("voice", f"{number} → {counter}")
                case SlipPrinted(ticket=ticket):
                    self._say("printer", number_of(ticket))
                    self._name_newest(number_of(ticket))

    def _name_newest(self, number: str) -> None:
        """Slips are printed one at a time, so the newest one is the one just confirmed."""
        sheets = self._sheets()
        newest = max(sheets, key=lambda each: each[1].at, default=None)
        if newest is not None:
            kept = {id_: self._numbers[id_] for id_, _ in sheets if id_ in self._numbers}
            self._numbers = kept | {newest[0]: number}

    def turned_down(self, turned: Turned) -> None:
        """Made to be given to `Keypress`."""
        earlier = self._refused.get(turned.device)
        nth = earlier.nth + 1 if earlier else 1
        self._refused[turned.device] = PanelRefusal(turned.key, turned.error.code, turned.error.detail, nth)
        self._words[turned.device] = f"{turned.key}: {turned.error.detail}"

    def _say(self, kind: str, words: str) -> None:
        for device in self._devices.values():
            if device.kind == kind:
                self._words[device.id] = words

    # --- what the page asks --------------------------------------------------

    def keys(self) -> list[PanelKey]:
        return [
            PanelKey(device, key, action, key)
            for device, binds in self._binds.items()
            if isinstance(self._devices[device], TwinKeys)
            for key, action in binds.items()
        ]

    def press(self, device: str, key: str) -> None:
        """A press that bounces a little, as contacts do."""
        keys = self._devices.get(device)
        if not isinstance(keys, TwinKeys):
            raise Unknown(f"{device} is not a twin with keys; press the real one", "device")
        keys.bounce(key, 2)

    def devices(self) -> list[PanelDevice]:
        return [self._shown(report) for report in self._reports() if report.id in self._devices]

    def _shown(self, report: DeviceReport) -> PanelDevice:
        device = self._devices[report.id]
        twin = isinstance(device, TwinKeys | TwinBoard | TwinPrinter | TwinVoice)
        switches = device.switches() if isinstance(device, Switched) else {}
        return PanelDevice(
            report.id,
            report.kind,
            report.health,
            report.since,
            device.health().cause or self._words.get(report.id, ""),
            twin,
            tuple(Switch(what, on) for what, on in switches.items()),
            self._refused.get(report.id),
        )

    def slips(self) -> list[PanelSlip]:
        found = sorted(self._sheets(), key=lambda each: each[1].at, reverse=True)
        return [PanelSlip(id_, self._numbers.get(id_, ""), sheet.at) for id_, sheet in found]

    def _sheets(self) -> list[tuple[str, Sheet]]:
        """What lies in the twins' trays, each with the id the page knows it by."""
        printers = [printer for printer in self._devices.values() if isinstance(printer, TwinPrinter)]
        return [(f"{printer.id}.{sheet.id}", sheet) for printer in printers for sheet in printer.slips()]

    def slip_png(self, slip: str) -> bytes:
        name, _, sheet = slip.rpartition(".")
        printer = self._devices.get(name)
        if isinstance(printer, TwinPrinter) and sheet.isdecimal():
            try:
                return printer.png(int(sheet))
            except KeyError:
                pass
        raise Unknown(f"The slip {slip} is not kept any more.", "slip")

    def boards(self) -> list[PanelBoard]:
        return [
            PanelBoard(board.id, self._shows[board.id], board.width, board.height)
            for board in self._devices.values()
            if isinstance(board, TwinBoard)
        ]

    def board_bits(self, board: str) -> bytes:
        twin = self._devices.get(board)
        if not isinstance(twin, TwinBoard):
            raise Unknown(f"{board} is not a twin board; look at the real one", "board")
        return twin.lamps().tobytes()

    def voice_lines(self) -> list[VoiceLine]:
        voices = [voice for voice in self._devices.values() if isinstance(voice, TwinVoice)]
        lines = [VoiceLine(said.at, said.language, said.text) for voice in voices for said in voice.lines()]
        return sorted(lines, key=lambda line: line.at, reverse=True)

    def toggle(self, device: str, what: str, on: bool) -> None:
        twin = self._devices.get(device)
        if not isinstance(twin, Switched):
            raise Unknown(f"{device} is not a twin with switches", "device")
        try:
            twin.toggle(what, on)
        except KeyError:
            raise Unknown(f"{device} has no switch {what!r}; it has {', '.join(twin.switches())}", "what") from None

    def uplink(self, on: bool) -> None:
        if self._uplink is None:
            raise Unknown("This hall works alone: its file has no [centre].", "uplink")
        if on:
            self._uplink.link.restore()
        else:
            self._uplink.link.cut()

    def link_status(self) -> LinkStatus:
        if self._uplink is None:
            return LinkStatus(False, False, False, 0, 0)
        status = self._uplink.status
        return LinkStatus(True, status.online, status.cut, status.backlog, status.since, status.words)
