"""Tells halls their rosters: every booking up to the next day the hall is open, so the evening before at the latest,
and each change as it comes. What is owed follows from the rows alone (`rev`, `told_rev`), so nothing is forgotten."""

from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update

from central.booking.offer import HallOffer, Offers
from central.db.engine import writing
from central.db.tables import Booking
from central.ingest import orders
from contract.directives import BookingAdded, BookingCancelled

AT_ONCE = 200
"""Bookings told in one transaction."""
_HERE = ("arrived", "served", "void")
"""What the hall has told itself."""


def tell(engine: Engine, offers: Offers, at: int) -> int:
    """Everything owed to every hall. Gives how many bookings were told."""
    total = 0
    for hall in _owed(engine):
        offer = offers.of(hall)
        while True:
            with writing(engine).begin() as connection:
                n = _some(connection, offer, at)
            total += n
            if n < AT_ONCE:
                break
    return total


def until_day(offer: HallOffer, at: int) -> str:
    """The last day whose bookings the hall is told now."""
    today = offer.times.day_of(at)
    return (offer.times.next_open(today) or today).isoformat()


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
    )


def _owed(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        query = select(Booking.hall).where(Booking.rev > Booking.told_rev).distinct()
        return list(connection.scalars(query))


def _some(connection: Connection, offer: HallOffer, at: int) -> int:
    """The next ones owed to a hall; those not yet due are left."""
    known = Booking.told_rev > 0
    due = (Booking.status == "confirmed") & (Booking.day <= until_day(offer, at))
    query = (
        select(Booking)
        .where(Booking.hall == offer.hall, Booking.rev > Booking.told_rev, known | due)
        .order_by(Booking.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(query).all()
    for row in rows:
        _tell(connection, offer, row, at)
    return len(rows)


def _tell(connection: Connection, offer: HallOffer, row: Row[Any], at: int) -> None:
    told = row.rev
    if row.status == "confirmed" and row.day <= until_day(offer, at):
        orders.issue(connection, row.hall, entry(row), by="booking", at=at)
    elif row.status not in _HERE:
        orders.issue(connection, row.hall, BookingCancelled(row.code, row.rev), by="booking", at=at)
        told = 0 if row.status == "confirmed" else row.rev  # moved to a later day: it is told again when that is due
    connection.execute(update(Booking).where(Booking.id == row.id).values(told_rev=told))
