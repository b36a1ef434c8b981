"""Opening the database: SQLite in WAL with full syncs, or PostgreSQL, behind one SQLAlchemy engine."""

import threading
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from central.config import Database
from central.errors import ConfigError

PATIENCE_S = 15.0
"""How long a writer of SQLite waits for the others."""
_WRITING = "BEGIN IMMEDIATE"
_TURN = "turn to write"
_JSON = msgspec.json.Encoder(order="sorted")


def open_database(settings: Database) -> Engine:
    """The engine of the configured database; connects nowhere yet. Raises ConfigError."""
    return engine(settings.url, pool_size=settings.pool_size)


def engine(url: str, *, pool_size: int = 8) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`; connects nowhere yet. Raises ConfigError."""
    target = _url(url)
    if target.get_backend_name() == "sqlite":
        return _sqlite(target)
    return create_engine(
        target, pool_pre_ping=True, pool_size=pool_size, json_serializer=_dumps, json_deserializer=msgspec.json.decode
    )


def _url(url: str) -> URL:
    try:
        target = make_url(url)
    except ArgumentError:
        raise ConfigError("database.url is not a database URL; write sqlite:///file or postgresql://…", "url") from None
    if target.get_backend_name() == "postgresql":
        return target.set(drivername="postgresql+psycopg")
    if target.get_backend_name() == "sqlite":
        return target
    raise ConfigError(f"database.url: {target.get_backend_name()} is not known; use sqlite or postgresql", "url")


def _sqlite(target: URL) -> Engine:
    """WAL lets the console read while ingest writes; FULL makes a commit survive a power cut."""
    if target.database and target.database != ":memory:":
        Path(target.database).parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(
        target,
        json_serializer=_dumps,
        json_deserializer=msgspec.json.decode,
        connect_args={"timeout": PATIENCE_S, "check_same_thread": False},
    )

    @event.listens_for(made, "connect")
    def _pragmas(connection: Any, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-65536")
        cursor.close()

    turn = threading.Lock()

    @event.listens_for(made, "begin")
    def _begin(connection: Any) -> None:
        how = connection.get_execution_options().get("sqlite_begin", "BEGIN")
        if how == _WRITING:
            _take_turn(connection.info, turn)
        connection.exec_driver_sql(how)

    for end in ("checkin", "invalidate", "detach"):
        event.listen(made, end, _end_turn)
    return made


def _take_turn(info: dict[Any, Any], turn: threading.Lock) -> None:
    """Writers of one process wait here for one another. SQLite would have them sleep and look again, longer each time,
    so that some wait for seconds while others go first. Whoever waits in vain may still try it with SQLite."""
    if _TURN not in info and turn.acquire(timeout=PATIENCE_S):
        info[_TURN] = turn


def _end_turn(_connection: Any, entry: ConnectionPoolEntry, *_more: Any) -> None:
    """Once the connection is given back, whatever became of it."""
    turn = entry.info.pop(_TURN, None)
    if turn is not None:
        turn.release()


def writing(made: Engine) -> Engine:
    """The same pool for transactions that write: SQLite takes its write lock at the start, so none fails half-way."""
    return made.execution_options(sqlite_begin=_WRITING)


def _dumps(value: Any) -> str:
    return _JSON.encode(value).decode()
