"""PURE. Working days and the hours of a hall: the table of holidays and make-up workdays (调休), the hall's own
weekly hours, and single dates on which it differs (K19)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from central.booking.rules import WEEKDAY, Periods, minutes

_FAR = 400
"""Days looked ahead at most; a hall that is closed longer has no next day."""


class Calendar(msgspec.Struct, frozen=True):
    """`days`: date to "holiday" or "workday" where it differs from its weekday; `years`: those announced; `names`: of
    the days that have one, as they are kept (holidays.py)."""

    days: Mapping[str, str] = {}
    years: frozenset[int] = frozenset()
    names: Mapping[str, str] = {}

    def workday(self, day: date) -> bool:
        """Whether the State works on it; Monday to Friday where nothing else is known."""
        kind = self.days.get(day.isoformat())
        return kind == "workday" if kind else day.isoweekday() <= 5

    def announced(self, year: int) -> bool:
        return year in self.years


class HallTimes(msgspec.Struct, frozen=True):
    """When a hall takes customers. `weekly`: ISO weekday to periods, where it has its own; `days`: single dates, and
    `reasons`: why they differ, in the hall's own words."""

    calendar: Calendar
    zone: ZoneInfo
    weekly: Mapping[int, Periods] = {}
    days: Mapping[str, Periods] = {}
    reasons: Mapping[str, str] = {}

    def periods(self, day: date) -> Periods:
        """A date of its own first; nothing on holidays; on make-up workdays as on the weekday, or as on Monday where
        that weekday is usually free; else the weekly hours, Monday to Friday by default."""
        single = self.days.get(day.isoformat())
        if single is not None:
            return single
        kind = self.calendar.days.get(day.isoformat())
        if kind == "holiday":
            return ()
        usual = self.weekly.get(day.isoweekday(), WEEKDAY if day.isoweekday() <= 5 else ())
        return usual or (self.weekly.get(1, WEEKDAY) if kind == "workday" else ())

    def spans(self, day: date) -> list[tuple[int, int]]:
        """The periods as moments, ms."""
        return [(self.moment(day, start), self.moment(day, end)) for start, end in self.periods(day)]

    def moment(self, day: date, text: str) -> int:
        """Local "HH:MM" of that date, ms."""
        at = minutes(text)
        assert at is not None, text
        midnight = datetime.combine(day, time(), self.zone)
        return round((midnight + timedelta(minutes=at)).timestamp() * 1000)

    def day_of(self, at: int) -> date:
        """The local date of a moment (ms)."""
        return datetime.fromtimestamp(at / 1000, self.zone).date()

    def open_days(self, after: date) -> Iterator[date]:
        """Days with hours, after that one."""
        for ahead in range(1, _FAR):
            day = after + timedelta(days=ahead)
            if self.periods(day):
                yield day

    def next_open(self, after: date) -> date | None:
        return next(self.open_days(after), None)

    def working_ms(self, since: int, until: int) -> int:
        """Opening time between two moments, ms."""
        total, day, last = 0, self.day_of(since), self.day_of(max(since, until))
        while day <= last:
            total += sum(max(0, min(end, until) - max(start, since)) for start, end in self.spans(day))
            day += timedelta(days=1)
        return total

    def after_working(self, since: int, ms: int) -> int:
        """The moment at which so much opening time has passed since then."""
        left, day = ms, self.day_of(since)
        for _ in range(_FAR):
            for start, end in self.spans(day):
                began = max(start, since)
                if end - began >= left:
                    return max(began, since) + left if left else since
                left -= max(0, end - began)
            day += timedelta(days=1)
        return since + ms
