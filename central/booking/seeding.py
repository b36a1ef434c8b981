"""The calendar of working days, seeded from the package that follows the State Council's yearly notice (调休, K19).

A year that is not announced yet has no row: its weekdays are a guess, and the console says so.
"""

from datetime import date, timedelta

import chinese_calendar
from sqlalchemy import Connection, Engine, delete, insert, select

from central import audit
from central.audit import SYSTEM, Actor
from central.db.engine import writing
from central.db.tables import CalendarDay, CalendarYear
from central.errors import Invalid

ANNOUNCED = "announced"
OFFICE = "office"


def seed(engine: Engine, year: int, at: int) -> list[int]:
    """This year and the next, where the package knows them and they are not there yet. Gives the years added."""
    with writing(engine).begin() as connection:
        known = set(connection.scalars(select(CalendarYear.year)))
        return [one for one in (year, year + 1) if one not in known and _add(connection, one, at)]


def _add(connection: Connection, year: int, at: int) -> bool:
    days = announced(year)
    if days is None:
        return False
    kept = set(connection.scalars(select(CalendarDay.day).where(CalendarDay.source == OFFICE)))
    rows = [
        {"day": day, "kind": kind, "name": name, "source": ANNOUNCED}
        for day, (kind, name) in days.items()
        if day not in kept
    ]
    if rows:
        connection.execute(insert(CalendarDay), rows)
    connection.execute(insert(CalendarYear).values(year=year, source=ANNOUNCED, at=at))
    audit.record(connection, SYSTEM, "calendar.seeded", "calendar", year, at=at, after={"days": len(rows)})
    return True


def announced(year: int) -> dict[str, tuple[str, str]] | None:
    """Date to (kind, name) of the days that differ from their weekday; None for a year nobody has announced."""
    found: dict[str, tuple[str, str]] = {}
    day = date(year, 1, 1)
    while day.year == year:
        try:
            holiday, name = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError:
            return None
        weekend = day.isoweekday() > 5
        if holiday and (name or not weekend):
            found[day.isoformat()] = ("holiday", name or "")
        elif not holiday and weekend:
            found[day.isoformat()] = ("workday", name or "")
        day += timedelta(days=1)
    return found


def set_day(connection: Connection, day: str, kind: str | None, name: str, actor: Actor, at: int) -> None:
    """A person's word on one date; `kind` None: as its weekday. Raises Invalid."""
    try:
        day = date.fromisoformat(day).isoformat()
    except ValueError:
        raise Invalid("day: write it as 2027-02-14", "day") from None
    if kind not in ("holiday", "workday", None):
        raise Invalid("kind: choose holiday or workday", "kind")
    before = connection.execute(select(CalendarDay).where(CalendarDay.day == day)).first()
    connection.execute(delete(CalendarDay).where(CalendarDay.day == day))
    if kind is not None:
        connection.execute(insert(CalendarDay).values(day=day, kind=kind, name=name[:60], source=OFFICE))
    audit.record(
        connection, actor, "calendar.day_set", "calendar", day, at=at,
        before={"kind": before.kind if before else None}, after={"kind": kind, "name": name[:60]},
    )  # fmt: skip


def declare_year(connection: Connection, year: int, actor: Actor, at: int) -> None:
    """A person has entered the year's holidays: it is no guess any more."""
    if connection.scalar(select(CalendarYear.year).where(CalendarYear.year == year)) is None:
        connection.execute(insert(CalendarYear).values(year=year, source=OFFICE, at=at))
        audit.record(connection, actor, "calendar.year_declared", "calendar", year, at=at)
