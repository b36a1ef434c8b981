"""Times as the public site says them."""

from zoneinfo import ZoneInfo

import pytest

from central.site import moments

HOUR = 3_600_000
MIDNIGHT = 1_796_054_400_000
"""1 December 2026 in Shanghai."""


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [(9, 9.5, "09:00–09:30"), (0, 24, "00:00–24:00"), (23.5, 24, "23:30–24:00"), (0, 0.5, "00:00–00:30")],
)
def test_hours_until_midnight_do_not_end_where_the_day_begins(since: float, until: float, said: str) -> None:
    start, end = (MIDNIGHT + round(hour * HOUR) for hour in (since, until))
    assert moments.span(start, end, ZoneInfo("Asia/Shanghai")) == said
