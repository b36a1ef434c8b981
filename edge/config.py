"""The configuration of one hall's node: one TOML file, every key known, every bound checked.

Raises `ConfigError` naming section, key, bounds, and the nearest right name.
"""

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import msgspec
from msgspec import Meta

from contract.catalogue import (
    Catalogue,
    Checklist,
    Clerk,
    Counter,
    FailureReason,
    Journey,
    Material,
    PauseReason,
    PriorityClass,
    Role,
    Rules,
    Service,
    Text,
    Zone,
)
from edge import bindings
from edge.config_devices import (
    BoardShape as BoardShape,
)
from edge.config_devices import (
    EspeakVoice as EspeakVoice,
)
from edge.config_devices import (
    GpioKeys as GpioKeys,
)
from edge.config_devices import (
    Ht1632 as Ht1632,
)
from edge.config_devices import (
    IdModule as IdModule,
)
from edge.config_devices import (
    Max7219 as Max7219,
)
from edge.config_devices import (
    NetworkPrinter as NetworkPrinter,
)
from edge.config_devices import (
    PcscReader as PcscReader,
)
from edge.config_devices import (
    PrinterShape as PrinterShape,
)
from edge.config_devices import (
    ReaderShape as ReaderShape,
)
from edge.config_devices import (
    RemoteBoard as RemoteBoard,
)
from edge.config_devices import (
    RemoteKeys as RemoteKeys,
)
from edge.config_devices import (
    Satellite as Satellite,
)
from edge.config_devices import (
    Scanner as Scanner,
)
from edge.config_devices import (
    SerialKeypad as SerialKeypad,
)
from edge.config_devices import (
    SerialPrinter as SerialPrinter,
)
from edge.config_devices import (
    TwinBoard as TwinBoard,
)
from edge.config_devices import (
    TwinKeys as TwinKeys,
)
from edge.config_devices import (
    TwinPrinter as TwinPrinter,
)
from edge.config_devices import (
    TwinReader as TwinReader,
)
from edge.config_devices import (
    TwinVoice as TwinVoice,
)
from edge.config_devices import (
    UsbKeypad as UsbKeypad,
)
from edge.config_devices import (
    UsbPrinter as UsbPrinter,
)
from edge.config_devices import (
    View as View,
)
from edge.config_devices import (
    VoiceShape as VoiceShape,
)
from edge.config_devices import (
    Ws2812 as Ws2812,
)
from edge.config_errors import explained, nearest
from edge.config_file import loaded
from edge.config_parts import Id, Port, Section, Time
from edge.errors import ConfigError, Invalid
from edge.hall.catalogue_check import MAP, consistent
from edge.hall.decide_settings import fitting, within_bounds


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
    satellite_host: str = "127.0.0.1"
    satellite_port: Port = 8620
    """Where satellites call in, when there are any."""


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
    roster_key: str | None = None
    roster_key_file: str | None = None
    """Hex key under which identity and phone numbers of the roster are known here, given at enrolment."""
    verify_key: str | None = None
    """The centre's Ed25519 public key, base64, given at enrolment: directives that it did not sign are refused."""


class Kiosk(Section, frozen=True):
    idle_s: Annotated[int, Meta(ge=10, le=600)] = 60
    """The screen is cleared after so long without a touch (kiosk.session_timeout)."""
    enquiry_phone: str = ""
    """Shown on kiosk and display (S1-43)."""
    queue_limit: Annotated[int, Meta(ge=1, le=99)] = 5
    """More than so many waiting before one device are a crowd (device.queue_limit), told to them when it is one."""


class Display(Section, frozen=True):
    """The HDMI screen of the hall: its visible width decides how large a number must be drawn."""

    width_mm: Annotated[int, Meta(ge=100, le=5000)] = 1210
    digit_mm: Annotated[int, Meta(ge=10, le=500)] = 40
    """Least height of a called number's digits."""


Icon = Literal[
    "entrance", "exit", "kiosk", "terminal", "desk", "toilets", "stairs", "lift", "water", "first-aid", "copies"
]


class Place(Section, frozen=True):
    """One thing on the guide sign at the entrance that is no waiting area. `x`, `y`: on the map's grid."""

    id: Id
    name: Text
    icon: Icon
    x: Annotated[int, Meta(ge=0, le=MAP[0])]
    y: Annotated[int, Meta(ge=0, le=MAP[1])]
    way: Text = {}
    """How to get there from the entrance, in a few words."""


class Staff(Section, frozen=True):
    """One person who works in the hall."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    name: str
    role: Role = "clerk"
    pin: str | None = None
    """argon2 hash as `hallkeeper edge pin` prints it."""
    badge: str | None = None
    """Fingerprint of the badge's chip as `hallkeeper edge badge` prints it."""


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
    clerks: tuple[Staff, ...] = ()
    zones: tuple[Zone, ...] = ()
    materials: tuple[Material, ...] = ()
    failure_reasons: tuple[FailureReason, ...] = ()
    journeys: tuple[Journey, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    """None: `opening_checklist`."""
    kiosk: Kiosk = Kiosk()
    display: Display = Display()
    places: tuple[Place, ...] = ()
    satellites: tuple[Satellite, ...] = ()
    keys: tuple[GpioKeys | UsbKeypad | SerialKeypad | RemoteKeys | TwinKeys, ...] = ()
    boards: tuple[Max7219 | Ws2812 | Ht1632 | RemoteBoard | TwinBoard, ...] = ()
    printers: tuple[NetworkPrinter | UsbPrinter | SerialPrinter | TwinPrinter, ...] = ()
    voices: tuple[EspeakVoice | TwinVoice, ...] = ()
    readers: tuple[PcscReader | IdModule | Scanner | TwinReader, ...] = ()


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
    return loaded(path, parse)


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
        clerks=tuple(Clerk(each.id, each.name, each.role) for each in settings.clerks),
        zones=settings.zones,
        materials=settings.materials,
        failure_reasons=settings.failure_reasons,
        journeys=settings.journeys,
        checklists=settings.checklists or (opening_checklist(),),
    )


@cache
def opening_checklist() -> Checklist:
    """What a hall without a list of its own goes through before it opens: `edge/opening_checklist.toml`."""
    text = resources.files("edge").joinpath("opening_checklist.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Checklist)


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
        fitting(settings.rules, offered)
    except Invalid as error:
        raise ConfigError(
            error.detail.replace("catalogue.", ""), (error.field or "").replace("catalogue.", "")
        ) from None
    _check_devices(settings, offered)
    _check_places(settings)
    if settings.centre and not (settings.centre.password or settings.centre.password_file):
        raise ConfigError(
            "[centre] needs password or password_file, as given by `hallkeeper central enrol`", "centre.password"
        )


def _check_devices(settings: Settings, offered: Catalogue) -> None:
    """Each device its own name, each pin one key, each key and board something that is there."""
    seen: set[str] = set()
    for device in [*settings.keys, *settings.boards, *settings.printers, *settings.voices, *settings.readers]:
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
        _check_board(board, offered)
    for reader in settings.readers:
        bindings.place(reader.at, offered, f"readers.{reader.id}.at")
    _check_satellites(settings)


def _check_places(settings: Settings) -> None:
    seen: set[str] = set()
    for nth, place in enumerate(settings.places):
        if place.id in seen:
            raise ConfigError(f"two places are called {place.id!r}; give each its own id", f"places[{nth}].id")
        if not place.name:
            raise ConfigError(f"places[{nth}] needs a name in each language of the hall", f"places[{nth}].name")
        seen.add(place.id)


def _check_board(board: BoardShape, offered: Catalogue) -> None:
    """Either the whole chain shows one thing, or each of its views does; a view lies within the lamps."""
    field = f"boards.{board.id}"
    if bool(board.shows) == bool(board.views):
        raise ConfigError(f"{field}: give either shows or [[boards.views]]", f"{field}.shows")
    if board.shows:
        bindings.shown(board.shows, offered, f"{field}.shows")
    for nth, view in enumerate(board.views):
        bindings.shown(view.shows, offered, f"{field}.views[{nth}].shows")
        if view.x + view.width > board.width or view.y + view.height > board.height:
            raise ConfigError(
                f"{field}.views[{nth}] ends outside the board's {board.width}×{board.height} lamps",
                f"{field}.views[{nth}]",
            )


def _check_satellites(settings: Settings) -> None:
    known = {satellite.id for satellite in settings.satellites}
    for device in (*settings.keys, *settings.boards):
        if isinstance(device, RemoteKeys | RemoteBoard) and device.satellite not in known:
            raise ConfigError(
                f"{device.id}: there is no satellite {device.satellite!r}{nearest(device.satellite, known)}",
                "satellite",
            )
    for satellite in settings.satellites:
        if not (satellite.key or satellite.key_file):
            raise ConfigError(
                f"satellites.{satellite.id} needs key or key_file, as `hallkeeper satellite --new-key` prints it",
                f"satellites.{satellite.id}.key",
            )
