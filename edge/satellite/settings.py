"""The configuration of one satellite: WINDOW.toml. The device sections are the hall file's own (`config_devices`).

Two differences: a key is bound to a name, by which the hall's file knows it, and a board shows what the
node sends, so it has no `shows`. Example: firmware_config/satellites/window.toml.
"""

import re
from pathlib import Path
from typing import Any

import msgspec

from edge.config_devices import (
    BoardShape,
    GpioKeys,
    Ht1632,
    Max7219,
    SerialKeypad,
    TwinBoard,
    TwinKeys,
    UsbKeypad,
    Ws2812,
)
from edge.config_errors import explained
from edge.config_file import loaded
from edge.config_parts import Id, Port, Section
from edge.errors import ConfigError

MOST_KEYS = 256
_NAME = re.compile("[a-z0-9-]{1,32}")


class Window(Section, frozen=True):
    """`id` and key as in the hall file's [[satellites]]; `host` and `port` where its node listens."""

    id: Id
    host: str
    port: Port = 8620
    key: str | None = None
    key_file: str | None = None


class SatelliteSettings(Section, frozen=True, kw_only=True):
    """The whole file."""

    satellite: Window
    keys: tuple[GpioKeys | UsbKeypad | SerialKeypad | TwinKeys, ...] = ()
    boards: tuple[Max7219 | Ws2812 | Ht1632 | TwinBoard, ...] = ()


def parse(document: dict[str, Any]) -> SatelliteSettings:
    """`document`: the decoded TOML. Raises ConfigError."""
    try:
        settings = msgspec.convert(document, SatelliteSettings)
    except msgspec.ValidationError as error:
        raise explained(error, document, SatelliteSettings) from None
    _check_ids(settings)
    _check_names(settings)
    for board in settings.boards:
        _check_board(board)
    return settings


def load(path: Path) -> SatelliteSettings:
    """Raises ConfigError."""
    return loaded(path, parse)


def _check_ids(settings: SatelliteSettings) -> None:
    seen: set[str] = set()
    for device in (*settings.keys, *settings.boards):
        if device.id in seen:
            raise ConfigError(f"two devices are called {device.id!r}; give each its own id", "id")
        seen.add(device.id)


def _check_names(settings: SatelliteSettings) -> None:
    """The hall's file knows a key by its name alone, so no two keys of a satellite share one."""
    where: dict[str, str] = {}
    for keys in settings.keys:
        for key, name in keys.bind.items():
            field = f"keys.{keys.id}.bind.{key}"
            if not _NAME.fullmatch(name):
                raise ConfigError(
                    f'{field}: "{name}" should be a name of 1 to 32 lowercase letters, digits and hyphens; '
                    "what the key does stands in the hall's file",
                    field,
                )
            if name in where:
                raise ConfigError(f'{field}: "{name}" is the name of {where[name]} already', field)
            where[name] = field
    if len(where) > MOST_KEYS:
        raise ConfigError(f"{len(where)} keys are too many for one satellite; {MOST_KEYS} are the most", "keys")


def _check_board(board: BoardShape) -> None:
    if board.shows or board.views:
        field = f"boards.{board.id}.{'shows' if board.shows else 'views'}"
        raise ConfigError(f"{field}: what a satellite's board shows stands in the hall's file; take it out", field)
