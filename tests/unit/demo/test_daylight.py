"""Whenever a system is started, its halls have the day before them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hallkeeper import daylight

NEW_YEAR = datetime(2028, 1, 1, tzinfo=UTC)
HALF_HOURS = [NEW_YEAR + timedelta(minutes=30 * n) for n in range(366 * 48)]
"""Of a leap year."""


def test_it_is_day_in_the_halls_and_stays_so_for_two_hours() -> None:
    for start in HALF_HOURS:
        zone = ZoneInfo(daylight.zone(start.timestamp()))
        begun, later = start.astimezone(zone), (start + timedelta(hours=2)).astimezone(zone)
        assert begun.hour >= 5 and later.date() == begun.date(), start


def test_by_day_they_are_at_home() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo(daylight.HOME))
    assert daylight.zone(noon.timestamp()) == daylight.HOME
