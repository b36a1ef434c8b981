"""The business day as absolute times. Pure: the zone's rules come from the tz database, the moment from outside."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from contract.catalogue import Service
from contract.events import DayPlan


class Hours(Protocol):
    """Local times "HH:MM", as `edge.config.Day` has them."""

    @property
    def starts(self) -> str: ...
    @property
    def opens(self) -> str: ...
    @property
    def last_ticket(self) -> str: ...
    @property
    def closes(self) -> str: ...


def plan_day(at: int, day: Hours, timezone: str, services: Sequence[Service]) -> DayPlan:
    """The business day that holds `at` (ms since 1970 UTC).

    A day ends where the next begins, also when a change of the clocks makes it 23 or 25 hours long. A
    local time that the change skips is the moment the clocks show instead; one that comes twice is its
    first. A time before `starts` belongs to the night behind the day (a hall open until 02:00).
    """
    zone = ZoneInfo(timezone)
    starts = time.fromisoformat(day.starts)
    calendar = datetime.fromtimestamp(at / 1000, zone).date() + timedelta(days=1)
    while _moment(calendar, starts, zone) > at:
        calendar -= timedelta(days=1)

    def local(clock: str) -> int:
        wanted = time.fromisoformat(clock)
        return _moment(calendar + timedelta(days=wanted < starts), wanted, zone)

    return DayPlan(
        day=calendar.isoformat(),
        starts_at=_moment(calendar, starts, zone),
        opens_at=local(day.opens),
        closes_at=local(day.closes),
        ends_at=_moment(calendar + timedelta(days=1), starts, zone),
        last_ticket={each.id: local(each.last_ticket or day.last_ticket) for each in services},
    )


def _moment(day: date, clock: time, zone: ZoneInfo) -> int:
    return round(datetime.combine(day, clock, zone).timestamp() * 1000)
