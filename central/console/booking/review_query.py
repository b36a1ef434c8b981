"""What waits for a reviewer: applications with a description (S0-18), and changes of business asked for (S0-48)."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from central.console.booking import urgency
from central.db.tables import Booking, BookingChange, Slot

ORDERS = ("slot", "waiting")


class Waiting(msgspec.Struct, frozen=True):
    """`change`: its row, None for an application; `since`: when it was asked; ms."""

    booking: Row[Any]
    change: Row[Any] | None
    since: int
    urgency: str


def waiting(session: Session, halls: Sequence[str], order: str, now: int) -> list[Waiting]:
    """The nearest slot first, or who has waited longest."""
    found = [*_applications(session, halls, now), *_changes(session, halls, now)]
    if order == "waiting":
        return sorted(found, key=lambda one: (one.since, one.booking.id))
    return sorted(found, key=lambda one: (one.booking.starts_at, one.since, one.booking.id))


def _applications(session: Session, halls: Sequence[str], now: int) -> list[Waiting]:
    query = select(*Booking.__table__.columns).where(Booking.status == "reviewing", Booking.hall.in_(halls))
    return [
        Waiting(row, None, row.applied_at, urgency.of_review(row.starts_at - now, now - row.applied_at))
        for row in session.execute(query)
    ]


def _changes(session: Session, halls: Sequence[str], now: int) -> list[Waiting]:
    changes = session.execute(select(*BookingChange.__table__.columns).where(BookingChange.status == "asked")).all()
    query = select(*Booking.__table__.columns).where(Booking.id.in_([one.booking for one in changes]))
    bookings = {row.id: row for row in session.execute(query.where(Booking.hall.in_(halls)))}
    return [
        Waiting(row, one, one.asked_at, urgency.of_review(row.starts_at - now, now - one.asked_at))
        for one in changes
        if (row := bookings.get(one.booking)) is not None
    ]


def change_of(session: Session, booking: int) -> Row[Any] | None:
    """The one that waits."""
    query = select(*BookingChange.__table__.columns)
    return session.execute(query.where(BookingChange.booking == booking, BookingChange.status == "asked")).first()


def slot(session: Session, id_: str) -> Row[Any] | None:
    return session.execute(select(*Slot.__table__.columns).where(Slot.id == id_)).first()
