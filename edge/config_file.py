"""Reading one TOML file into its sections; every fault names the file, and the field where there is one."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from edge.errors import ConfigError

T = TypeVar("T")


def loaded(path: Path, parse: Callable[[dict[str, Any]], T]) -> T:
    """What `parse` makes of the file. Raises ConfigError."""
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
