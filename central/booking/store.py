"""The statements bookings are made of. A place is taken by one UPDATE that finds it free: never sold twice (F49).

Locks are always taken in one order: booking, then slots by id, so that no two transactions wait for each other.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from central.booking.sentences import BookingRefused
from central.db.tables import Base, Booking, Slot, Unreconciled
from central.ingest.words import clean

# What every booking says is made once: building a statement of forty values takes longer than sending it.
_SLOT = select(Slot).where(Slot.id == bindparam("slot"))
_TAKE = (
    update(Slot)
    .where(Slot.id == bindparam("slot"), Slot.taken + Slot.granted < Slot.capacity, Slot.closed.is_(False))
    .where(~exists().where(Unreconciled.hall == Slot.hall))
    .values(taken=Slot.taken + 1)
)


def free_places(slot: Row[Any]) -> int:
    """Places of a slot's row that the centre may sell now."""
    return 0 if slot.closed else max(0, slot.capacity - slot.taken - slot.granted)


def slot(connection: Connection, id_: str) -> Row[Any]:
    """Raises BookingRefused "slot_unknown"."""
    found: Row[Any] | None = connection.execute(_SLOT, {"slot": clean(id_)}).first()
    if found is None:
        raise BookingRefused("slot_unknown", "slot")
    return found


def slots(connection: Connection, hall: str, days: Sequence[str], service: str | None = None) -> Sequence[Row[Any]]:
    """Of those days, in the order of time."""
    query = select(Slot).where(Slot.hall == hall, Slot.day.in_(days))
    if service is not None:
        query = query.where(Slot.service == service)
    return connection.execute(query.order_by(Slot.starts_at, Slot.service)).all()


def take(connection: Connection, id_: str) -> None:
    """One place, where one is free, the slot open, and the hall's bookings are known. Raises BookingRefused."""
    if connection.execute(_TAKE, {"slot": id_}).rowcount == 0:
        raise why_not(connection, id_)


def why_not(connection: Connection, id_: str) -> BookingRefused:
    """Why no place of this slot can be had."""
    found = slot(connection, id_)
    if connection.scalar(select(Unreconciled.hall).where(Unreconciled.hall == found.hall)) is not None:
        return BookingRefused("hall_checking", "slot")
    return BookingRefused("slot_closed" if found.closed else "slot_full", "slot")


def take_at_any_rate(connection: Connection, id_: str) -> bool:
    """A place that is sold already: counted even beyond the capacity. True where it is beyond."""
    beyond = Slot.taken + Slot.granted + 1 - Slot.capacity
    connection.execute(
        update(Slot)
        .where(Slot.id == id_)
        .values(taken=Slot.taken + 1, excess=case((beyond > Slot.excess, beyond), else_=Slot.excess))
    )
    found = slot(connection, id_)
    return bool(found.taken + found.granted > found.capacity)


def free(connection: Connection, id_: str) -> None:
    """One place back; an excess goes first."""
    less = _excess(Slot.taken - 1 + Slot.granted, Slot.capacity)
    connection.execute(update(Slot).where(Slot.id == id_).values(taken=Slot.taken - 1, excess=less))


def credit(connection: Connection, id_: str, n: int) -> None:
    """So many places of the hall's own share back."""
    less = _excess(Slot.taken + Slot.granted - n, Slot.capacity)
    connection.execute(update(Slot).where(Slot.id == id_).values(granted=Slot.granted - n, excess=less))


def resize(connection: Connection, id_: str, size: int, *where: ColumnElement[bool], **values: Any) -> Row[Any] | None:
    """Another capacity, never below what is sold and given to the hall. None where `where` does not hold."""
    sold = Slot.taken + Slot.granted - Slot.excess
    now = case((sold > size, sold), else_=size)
    done = update(Slot).where(Slot.id == id_, *where)
    done = done.values(capacity=now, excess=_excess(Slot.taken + Slot.granted, now), **values)
    found: Row[Any] | None = connection.execute(done.returning(*Slot.__table__.columns)).first()
    return found


def _excess(held: ColumnElement[int], capacity: Any) -> ColumnElement[int]:
    """What stays beyond the capacity: it can only become less here."""
    beyond = held - capacity
    return case((beyond <= 0, 0), (beyond < Slot.excess, beyond), else_=Slot.excess)


def exchange(connection: Connection, old: str, new: str) -> None:
    """A place of `new` for the one of `old`, in the order of their ids. Raises BookingRefused."""
    steps = {old: free, new: take}
    for id_ in sorted(steps):
        steps[id_](connection, id_)


def by_code(connection: Connection, code: str, *, lock: bool = False) -> Row[Any] | None:
    query = select(Booking).where(Booking.code == code)
    return connection.execute(query.with_for_update() if lock else query).first()


def by_id(connection: Connection, id_: int, *, lock: bool = False) -> Row[Any]:
    query = select(Booking).where(Booking.id == id_)
    return connection.execute(query.with_for_update() if lock else query).one()


def add(connection: Connection, values: Mapping[str, Any]) -> Row[Any] | None:
    """The new row; None where the person has an open one of this business type already."""
    found: Row[Any] | None = connection.execute(_adding(connection.dialect.name), dict(values)).first()
    return found


@cache
def _adding(dialect: str) -> Any:
    return quiet(dialect, Booking).returning(*Booking.__table__.columns)


def change(connection: Connection, booking: Row[Any], **values: Any) -> Row[Any]:
    """Gives the row as it is now; `rev` has risen, unless it is given."""
    done = update(Booking).where(Booking.id == booking.id).values({"rev": Booking.rev + 1} | values)
    return connection.execute(done.returning(*Booking.__table__.columns)).one()


def change_kind(connection: Connection, booking: Row[Any], **values: Any) -> Row[Any] | None:
    """`change` of whose or what kind of booking it is; None where that person has an open one of that type."""
    try:
        with connection.begin_nested():
            return change(connection, booking, **values)
    except IntegrityError:
        return None


def quiet_insert(connection: Connection, table: type[Base]) -> Any:
    """An INSERT that does nothing where a row of that key is there already."""
    return quiet(connection.dialect.name, table)


@cache
def quiet(dialect: str, table: type[Base]) -> Any:
    """The same for a dialect by name."""
    made = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return made.on_conflict_do_nothing()
