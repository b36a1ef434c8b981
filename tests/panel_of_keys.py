"""The front panel behind pages in a browser: stands under `edge.web.panel.Panel`, over a real line."""

from dataclasses import dataclass, field

from edge.engine import Engine
from edge.hall.commands import IssueTicket
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

NOON = 1_790_049_600_000 + 4 * 3_600_000
"""2026-09-22, four hours after noon in Shanghai."""


@dataclass
class PanelOfKeys:
    """One ticket button, a call key, a board with two lamps lit, a printer, an uplink; `cards`: what can be laid on its
    reader, which is there for them only."""

    line: Engine
    service: str
    """The button's."""
    more_keys: tuple[PanelKey, ...] = ()
    cards: tuple[PanelCard, ...] = ()
    paper_out: bool = False
    cut: bool = False
    cause: str = "paper is out"
    spoken: list[VoiceLine] = field(default_factory=list)
    refused: PanelRefusal | None = None
    lies: str | None = None
    scanned: list[str] = field(default_factory=list)

    def keys(self) -> list[PanelKey]:
        return [
            PanelKey("buttons", "b1", f"ticket:{self.service}", self.service),
            PanelKey("buttons", "n1", "counter:1:next", "next"),
            *self.more_keys,
        ]

    def press(self, device: str, key: str) -> None:
        if key == "n1":  # nobody is logged in: turned down
            nth = self.refused.nth + 1 if self.refused else 1
            self.refused = PanelRefusal("n1", "counter_closed", "Nobody is logged in at counter 1.", nth)
            return
        self.line.submit(IssueTicket(self.service, f"ABCDEFGHIJK{self.line.view.seq:04d}", "keys")).result(60)

    def devices(self) -> list[PanelDevice]:
        health, words = ("failed", self.cause) if self.paper_out else ("ok", "")
        switches = (Switch("paper_out", self.paper_out),)
        said = f"n1: {self.refused.detail}" if self.refused else ""
        return [
            PanelDevice("printer", "printer", health, NOON, words, True, switches),  # type: ignore[arg-type]
            PanelDevice("buttons", "keys", "ok", NOON, said, True, refused=self.refused),
        ]

    def slips(self) -> list[PanelSlip]:
        return []

    def slip_png(self, slip: str) -> bytes:
        return b""

    def boards(self) -> list[PanelBoard]:
        return [PanelBoard("summary", "summary", 16, 8)]

    def board_bits(self, board: str) -> bytes:
        return bytes([0b1000_0000, 0b0000_0001]) + bytes(14)

    def voice_lines(self) -> list[VoiceLine]:
        return self.spoken

    def readers(self) -> list[PanelReader]:
        return [PanelReader("desk-reader", "counter:1", self.cards, self.lies)] if self.cards else []

    def lay(self, reader: str, card: str) -> None:
        self.lies = card

    def pull(self, reader: str) -> None:
        self.lies = None

    def scan(self, reader: str, text: str) -> None:
        self.scanned.append(text)

    def toggle(self, device: str, what: str, on: bool) -> None:
        self.paper_out = on

    def uplink(self, on: bool) -> None:
        self.cut = not on

    def link_status(self) -> LinkStatus:
        return LinkStatus(True, not self.cut, self.cut, 3 if self.cut else 0, NOON)
