"""What the desk says to the database, recorded word for word, and said again by the driver alone: the bare SQL.

Every statement, every parameter, each commit and each rollback, in their order. Only the ids that the database gives
to new bookings differ, and are put in where they were.
"""

import pickle
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, event

from bench.booking_place import FAR, application
from central.booking.desk import BookingDesk

END = ("commit", "rollback")


class Said(msgspec.Struct, frozen=True):
    """One statement with its parameters, or END without. `many`: with several sets of them."""

    sql: str
    parameters: Any = None
    many: bool = False
    names: bool = False
    """The booking's id, as the database gave it when this was recorded, is among them."""


Take = list[Said]
"""One booking."""


def record(desk: BookingDesk, slots: list[str], count: int) -> list[Take]:
    """The desk books so many times, each heard apart."""
    takes: list[Take] = [[]]  # the first is of what is said only once: the offer of the hall

    def heard(_c: Connection, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:
        sets = [_kept(one) for one in (parameters if many else [parameters])]
        named = any(_recorded(value) for one in sets for value in _values(one))
        takes[-1].append(Said(sql, sets if many else sets[0], many, named))

    event.listen(desk.engine, "before_cursor_execute", heard)
    event.listen(desk.engine, "commit", lambda _c: takes[-1].append(Said("commit")))
    event.listen(desk.engine, "rollback", lambda _c: takes[-1].append(Said("rollback")))
    desk.offer("hall")
    for n in range(1, count + 1):
        takes.append([])
        desk.apply(application(n, slots), "web", idempotency=("bench", f"key {n}"))
    return takes[1:]


def save(takes: list[Take], path: Path) -> None:
    """A pickle, since the driver's own wrappers of JSON are among the parameters."""
    path.write_bytes(pickle.dumps(takes))


def load(path: Path) -> list[Take]:
    takes: list[Take] = pickle.loads(path.read_bytes())
    return takes


def counted(takes: Sequence[Take]) -> str:
    """What one booking is, for a note."""
    take = takes[len(takes) // 2]
    return f"{sum(said.sql not in END for said in take)} statements a booking"


def say(connection: Any, take: Take) -> None:
    """`connection`: of the driver, as SQLAlchemy opens it. What it answers is fetched."""
    cursor, booking = connection.cursor(), 0
    for said in take:
        if said.sql in END:
            getattr(connection, said.sql)()
            continue
        parameters = _put_in(said, booking) if said.names else said.parameters
        if said.many:
            cursor.executemany(said.sql, parameters)
            continue
        cursor.execute(said.sql, parameters)
        rows = cursor.fetchall() if cursor.description else []
        if said.sql.startswith("INSERT INTO bookings "):
            booking = rows[0][0]
    cursor.close()


def _put_in(said: Said, booking: int) -> Any:
    """The parameters with the id of the booking as it is now."""

    def one(parameters: Any) -> Any:
        if isinstance(parameters, dict):
            return {name: booking if _recorded(value) else value for name, value in parameters.items()}
        return tuple(booking if _recorded(value) else value for value in parameters)

    return [one(each) for each in said.parameters] if said.many else one(said.parameters)


def _kept(parameters: Any) -> Any:
    """As it can be written to a file: a view of bytes becomes the bytes."""
    if isinstance(parameters, dict):
        return {name: bytes(one) if isinstance(one, memoryview) else one for name, one in parameters.items()}
    return tuple(bytes(one) if isinstance(one, memoryview) else one for one in parameters or ())


def _values(parameters: Any) -> Iterable[Any]:
    return parameters.values() if isinstance(parameters, dict) else parameters


def _recorded(value: Any) -> bool:
    return isinstance(value, int) and value > FAR
