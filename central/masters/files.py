"""Master data in a TOML file: the sample a new centre begins with (catalogue.business_types), or an office's own."""

import tomllib
from importlib import resources
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from central.audit import Actor
from central.errors import Invalid
from central.masters import store
from central.masters.entries import Masters


def read(text: str) -> Masters:
    """Raises Invalid naming the place."""
    try:
        return msgspec.convert(tomllib.loads(text), Masters)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"the file is no TOML: {error}", "file") from error
    except msgspec.ValidationError as error:
        raise Invalid(f"the file: {error}", "file") from error


def read_file(path: Path) -> Masters:
    """Raises Invalid."""
    try:
        return read(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read: {error}", "file") from error


def load(connection: Connection, masters: Masters, *, at: int, by: Actor) -> int:
    """Adds what is new and changes what differs, all or nothing; gives how many. What the file leaves out stays.

    Raises Invalid naming the entry.
    """
    count = 0
    for part in masters.__struct_fields__:
        for entry in getattr(masters, part):
            try:
                count += store.save(connection, entry, at=at, by=by)
            except Invalid as error:
                name = getattr(entry, "id", "") or getattr(entry, "step", "")
                raise Invalid(f"{part} {name}: {error.field}: {error.detail}", error.field) from error
    return count


def sample() -> Masters:
    """The shipped one: six business types with their matters, posts and duties."""
    return read((resources.files("firmware_config") / "masters" / "sample.toml").read_text("utf-8"))


def load_sample(connection: Connection, *, at: int, by: Actor) -> int:
    """`load` of the shipped sample."""
    return load(connection, sample(), at=at, by=by)
