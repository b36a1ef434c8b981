"""Tells halls their rosters: every confirmed booking at once, whatever its day, and each change as it comes.

So a hall without a network knows its customers of the next days, and a centre restored from a backup finds in the
halls what it has lost. What is owed follows from the rows alone (`rev`, `told_rev`), so nothing is forgotten."""

from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update

from central.db.engine import writing
from central.db.tables import Booking
from central.ingest import orders
from contract.directives import BookingAdded, BookingCancelled

AT_ONCE = 200
"""Bookings told in one transaction."""
_HERE = ("arrived", "served", "void")
"""What the hall has told itself."""


def tell(engine: Engine, at: int) -> int:
    """Everything owed to every hall. Gives how many bookings were told."""
    total = 0
    for hall in _owed(engine):
        while True:
            with writing(engine).begin() as connection:
                n = _some(connection, hall, at)
            total += n
            if n < AT_ONCE:
                break
    return total


def entry(booking: Row[Any]) -> BookingAdded:
    return BookingAdded(
        code=booking.code,
        day=booking.day,
        service=booking.service,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        name=booking.name_masked,
        id_hmac=booking.roster_id,
        phone_hmac=booking.roster_phone,
        priority_class=booking.priority_class,
        rev=booking.rev,
        matter=booking.matter,
        answers=booking.choices,
    )


def _owed(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        query = select(Booking.hall).where(Booking.rev > Booking.told_rev).distinct()
        return list(connection.scalars(query))


def _some(connection: Connection, hall: str, at: int) -> int:
    """The next ones owed to a hall."""
    # What the hall has sold, or a restored centre has heard of there, it knows although nothing was told yet.
    known = (Booking.told_rev > 0) | Booking.grant.is_not(None) | (Booking.channel == "rebuilt")
    query = (
        select(Booking)
        .where(Booking.hall == hall, Booking.rev > Booking.told_rev, known | (Booking.status == "confirmed"))
        .order_by(Booking.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(query).all()
    for row in rows:
        _tell(connection, row, at)
    return len(rows)


def _tell(connection: Connection, row: Row[Any], at: int) -> None:
    if row.status == "confirmed":
        orders.issue(connection, row.hall, entry(row), by="booking", at=at)
    elif row.status not in _HERE:
        orders.issue(connection, row.hall, BookingCancelled(row.code, row.rev), by="booking", at=at)
    connection.execute(update(Booking).where(Booking.id == row.id).values(told_rev=row.rev))
