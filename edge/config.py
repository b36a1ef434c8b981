"""The configuration of one hall's node: one TOML file, every key known, every bound checked.

Raises `ConfigError` naming section, key, bounds, and the nearest right name.
"""

import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import msgspec

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
    Rules,
    Service,
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
from edge.config_hall import (
    Centre as Centre,
)
from edge.config_hall import (
    Day as Day,
)
from edge.config_hall import (
    Display as Display,
)
from edge.config_hall import (
    Hall as Hall,
)
from edge.config_hall import (
    Kiosk as Kiosk,
)
from edge.config_hall import (
    Node as Node,
)
from edge.config_hall import (
    Place as Place,
)
from edge.config_hall import (
    Staff as Staff,
)
from edge.config_parts import Section
from edge.errors import ConfigError, Invalid
from edge.hall.catalogue_check import consistent
from edge.hall.decide_settings import fitting, within_bounds

_HEX_KEY = re.compile(r"(?:[0-9a-fA-F]{2}){16,64}")
_BASE64_KEY = re.compile(r"[A-Za-z0-9+/]{43}=")
"""32 bytes."""


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
    if settings.centre:
        _check_centre(settings.centre)


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


def _check_centre(centre: Centre) -> None:
    if not (centre.password or centre.password_file):
        raise ConfigError(
            "[centre] needs password or password_file, as given by `hallkeeper central enrol`", "centre.password"
        )
    if centre.site and not centre.site.startswith(("https://", "http://")):
        raise ConfigError("[centre] site should begin with https:// (or http://): slips lead there", "centre.site")
    for key, name, length in (
        (centre.roster_key, "roster_key", _HEX_KEY),
        (centre.verify_key, "verify_key", _BASE64_KEY),
        (centre.seal_key, "seal_key", _BASE64_KEY),
    ):
        if key is not None and not length.fullmatch(key.strip()):
            raise ConfigError(
                f"[centre] {name}: not a key; copy the line that `hallkeeper central enrol` printed", f"centre.{name}"
            )


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
