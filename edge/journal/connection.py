"""How the journal's SQLite file is opened, and how SQLite's errors are told."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from edge.errors import JournalDamaged, StorageError
from edge.journal.shapes import APPLICATION_ID, SCHEMA_VERSION

Connection = Any
"""What is used of it: `execute` and `executemany` giving cursors to fetch from, `close`. sqlite3's, or one like it."""
Connect = Callable[[Path, bool], Connection]
"""(path, read only) to a connection in autocommit mode."""

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_WRITER = (
    "pragma journal_mode = wal",
    # every commit is on the disk before anybody hears of it
    "pragma synchronous = full",
    # checkpoints are made by the keeper's own connection; this bound only holds should it be gone
    "pragma wal_autocheckpoint = 8000",
    "pragma journal_size_limit = 33554432",
    "pragma cell_size_check = on",
)


def connect(path: Path, readonly: bool) -> Connection:
    mode = "ro" if readonly else "rwc"
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False, timeout=10
    )


def prepare(con: Connection) -> Connection:
    """Makes `con` the writer's connection."""
    for pragma in _WRITER:
        con.execute(pragma).fetchall()
    return con


def create(con: Connection) -> None:
    """The empty schema, in the transaction that is open."""
    for statement in resources.files("edge.journal").joinpath("schema.sql").read_text().split(";\n"):
        if statement.strip():
            con.execute(statement)
    con.execute(f"pragma application_id = {APPLICATION_ID}")
    con.execute(f"pragma user_version = {SCHEMA_VERSION}")


@contextmanager
def storage(doing: str) -> Iterator[None]:
    """Turns SQLite's errors into ours: JournalDamaged for a broken file, StorageError for the rest."""
    try:
        yield
    except sqlite3.Error as err:
        if getattr(err, "sqlite_errorcode", 0) & 0xFF in _DAMAGE:
            raise JournalDamaged(f"the journal is damaged ({doing}: {err}); restart the node to repair it") from err
        raise StorageError(f"the journal could not be written or read ({doing}: {err}); look at disk and card") from err
