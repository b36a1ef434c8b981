"""The configuration of one hall's node: one TOML file, every key known, every bound checked.

Raises `ConfigError` naming section, key, bounds, and the nearest right name.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from contract.catalogue import Clerk, Counter, PauseReason, PriorityClass, Rules, Service, Text

Id = Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,32}$")]
Time = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Port = Annotated[int, Meta(ge=1, le=65535)]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every section: an unknown key fails."""


class Hall(Section):
    id: Id
    name: Text
    timezone: str = "Asia/Shanghai"
    languages: tuple[Literal["zh", "en"], ...] = ("zh", "en")
    """The first one is printed, spoken and shown first."""


class Day(Section):
    """Local times. The business day starts at `starts`; numbers restart there."""

    starts: Time = "04:00"
    opens: Time = "09:00"
    last_ticket: Time = "16:30"
    closes: Time = "17:00"


class Node(Section):
    id: Id
    data: str = "/var/lib/hallkeeper"
    """Folder of journal and documents."""
    host: str = "127.0.0.1"
    port: Port = 8611
    allowed_hosts: tuple[str, ...] = ()
    """Host names, besides loopback and `host`, under which terminals reach this node."""
    keep_days: Annotated[int, Meta(ge=1, le=3660)] = 30
    key_repeat_ms: Annotated[int, Meta(ge=0, le=5000)] = 400
    """The same key pressed again within this time counts once."""


class Centre(Section):
    """Where the broker is. Without this section the hall works alone."""

    host: str
    port: Port = 1883
    password: str | None = None
    password_file: str | None = None
    version: Literal["5", "3.1.1"] = "5"
    keepalive_s: Annotated[int, Meta(ge=5, le=600)] = 30
    ca_file: str | None = None
    """Given: TLS."""
    certificate: str | None = None
    private_key: str | None = None
    site: str | None = None
    """Public address of the centre; the slip's QR is `{site}/t/{hall}/{token}`."""


class GpioKeys(Section, tag_field="driver", tag="gpio"):
    """Buttons on the header of this Pi, to ground, pulled up. `bind`: BCM pin to action."""

    id: Id
    bind: dict[str, str]
    debounce_ms: Annotated[int, Meta(ge=1, le=500)] = 20


class UsbKeypad(Section, tag_field="driver", tag="keypad"):
    """A USB keypad. `path`: its input node, `bind`: key name (KP1, KPENTER …) or code to action."""

    id: Id
    path: str
    bind: dict[str, str]
    debounce_ms: Annotated[int, Meta(ge=1, le=500)] = 5


class TwinKeys(Section, tag_field="driver", tag="twin"):
    """Keys on the front panel only. `bind`: any name to action."""

    id: Id
    bind: dict[str, str]
    debounce_ms: Annotated[int, Meta(ge=1, le=500)] = 20


class Max7219(Section, tag_field="driver", tag="max7219"):
    """A chain of MAX7219 8×8 modules on SPI. `shows`: "summary" or "counter:<id>"."""

    id: Id
    shows: str
    width: Annotated[int, Meta(ge=8, le=512, multiple_of=8)] = 64
    height: Annotated[int, Meta(ge=8, le=64, multiple_of=8)] = 16
    spi_port: int = 0
    spi_device: int = 0
    brightness: Annotated[int, Meta(ge=0, le=255)] = 64
    rotate: Literal[0, 1, 2, 3] = 0
    block_orientation: Literal[0, 90, -90, 180] = 0
    reinit_s: Annotated[int, Meta(ge=1, le=3600)] = 60


class TwinBoard(Section, tag_field="driver", tag="twin"):
    id: Id
    shows: str
    width: Annotated[int, Meta(ge=8, le=512, multiple_of=8)] = 64
    height: Annotated[int, Meta(ge=8, le=64, multiple_of=8)] = 16


class PrinterShape(Section):
    """What every printer has in common."""

    id: Id
    width_mm: Literal[58, 80] = 80
    chinese: Literal["gb18030", "raster"] = "raster"
    """How Chinese goes out: as GB18030 text (a printer with Chinese firmware) or as a picture (any printer)."""
    cutter: bool = True
    timeout_s: Annotated[float, Meta(gt=0, le=60)] = 5.0


class NetworkPrinter(PrinterShape, kw_only=True, tag_field="driver", tag="network"):
    host: str
    port: Port = 9100


class UsbPrinter(PrinterShape, kw_only=True, tag_field="driver", tag="usb"):
    """Vendor and product id as `lsusb` prints them, e.g. 0x04b8."""

    vendor: int
    product: int


class SerialPrinter(PrinterShape, kw_only=True, tag_field="driver", tag="serial"):
    path: str
    baud: int = 19200


class TwinPrinter(PrinterShape, tag_field="driver", tag="twin"):
    pass


class EspeakVoice(Section, tag_field="driver", tag="espeak"):
    """espeak-ng to a file, then aplay to `output` (an ALSA device)."""

    id: Id
    output: str = "default"
    speed: Annotated[int, Meta(ge=80, le=300)] = 150
    times: Annotated[int, Meta(ge=1, le=3)] = 2
    chime: bool = True


class TwinVoice(Section, tag_field="driver", tag="twin"):
    id: Id
    times: Annotated[int, Meta(ge=1, le=3)] = 2
    chime: bool = True


class Settings(Section, kw_only=True):
    """The whole file."""

    hall: Hall
    node: Node
    day: Day = Day()
    centre: Centre | None = None
    rules: Rules = Rules()
    services: tuple[Service, ...]
    counters: tuple[Counter, ...]
    priority_classes: tuple[PriorityClass, ...] = ()
    pause_reasons: tuple[PauseReason, ...] = ()
    clerks: tuple[Clerk, ...] = ()
    keys: tuple[GpioKeys | UsbKeypad | TwinKeys, ...] = ()
    boards: tuple[Max7219 | TwinBoard, ...] = ()
    printers: tuple[NetworkPrinter | UsbPrinter | SerialPrinter | TwinPrinter, ...] = ()
    voices: tuple[EspeakVoice | TwinVoice, ...] = ()


def parse(document: dict[str, Any]) -> Settings:
    """`document`: the decoded TOML. Raises ConfigError."""
    return msgspec.convert(document, Settings)
