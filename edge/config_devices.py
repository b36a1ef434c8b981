"""The sections of a hall's devices: one struct a driver, told apart by `driver`."""

from typing import Annotated, Literal

from msgspec import Meta

from edge.config_parts import Id, Port, Section, Time


class GpioKeys(Section, frozen=True, kw_only=True, tag_field="driver", tag="gpio"):
    """Buttons on the header of this Pi, to ground, pulled up. `bind`: BCM pin to action."""

    id: Id
    bind: dict[str, str]
    debounce_ms: Annotated[int, Meta(ge=1, le=500)] = 20


class UsbKeypad(Section, frozen=True, kw_only=True, tag_field="driver", tag="keypad"):
    """A USB keypad. `path`: its input node, `bind`: key name (KP1, KPENTER …) or code to action."""

    id: Id
    path: str
    bind: dict[str, str]
    debounce_ms: Annotated[int, Meta(ge=1, le=500)] = 5


class TwinKeys(Section, frozen=True, kw_only=True, tag_field="driver", tag="twin"):
    """Keys on the front panel only. `bind`: any name to action."""

    id: Id
    bind: dict[str, str]
    debounce_ms: Annotated[int, Meta(ge=1, le=500)] = 20


class SerialKeypad(Section, frozen=True, kw_only=True, tag_field="driver", tag="serial"):
    """Caller keypads (呼叫器) on one RS-485 line. `bind`: "<keypad address>.<key code>" to action."""

    id: Id
    path: str
    baud: int = 9600
    bind: dict[str, str]
    debounce_ms: Annotated[int, Meta(ge=1, le=500)] = 5


class RemoteKeys(Section, frozen=True, kw_only=True, tag_field="driver", tag="remote"):
    """Keys at a satellite. `bind`: the name the key has there to action."""

    id: Id
    satellite: Id
    bind: dict[str, str]
    debounce_ms: Annotated[int, Meta(ge=1, le=500)] = 5


class View(Section, frozen=True, kw_only=True):
    """One rectangle of a chain of modules, in lamps from the top left. `shows` as of a board."""

    shows: str
    x: Annotated[int, Meta(ge=0, le=511)] = 0
    y: Annotated[int, Meta(ge=0, le=63)] = 0
    width: Annotated[int, Meta(ge=8, le=512)]
    height: Annotated[int, Meta(ge=8, le=64)]


class BoardShape(Section, frozen=True, kw_only=True):
    """What every board has in common. Either `shows` ("summary", "summary:<zone>" or "counter:<id>") or `views`."""

    id: Id
    shows: str = ""
    views: tuple[View, ...] = ()
    width: Annotated[int, Meta(ge=8, le=512, multiple_of=8)] = 64
    height: Annotated[int, Meta(ge=8, le=64, multiple_of=8)] = 16


class Max7219(BoardShape, frozen=True, kw_only=True, tag_field="driver", tag="max7219"):
    """A chain of MAX7219 8×8 modules on SPI."""

    spi_port: int = 0
    spi_device: int = 0
    brightness: Annotated[int, Meta(ge=0, le=255)] = 64
    rotate: Literal[0, 1, 2, 3] = 0
    block_orientation: Literal[0, 90, -90, 180] = 0
    reinit_s: Annotated[int, Meta(ge=1, le=3600)] = 60


class Ws2812(BoardShape, frozen=True, kw_only=True, tag_field="driver", tag="ws2812"):
    """A field of WS2812 lamps on SPI MOSI, row after row, every second row backwards when `serpentine`."""

    spi_port: int = 0
    spi_device: int = 0
    colour: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")] = "#ff2000"
    serpentine: bool = True
    reinit_s: Annotated[int, Meta(ge=1, le=3600)] = 60


class Ht1632(BoardShape, frozen=True, kw_only=True, tag_field="driver", tag="ht1632"):
    """A chain of HT1632C 32×8 or 24×16 modules, each with a chip select of its own. Pins are BCM numbers."""

    data: Annotated[int, Meta(ge=0, le=27)]
    write: Annotated[int, Meta(ge=0, le=27)]
    select: tuple[Annotated[int, Meta(ge=0, le=27)], ...]
    module: Literal["32x8", "24x16"] = "32x8"
    brightness: Annotated[int, Meta(ge=0, le=15)] = 8
    reinit_s: Annotated[int, Meta(ge=1, le=3600)] = 60


class RemoteBoard(BoardShape, frozen=True, kw_only=True, tag_field="driver", tag="remote"):
    """The board at a satellite; `board` is its id there."""

    satellite: Id
    board: Id


class TwinBoard(BoardShape, frozen=True, kw_only=True, tag_field="driver", tag="twin"):
    pass


class PrinterShape(Section, frozen=True):
    """What every printer has in common."""

    id: Id
    width_mm: Literal[58, 80] = 80
    chinese: Literal["gb18030", "raster"] = "raster"
    """How Chinese goes out: as text (a printer with Chinese firmware) or as a picture (any printer)."""
    cutter: bool = True
    qr: Literal["native", "raster"] = "raster"
    """Who draws the QR code: the printer (GS ( k), or this node as a picture (any printer)."""
    confirm: Literal["processed", "status"] = "processed"
    """What proves a slip: the printer's answer behind the document (GS r), or, where it knows no GS r, that it
    still answers DLE EOT; the latter cannot see a fault between the buffer and the paper."""
    timeout_s: Annotated[float, Meta(gt=0, le=60)] = 5.0


class NetworkPrinter(PrinterShape, frozen=True, kw_only=True, tag_field="driver", tag="network"):
    host: str
    port: Port = 9100


class UsbPrinter(PrinterShape, frozen=True, kw_only=True, tag_field="driver", tag="usb"):
    """Vendor and product id as `lsusb` prints them, e.g. 0x04b8."""

    vendor: int
    product: int


class SerialPrinter(PrinterShape, frozen=True, kw_only=True, tag_field="driver", tag="serial"):
    path: str
    baud: int = 19200


class TwinPrinter(PrinterShape, frozen=True, tag_field="driver", tag="twin"):
    pass


class VoiceShape(Section, frozen=True, kw_only=True):
    """What every loudspeaker has in common."""

    id: Id
    times: Annotated[int, Meta(ge=1, le=3)] = 2
    chime: bool = True
    quiet: tuple[tuple[Time, Time], ...] = ()
    """Local times between which nothing is spoken; emergencies are."""
    one: Literal["yi", "yao"] = "yi"
    """How Mandarin reads the digit 1 of a number: 一, or 幺 as on the telephone."""


class EspeakVoice(VoiceShape, frozen=True, kw_only=True, tag_field="driver", tag="espeak"):
    """espeak-ng to a file, then aplay to `output` (an ALSA device)."""

    output: str = "default"
    speed: Annotated[int, Meta(ge=80, le=300)] = 150


class TwinVoice(VoiceShape, frozen=True, kw_only=True, tag_field="driver", tag="twin"):
    pass


class ReaderShape(Section, frozen=True, kw_only=True):
    """What every reader has in common. `at`: "kiosk", "desk", or "counter:<id>": whose customer lays a card there."""

    id: Id
    at: str = "kiosk"


class PcscReader(ReaderShape, frozen=True, kw_only=True, tag_field="driver", tag="pcsc"):
    """A card reader under pcscd. `name`: part of the reader's name as `pcsc_scan` prints it; empty: the first."""

    name: str = ""
    profiles: tuple[str, ...] = ()
    """Card kinds tried in this order; empty: all that are known."""


class IdModule(ReaderShape, frozen=True, kw_only=True, tag_field="driver", tag="id-module"):
    """A resident-ID module (GA/T 467) on a serial line."""

    path: str
    baud: int = 115200


class Scanner(ReaderShape, frozen=True, kw_only=True, tag_field="driver", tag="scanner"):
    """A bar-code scanner that types (keyboard wedge). `path`: its input node."""

    path: str


class TwinReader(ReaderShape, frozen=True, kw_only=True, tag_field="driver", tag="twin"):
    """Cards and codes are laid on from the front panel."""


class Satellite(Section, frozen=True):
    """A small computer at a window with keys and a board of its own. `key`: 64 hex digits both sides know."""

    id: Id
    key: str | None = None
    key_file: str | None = None
