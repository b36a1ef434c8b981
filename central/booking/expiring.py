"""What time ends: returned applications that were not mended in time, and keys of requests nobody repeats any more."""

from sqlalchemy import delete, select

from central.audit import SYSTEM
from central.booking import store
from central.booking.changing import ended
from central.booking.desk import BookingDesk
from central.db.engine import writing
from central.db.tables import Booking, IdempotencyKey

KEYS_MS = 48 * 3_600_000
"""How long an Idempotency-Key is honoured."""


def expire(desk: BookingDesk, at: int) -> int:
    """Gives how many applications expired; each in a transaction of its own."""
    query = select(Booking.code).where(Booking.status == "returned", Booking.deadline < at)
    with desk.engine.connect() as connection:
        codes = connection.scalars(query).all()
    for code in codes:
        with desk.working(SYSTEM) as work:
            booking = store.by_code(work.connection, code, lock=True)
            if booking is not None and booking.status == "returned" and booking.deadline < at:
                ended(work, booking, "expired", reason_code="expired")
    with writing(desk.engine).begin() as connection:
        connection.execute(delete(IdempotencyKey).where(IdempotencyKey.at < at - KEYS_MS))
    return len(codes)
