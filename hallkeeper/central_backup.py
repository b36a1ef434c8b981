"""The centre's database as one file and back: SQLite's own backup, or pg_dump and pg_restore."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from central import generations
from central.db import migrate
from central.db.engine import writing
from central.errors import Invalid, Refused, StorageError


def back_up(database: Engine, target: Path) -> None:
    """Writes a consistent copy while others write. Raises Refused when `target` exists, StorageError."""
    if target.exists():
        raise Refused(f"{target} exists already; name another file", "target")
    migrate.require(database)
    if database.dialect.name == "sqlite":
        _copy(_sqlite_file(database), target)
        return
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}", f"--dbname={_dsn(database)}")


def put_back(database: Engine, source: Path, *, at: int) -> None:
    """Brings it to this version's schema and begins a new generation: places are sold again once halls have reported.

    Raises Invalid where `source` is no backup of a centre; the database is unchanged then.
    """
    if not source.is_file():
        raise Invalid(f"{source} is not there", "source")
    if database.dialect.name == "sqlite":
        _require_centre(source)
        database.dispose()
        _copy(source, _sqlite_file(database))
    else:
        _run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            f"--dbname={_dsn(database)}",
            str(source),
        )
    migrate.upgrade(database)
    with writing(database).begin() as connection:
        generations.begin(connection, at, "restored from a backup")


def _require_centre(source: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as found:
            sound = found.execute("pragma quick_check(1)").fetchone()[0]
            found.execute("select version_num from alembic_version").fetchone()
    except sqlite3.Error as error:
        raise Invalid(f"{source} is no backup of a centre: {error}", "source") from error
    if sound != "ok":
        raise Invalid(f"{source} is damaged: {sound}", "source")


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise StorageError(f"{source} could not be copied to {target}: {error}") from error


def _sqlite_file(database: Engine) -> Path:
    if not database.url.database:
        raise Refused("a database in memory has nothing to keep", "database.url")
    return Path(database.url.database)


def _dsn(database: Engine) -> str:
    return database.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(*argv: str) -> None:
    try:
        subprocess.run(argv, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise StorageError(f"{argv[0]} is not installed; apt-get install postgresql-client") from None
    except subprocess.CalledProcessError as error:
        raise StorageError(f"{argv[0]}: {error.stderr.strip()}") from error
