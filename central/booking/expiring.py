"""What time ends: applications nobody mended, or looked at, in time; bookings a hall never said a word about; and keys
of requests nobody repeats any more."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select

from central.audit import SYSTEM
from central.booking.changing import ended
from central.booking.desk import BookingDesk
from central.booking.sentences import SENTENCES
from central.booking.work import Work
from central.db.engine import writing
from central.db.tables import Booking, IdempotencyKey
from words import catalogue

KEYS_MS = 48 * 3_600_000
"""How long an Idempotency-Key is honoured."""
UNHEARD_MS = 8 * 86_400_000
"""A hall may be away for a week (F22); then its bookings no longer keep their customers from another one."""

End = Callable[[Work, Row[Any]], object]


def expire(desk: BookingDesk, at: int) -> int:
    """Gives how many were ended; each in a transaction of its own."""
    total = sum(_end(desk, which, end) for which, end in _due(at))
    with writing(desk.engine).begin() as connection:
        connection.execute(delete(IdempotencyKey).where(IdempotencyKey.at < at - KEYS_MS))
    return total


def _due(at: int) -> list[tuple[ColumnElement[bool], End]]:
    return [
        ((Booking.status == "returned") & (Booking.deadline < at), _not_mended),
        ((Booking.status == "reviewing") & (Booking.starts_at <= at), _not_looked_at),
        ((Booking.status == "confirmed") & (Booking.starts_at < at - UNHEARD_MS), _unheard),
    ]


def _end(desk: BookingDesk, which: ColumnElement[bool], end: End) -> int:
    with desk.engine.connect() as connection:
        ids = connection.scalars(select(Booking.id).where(which)).all()
    total = 0
    for id_ in ids:
        with desk.working(SYSTEM) as work:
            still = select(Booking).where(Booking.id == id_, which).with_for_update()
            if (booking := work.connection.execute(still).first()) is not None:
                end(work, booking)
                total += 1
    return total


def _not_mended(work: Work, booking: Row[Any]) -> None:
    ended(work, booking, "expired", reason_code="expired")


def _not_looked_at(work: Work, booking: Row[Any]) -> None:
    """The office's own failing, and said so."""
    said = catalogue("central", "booking", booking.language).gettext(SENTENCES["not_looked_at"])
    ended(work, booking, "refused", reason_code="office", reason=said, decided_at=work.at, decided_by="system")


def _unheard(work: Work, booking: Row[Any]) -> None:
    """Whether its customer came nobody knows, so nothing is held against anybody, nor is anything sent."""
    ended(work, booking, "expired", event="booking.unheard", reason_code="unheard")
