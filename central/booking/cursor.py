"""How far the bookings have followed what halls sent: one row, locked by whoever must not miss what comes next."""

from sqlalchemy import Connection, insert, select, update

from central.db.tables import Cursor

NAME = "bookings"


def lock(connection: Connection) -> int:
    """The last event followed, held until the end of the transaction; made where it is not there yet."""
    value = connection.scalar(select(Cursor.value).where(Cursor.name == NAME).with_for_update())
    if value is None:
        connection.execute(insert(Cursor).values(name=NAME, value=0))
        return 0
    return value


def read(connection: Connection) -> int:
    return connection.scalar(select(Cursor.value).where(Cursor.name == NAME)) or 0


def move(connection: Connection, value: int) -> None:
    connection.execute(update(Cursor).where(Cursor.name == NAME).values(value=value))
