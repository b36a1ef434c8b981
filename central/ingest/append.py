"""The hot place of the centre: many rows into `events`, as fast as the driver can.

SQLite's own executemany, and PostgreSQL's binary COPY; SQLAlchemy would spend longer on the
parameters of each row than either database does on the row. Both run inside the caller's transaction.
"""

from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from central.db.tables import StoredEvent

Row = tuple[int, int, int, int, str, bytes, bytes]
"""id, stream, seq, at, type, hash, raw: the columns of `events` in their order."""

_COLUMNS = ", ".join(column.name for column in StoredEvent.__table__.columns)
_INSERT = f"INSERT INTO events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
_COPY = f"COPY events ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_TYPES = ["int8", "int8", "int8", "int8", "varchar", "bytea", "bytea"]


def append(connection: Connection, rows: list[Row]) -> None:
    """Raises sqlalchemy.exc.DBAPIError; then none of them is there."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_INSERT, rows)
    else:
        _copy(connection, rows)


def _copy(connection: Connection, rows: list[Row]) -> None:
    """SQLAlchemy has no COPY; its connection's own cursor runs it, so the errors are dressed here."""
    cursor: Any = connection.connection.cursor()
    try:
        with cursor.copy(_COPY) as copy:
            copy.set_types(_TYPES)
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(_COPY, None, error, psycopg.Error, dialect=connection.dialect) from error
