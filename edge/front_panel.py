"""The node's front panel: every device with its health, and on the twins what a hand could do to them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, runtime_checkable

from contract.events import SlipPrinted, TicketCalled, TicketRecalled
from contract.messages import DeviceReport
from edge import config
from edge.config import Settings
from edge.devices.ports import Device
from edge.devices.twins.board import TwinBoard
from edge.devices.twins.escpos_paper import Sheet
from edge.devices.twins.keys import TwinKeys
from edge.devices.twins.printer import TwinPrinter
from edge.devices.twins.reader import TwinReader
from edge.devices.twins.voice import TwinVoice
from edge.errors import Unknown
from edge.hall.numbering import number_of
from edge.keypress import Turned
from edge.line_news import Batch
from edge.sync.uplink import Uplink
from edge.web.panel import (
    LinkStatus,
    PanelBoard,
    PanelCard,
    PanelDevice,
    PanelKey,
    PanelReader,
    PanelRefusal,
    PanelSlip,
    Switch,
    VoiceLine,
)

STICK = "stick"


@runtime_checkable
class Switched(Protocol):
    """A twin with switches of its own."""

    def switches(self) -> dict[str, bool]: ...

    def toggle(self, what: str, on: bool) -> None:
        """Raises KeyError."""


class FrontPanel:
    """Stands under `edge.web.panel.Panel`. `reports`: the devices' health with the time it began; `reader_words`:
    what a reader read or complained of last, by its id (`Readings.words`)."""

    def __init__(
        self,
        settings: Settings,
        devices: Iterable[Device],
        reports: Callable[[], list[DeviceReport]],
        uplink: Uplink | None,
        reader_words: Callable[[str], str] = lambda reader: "",
    ) -> None:
        self._devices = {device.id: device for device in devices}
        self._reports, self._uplink, self._reader_words = reports, uplink, reader_words
        self._binds: Mapping[str, Mapping[str, str]] = {keys.id: keys.bind for keys in settings.keys}
        self._views = {board.id: _views(board) for board in settings.boards}
        self._places = {reader.id: reader.at for reader in settings.readers}
        self._sticky: set[str] = set()
        self._stuck: dict[str, set[str]] = {}
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
        """A press that bounces a little, as contacts do; where keys stick, one that stays down."""
        keys = self._devices.get(device)
        if not isinstance(keys, TwinKeys):
            raise Unknown(f"{device} is not a twin with keys; press the real one", "device")
        if device in self._sticky:
            keys.stick(key)
            self._stuck.setdefault(device, set()).add(key)
        else:
            keys.bounce(key, 2)

    def devices(self) -> list[PanelDevice]:
        return [self._shown(report) for report in self._reports() if report.id in self._devices]

    def _shown(self, report: DeviceReport) -> PanelDevice:
        device = self._devices[report.id]
        twin = isinstance(device, TwinKeys | TwinBoard | TwinPrinter | TwinVoice | TwinReader)
        switches = self._switches(device)
        return PanelDevice(
            report.id,
            report.kind,
            report.health,
            report.since,
            device.health().cause or self._words.get(report.id, "") or self._reader_words(report.id),
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
        """Each view of a chain is a board of its own, called `<board>.<n>`."""
        return [PanelBoard(id_, view.shows, view.width, view.height) for id_, (_, view) in self._lamps_of().items()]

    def board_bits(self, board: str) -> bytes:
        found = self._lamps_of().get(board)
        if found is None:
            raise Unknown(f"{board} is not a twin board; look at the real one", "board")
        twin, view = found
        return twin.lamps().crop((view.x, view.y, view.x + view.width, view.y + view.height)).tobytes()

    def _lamps_of(self) -> dict[str, tuple[TwinBoard, config.View]]:
        twins = [board for board in self._devices.values() if isinstance(board, TwinBoard)]
        return {id_: (twin, view) for twin in twins for id_, view in self._views[twin.id].items()}

    def voice_lines(self) -> list[VoiceLine]:
        voices = [voice for voice in self._devices.values() if isinstance(voice, TwinVoice)]
        lines = [VoiceLine(said.at, said.language, said.text) for voice in voices for said in voice.lines()]
        return sorted(lines, key=lambda line: line.at, reverse=True)

    # --- readers and switches --------------------------------------------------

    def readers(self) -> list[PanelReader]:
        twins = [reader for reader in self._devices.values() if isinstance(reader, TwinReader)]
        return [
            PanelReader(
                twin.id,
                self._places.get(twin.id, ""),
                tuple(PanelCard(name, words) for name, words in twin.cards()),
                twin.lying,
            )
            for twin in twins
        ]

    def lay(self, reader: str, card: str) -> None:
        self._reader(reader).lay(card)

    def pull(self, reader: str) -> None:
        self._reader(reader).pull()

    def scan(self, reader: str, text: str) -> None:
        self._reader(reader).scan(text)

    def _reader(self, reader: str) -> TwinReader:
        twin = self._devices.get(reader)
        if not isinstance(twin, TwinReader):
            raise Unknown(f"{reader} is not a twin of a reader; use the real one", "reader")
        return twin

    def _switches(self, device: Device) -> dict[str, bool]:
        own = device.switches() if isinstance(device, Switched) else {}
        return own | {STICK: device.id in self._sticky} if isinstance(device, TwinKeys) else own

    def toggle(self, device: str, what: str, on: bool) -> None:
        twin = self._devices.get(device)
        if what == STICK and isinstance(twin, TwinKeys):
            self._stick(twin, on)
            return
        if not isinstance(twin, Switched):
            raise Unknown(f"{device} is not a twin with switches", "device")
        try:
            twin.toggle(what, on)
        except KeyError:
            raise Unknown(f"{device} has no switch {what!r}; it has {', '.join(twin.switches())}", "what") from None

    def _stick(self, keys: TwinKeys, on: bool) -> None:
        """On: the next key pressed stays down. Off: they come up again."""
        if on:
            self._sticky.add(keys.id)
            return
        self._sticky.discard(keys.id)
        for key in self._stuck.pop(keys.id, set()):
            keys.release(key)

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


def _views(board: config.BoardShape) -> dict[str, config.View]:
    """What each part of a chain shows, by the name the panel gives it; a plain board is its own only part."""
    if not board.views:
        return {board.id: config.View(shows=board.shows, width=board.width, height=board.height)}
    return {f"{board.id}.{nth}": view for nth, view in enumerate(board.views, 1)}
