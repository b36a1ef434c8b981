"""When a hall is open: its weekly hours and single dates (S0-19), and whom a change would leave without a time."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from central import audit
from central.booking.calendar import HallTimes
from central.booking.life import OPEN
from central.booking.rules import WEEKDAY, Periods, check_periods
from central.booking.work import Work
from central.db.tables import Booking, HallDay, HallHours
from central.errors import Invalid

LONGEST_REASON = 200


def usual(weekday: int) -> Periods:
    """The hours of a hall that has none of its own; ISO weekday."""
    return WEEKDAY if weekday <= 5 else ()


def set_week(work: Work, hall: str, weekly: Mapping[int, Periods]) -> bool:
    """ISO weekday to periods; what is as usual has no row. False where nothing differs. Raises Invalid."""
    before = {row.weekday: _periods(row.periods) for row in work.connection.execute(
        select(HallHours.weekday, HallHours.periods).where(HallHours.hall == hall)
    )}  # fmt: skip
    after = {day: check_periods(periods) for day, periods in weekly.items() if periods != usual(day)}
    if before == after:
        return False
    work.connection.execute(delete(HallHours).where(HallHours.hall == hall))
    for day, periods in after.items():
        work.connection.execute(
            insert(HallHours).values(hall=hall, weekday=day, periods=[list(one) for one in periods])
        )
    was, now = audit.changed(_told(before), _told(after))
    audit.record(work.connection, work.actor, "hours.week_set", "hall", hall, at=work.at, before=was, after=now)
    return True


def set_date(work: Work, hall: str, day: date, periods: Periods, reason: str) -> None:
    """One date on which the hall differs; without periods it is closed. Raises Invalid."""
    text = " ".join(reason.split())
    if not text:
        raise Invalid("Give the reason.", "reason")
    check_periods(periods)
    before = _drop(work, hall, day)
    work.connection.execute(
        insert(HallDay).values(
            hall=hall, day=day.isoformat(), periods=[list(one) for one in periods], reason=text[:LONGEST_REASON],
            by=work.actor.name, at=work.at,
        )
    )  # fmt: skip
    after = {"periods": spoken(periods), "reason": text[:LONGEST_REASON]}
    audit.record(
        work.connection, work.actor, "hours.date_set", "hall", f"{hall} {day}", at=work.at, before=before, after=after
    )


def drop_date(work: Work, hall: str, day: date) -> None:
    """The date is as its weekday again."""
    before = _drop(work, hall, day)
    if before is not None:
        about = f"{hall} {day}"
        audit.record(work.connection, work.actor, "hours.date_dropped", "hall", about, at=work.at, before=before)


def losing(connection: Connection, hall: str, now: HallTimes, then: HallTimes, at: int) -> Sequence[Row[Any]]:
    """Bookings still to come that lie within the hours as they are and not within those that are to be."""
    query = select(*Booking.__table__.columns).where(
        Booking.hall == hall, Booking.status.in_(OPEN - {"displaced"}), Booking.starts_at > at
    )
    rows = connection.execute(query.order_by(Booking.starts_at)).all()
    return [row for row in rows if _within(now, row) and not _within(then, row)]


def spoken(periods: Periods) -> str:
    """09:00-12:00, 13:30-17:00."""
    return ", ".join(f"{start}-{end}" for start, end in periods)


def _within(times: HallTimes, row: Row[Any]) -> bool:
    spans = times.spans(times.day_of(row.starts_at))
    return any(start <= row.starts_at and row.ends_at <= end for start, end in spans)


def _drop(work: Work, hall: str, day: date) -> dict[str, Any] | None:
    here = (HallDay.hall == hall, HallDay.day == day.isoformat())
    row = work.connection.execute(select(HallDay.periods, HallDay.reason).where(*here)).first()
    work.connection.execute(delete(HallDay).where(*here))
    return {"periods": spoken(_periods(row.periods)), "reason": row.reason} if row is not None else None


def _periods(stored: list[Any]) -> Periods:
    return tuple((str(start), str(end)) for start, end in stored)


def _told(weekly: Mapping[int, Periods]) -> dict[str, str]:
    return {str(day): spoken(weekly.get(day, usual(day))) for day in range(1, 8)}
