"""Reminders (notify.reminder): the evening before, and shortly before the booked time. Once each, and none to who was
told of the booking after the moment at which it would have gone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, exists, func, select
from sqlalchemy.orm import aliased

from central.booking.calendar import HallTimes
from central.booking.desk import BookingDesk
from central.booking.rules import BookingRules
from central.clockwork import Job
from central.db.engine import writing
from central.db.tables import Booking, Closure, OutboxRow
from central.notices.outbox import announce

NAME = "reminders"
EVERY_S = 30
_AT_ONCE = 50
"""Bookings in one transaction."""


class Due(NamedTuple):
    """Bookings to be reminded of now: those of `day`, or those that start from `after` until `until`.

    `moment`: when it was due; None: `before` ms ahead of each.
    """

    event: str
    day: str | None = None
    after: int = 0
    until: int = 0
    moment: int | None = None
    before: int = 0


def due(rules: BookingRules, times: HallTimes, now: int) -> Iterator[Due]:
    """PURE: what is due in a hall at `now` (ms)."""
    today = times.day_of(now)
    if rules.remind_at:
        moment = times.moment(today, rules.remind_at)
        if now >= moment:
            yield Due("reminder.day", day=(today + timedelta(days=1)).isoformat(), moment=moment)
    if rules.remind_before_min:
        before = rules.remind_before_min * 60_000
        yield Due("reminder.hour", after=now, until=now + before, before=before)


def job(desk: BookingDesk) -> Job:
    return Job(NAME, EVERY_S, lambda at: remind(desk, at))


def remind(desk: BookingDesk, now: int) -> int:
    """Gives how many bookings were reminded of."""
    told = 0
    for hall in desk.halls():
        offer = desk.offer(hall)
        for one in due(offer.rules, offer.times, now):
            while count := _tell(desk, hall, one, now):
                told += count
    return told


def _tell(desk: BookingDesk, hall: str, one: Due, now: int) -> int:
    with writing(desk.engine).begin() as connection:
        bookings = _bookings(connection, hall, one)
        for booking in bookings:
            announce(connection, desk.vault, one.event, booking, at=now)
    return len(bookings)


def _bookings(connection: Connection, hall: str, one: Due) -> list[Any]:
    """Confirmed, in an open hall, and not told of anything since the moment: a reminder counts, and so does news."""
    told, shut = aliased(OutboxRow), aliased(Closure)
    moment: ColumnElement[int] | int = Booking.starts_at - one.before if one.moment is None else one.moment
    closed = exists().where(
        shut.hall == Booking.hall,
        shut.ended_at.is_(None),
        shut.from_at < Booking.ends_at,
        shut.until_at > Booking.starts_at,
    )
    when = Booking.day == one.day if one.day else Booking.starts_at.between(one.after + 1, one.until)
    query = (
        select(Booking.__table__)
        .where(Booking.hall == hall, Booking.status == "confirmed", Booking.person.is_not(None), when)
        .where(func.coalesce(Booking.confirmed_at, Booking.applied_at) < moment, ~closed)
        .where(~exists().where(told.booking == Booking.id, told.created_at >= moment))
        .order_by(Booking.starts_at, Booking.id)
        .limit(_AT_ONCE)
    )
    return list(connection.execute(query))
