"""What the hall asks of its hardware. Every driver and every twin stands under one of these.

All methods may be called from any thread. A driver raises `DeviceError` and stays usable: the
next call tries again (it reopens by itself). `health()` never blocks.
"""

from collections.abc import Callable
from typing import Literal, Protocol

import msgspec
from PIL import Image


class Health(msgspec.Struct, frozen=True):
    """`cause` says what a technician should look at; empty while ok."""

    status: Literal["ok", "degraded", "failed"]
    cause: str = ""


class Device(Protocol):
    """Common to all: `id` from the configuration, `kind` the port: "keys", "board", "printer", "voice", "reader".

    A satellite, through which remote keys and boards are reached, is a device of kind "satellite".
    """

    id: str
    kind: str

    def open(self) -> None:
        """Takes the hardware. A device that is not there makes `health()` failed; it does not raise."""

    def close(self) -> None:
        """Gives the hardware back; may be called twice."""

    def health(self) -> Health: ...

    def check(self) -> Health:
        """Tries the device for real, up to some seconds; what `hallkeeper edge check` prints."""


class Edge(msgspec.Struct, frozen=True):
    """One change of one contact, raw: `key` as named in the configuration, `down` closed, `mono_ns` when."""

    key: str
    down: bool
    mono_ns: int


class Keys(Device, Protocol):
    """Ticket buttons, call keys, evaluator keys."""

    def watch(self, heard: Callable[[Edge], None]) -> None:
        """Every edge goes to `heard`, in the driver's own thread; debouncing is done behind it."""


class Board(Device, Protocol):
    """One LED matrix, `width` × `height` lamps."""

    width: int
    height: int

    def show(self, frame: Image.Image) -> None:
        """Lights a mode "1" image of exactly that size. Raises DeviceError."""


class PrinterStatus(msgspec.Struct, frozen=True):
    online: bool
    paper: Literal["ok", "near_end", "out"]
    cover_open: bool
    cause: str = ""

    @property
    def ready(self) -> bool:
        return self.online and self.paper != "out" and not self.cover_open


class Printer(Device, Protocol):
    """Prints ESC/POS documents (bytes made by `edge.faces.slip`)."""

    def status(self) -> PrinterStatus:
        """Asks the printer now; a silent printer is not online."""

    def print(self, document: bytes) -> None:
        """Returns once the printer confirmed the whole document; raises DeviceError otherwise."""


class Phrase(msgspec.Struct, frozen=True):
    """One announcement. `spoken` is what the synthesiser gets (pinyin for Mandarin), `text` what people read."""

    language: str
    text: str
    spoken: str


class Voice(Device, Protocol):
    def say(self, phrases: tuple[Phrase, ...], times: int | None = None) -> None:
        """Chime, then the phrases, `times` over (None: as set); returns when they are out. Raises DeviceError."""


class Card(msgspec.Struct, frozen=True):
    """What a reader saw. `number` and `name` live in memory only (design.md, "Personal data").

    `id_type`: a name of `identity_numbers`, such as "resident-id"; "badge" for a chip number alone.
    """

    profile: str
    id_type: str
    number: str
    name: str
    valid_until: str | None = None
    """ISO date; "long-term" where the card says so; None: the card does not say."""


class Scanned(msgspec.Struct, frozen=True):
    """What a bar-code scanner typed, without its line end: a booking code, a slip's address, an MRZ."""

    text: str


class CardReader(Device, Protocol):
    """Kind "reader": cards by PC/SC or a module, or a scanner of codes."""

    def watch(self, read: Callable[[Card | Scanned], None], failed: Callable[[str, str], None]) -> None:
        """Each card laid on goes to `read`, whole; one pulled too early or unknown to `failed` as (code, sentence):

        "pulled", "unknown_card", "unreadable", "expired". Called in the driver's own thread; a slow listener
        holds up nothing but this reader.
        """
