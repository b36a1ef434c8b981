"""What the front panel shows and moves: every device of the node, twin or real, and the uplink.

The composition root gives the pages an object of this shape. All methods may be called from any
thread and answer from memory; none waits for hardware. Times in ms.
"""

from typing import Literal, Protocol

import msgspec


class PanelKey(msgspec.Struct, frozen=True):
    """One key of a twin. `action` as in the configuration (`ticket:savings`, `counter:1:next`, `rate:1:5`)."""

    device: str
    key: str
    action: str
    label: str
    """What stands on the cap when the action says nothing to the page."""


class Switch(msgspec.Struct, frozen=True):
    """Something a person can do to a twin: `what` is "paper_out", "cover_open", "unplugged", or "stick": the next key
    pressed stays down until the switch goes back."""

    what: str
    on: bool


class PanelRefusal(msgspec.Struct, frozen=True):
    """A press the hall turned down. `nth`: how many this device has had, so that the same one again is seen."""

    key: str
    code: str
    detail: str
    nth: int


class PanelDevice(msgspec.Struct, frozen=True):
    """A device as the report has it, and its last words: what it did or complained about last."""

    id: str
    kind: str
    health: Literal["ok", "degraded", "failed"]
    since: int
    words: str
    twin: bool
    switches: tuple[Switch, ...] = ()
    """Empty for real devices: nobody can pull their paper from a page."""
    refused: PanelRefusal | None = None
    """The last press of this device that was turned down."""


class PanelSlip(msgspec.Struct, frozen=True):
    """One slip that came out of a twin printer; its picture is `slip_png(id)`."""

    id: str
    number: str
    at: int


class PanelBoard(msgspec.Struct, frozen=True):
    """One LED board. `shows`: "summary" or "counter:<id>"."""

    id: str
    shows: str
    width: int
    height: int


class PanelCard(msgspec.Struct, frozen=True):
    """A sample card; `words` say what it is, a message id."""

    name: str
    words: str


class PanelReader(msgspec.Struct, frozen=True):
    """A twin of a reader. `at`: kiosk, desk or counter:<id>; `cards`: what can be laid there; `lies`: what is."""

    id: str
    at: str
    cards: tuple[PanelCard, ...]
    lies: str | None = None


class VoiceLine(msgspec.Struct, frozen=True):
    at: int
    language: str
    text: str


class LinkStatus(msgspec.Struct, frozen=True):
    """The way to the centre. `configured` False: this hall works alone."""

    configured: bool
    online: bool
    cut: bool
    """The panel's own switch holds the uplink open."""
    backlog: int
    """Events the centre has not acknowledged."""
    since: int
    """Since when it has been online or offline."""
    words: str = ""


class Panel(Protocol):
    def keys(self) -> list[PanelKey]:
        """The keys of twins, in the order of the configuration."""

    def press(self, device: str, key: str) -> None:
        """Presses and lets go, bounce included. Raises Unknown."""

    def devices(self) -> list[PanelDevice]: ...

    def slips(self) -> list[PanelSlip]:
        """The last slips of the twin printers, newest first."""

    def slip_png(self, slip: str) -> bytes:
        """Raises Unknown."""

    def boards(self) -> list[PanelBoard]: ...

    def board_bits(self, board: str) -> bytes:
        """The lamps lit now: rows from the top, each row whole bytes, highest bit leftmost. Raises Unknown."""

    def voice_lines(self) -> list[VoiceLine]:
        """The last announcements, newest first."""

    def readers(self) -> list[PanelReader]:
        """The twins among the readers."""

    def lay(self, reader: str, card: str) -> None:
        """Lays a sample card on a twin, in the place of one that lies there. Raises Unknown."""

    def pull(self, reader: str) -> None:
        """Takes the card away, at once, whatever the reader is doing. Raises Unknown."""

    def scan(self, reader: str, text: str) -> None:
        """Holds a code before a twin. Raises Unknown."""

    def toggle(self, device: str, what: str, on: bool) -> None:
        """Moves a switch of a twin. Raises Unknown."""

    def uplink(self, on: bool) -> None:
        """Cuts the uplink, or joins it again."""

    def link_status(self) -> LinkStatus: ...
