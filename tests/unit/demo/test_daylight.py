"""Whenever a system is started, its halls have the day before them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from central import config as central_config
from edge import config
from hallkeeper import daylight
from hallkeeper.system import Layout, System, free_port

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


def test_the_centre_shows_the_time_of_its_halls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daylight, "zone", lambda at: daylight.ABROAD)
    (tmp_path / "broker").mkdir()
    system = System(tmp_path, Layout(free_port(), free_port(), {"bank-branch": free_port()}))
    zones = {config.load(path).hall.timezone for path in system.halls.values()}
    assert zones == {central_config.load(system.central, {}).http.timezone} == {daylight.ABROAD}
