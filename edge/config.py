"""The configuration of one hall's node: one TOML file, every key known, every bound checked.

Raises `ConfigError` naming section, key, bounds, and the nearest right name.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import msgspec
from msgspec import Meta

from contract.catalogue import Catalogue, Clerk, Counter, PauseReason, PriorityClass, Rules, Service, Text
from edge import bindings
from edge.config_errors import explained, nearest
from edge.errors import ConfigError, Invalid
from edge.hall.catalogue_check import consistent
from edge.hall.decide_settings import within_bounds

Id = Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,32}$")]
Time = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Port = Annotated[int, Meta(ge=1, le=65535)]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every section: an unknown key fails."""


class Hall(Section, frozen=True):
    id: Id
    name: Text
    timezone: str = "Asia/Shanghai"
    languages: tuple[Literal["zh", "en"], ...] = ("zh", "en")
    """The first one is printed, spoken and shown first."""


class Day(Section, frozen=True):
    """Local times. The business day starts at `starts`; numbers restart there."""

    starts: Time = "04:00"
    opens: Time = "09:00"
    last_ticket: Time = "16:30"
    closes: Time = "17:00"


class Node(Section, frozen=True):
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


class Centre(Section, frozen=True):
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


class GpioKeys(Section, frozen=True, tag_field="driver", tag="gpio"):
    """Buttons on the header of this Pi, to ground, pulled up. `bind`: BCM pin to action."""

    id: Id
    bind: dict[str, str]
    debounce_ms: Annotated[int, Meta(ge=1, le=500)] = 20


class UsbKeypad(Section, frozen=True, tag_field="driver", tag="keypad"):
    """A USB keypad. `path`: its input node, `bind`: key name (KP1, KPENTER …) or code to action."""

    id: Id
    path: str
    bind: dict[str, str]
    debounce_ms: Annotated[int, Meta(ge=1, le=500)] = 5


class TwinKeys(Section, frozen=True, tag_field="driver", tag="twin"):
    """Keys on the front panel only. `bind`: any name to action."""

    id: Id
    bind: dict[str, str]
    debounce_ms: Annotated[int, Meta(ge=1, le=500)] = 20


class Max7219(Section, frozen=True, tag_field="driver", tag="max7219"):
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


class TwinBoard(Section, frozen=True, tag_field="driver", tag="twin"):
    id: Id
    shows: str
    width: Annotated[int, Meta(ge=8, le=512, multiple_of=8)] = 64
    height: Annotated[int, Meta(ge=8, le=64, multiple_of=8)] = 16


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


class EspeakVoice(Section, frozen=True, tag_field="driver", tag="espeak"):
    """espeak-ng to a file, then aplay to `output` (an ALSA device)."""

    id: Id
    output: str = "default"
    speed: Annotated[int, Meta(ge=80, le=300)] = 150
    times: Annotated[int, Meta(ge=1, le=3)] = 2
    chime: bool = True


class TwinVoice(Section, frozen=True, tag_field="driver", tag="twin"):
    id: Id
    times: Annotated[int, Meta(ge=1, le=3)] = 2
    chime: bool = True


class Settings(Section, frozen=True, kw_only=True):
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
    try:
        settings = msgspec.convert(document, Settings)
    except msgspec.ValidationError as error:
        raise explained(error, document, Settings) from None
    _check(settings)
    return settings


def load(path: Path) -> Settings:
    """Reads one hall's file. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            document = tomllib.load(file)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from None
    try:
        return parse(document)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error.detail}", error.field) from None


def catalogue(settings: Settings, version: int = 1) -> Catalogue:
    """What the file offers, as the hall's engine takes it."""
    return Catalogue(
        version=version,
        hall=settings.hall.id,
        name=settings.hall.name,
        services=settings.services,
        counters=settings.counters,
        priority_classes=settings.priority_classes,
        pause_reasons=settings.pause_reasons,
        clerks=settings.clerks,
    )


def _check(settings: Settings) -> None:
    """What a single key's bounds cannot say: everything the hall would refuse later is refused now."""
    if settings.hall.timezone not in available_timezones():
        name = settings.hall.timezone
        raise ConfigError(
            f"[hall] timezone: {name!r} is no zone of the tz database{nearest(name, available_timezones())}",
            "hall.timezone",
        )
    offered = catalogue(settings)
    try:
        consistent(offered)
        within_bounds(settings.rules)
    except Invalid as error:
        raise ConfigError(
            error.detail.replace("catalogue.", ""), (error.field or "").replace("catalogue.", "")
        ) from None
    _check_devices(settings, offered)
    if settings.centre and not (settings.centre.password or settings.centre.password_file):
        raise ConfigError(
            "[centre] needs password or password_file, as given by `hallkeeper central enrol`", "centre.password"
        )


def _check_devices(settings: Settings, offered: Catalogue) -> None:
    """Each device its own name, each pin one key, each key and board something that is there."""
    seen: set[str] = set()
    for device in [*settings.keys, *settings.boards, *settings.printers, *settings.voices]:
        if device.id in seen:
            raise ConfigError(f"two devices are called {device.id!r}; give each its own id", "id")
        seen.add(device.id)
    pins: dict[str, str] = {}
    for keys in settings.keys:
        bindings.bind(keys.bind, offered, f"keys.{keys.id}")
        for pin in keys.bind if isinstance(keys, GpioKeys) else ():
            if pin in pins:
                raise ConfigError(f"GPIO {pin} is bound in {pins[pin]} and in {keys.id}", f"keys.{keys.id}.bind.{pin}")
            pins[pin] = keys.id
    for board in settings.boards:
        bindings.shown(board.shows, offered, f"boards.{board.id}.shows")
