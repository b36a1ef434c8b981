"""The hall and the day that a page is about, as its address has them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from central.console.booking.teller import day_words
from central.console.chosen import day_of, hall_of
from central.db.tables import Hall


class Place(msgspec.Struct, frozen=True):
    """`halls`: those to choose from; `today`: the hall's own."""

    hall: Hall
    halls: Sequence[Hall]
    day: date
    today: date

    @property
    def iso(self) -> str:
        return self.day.isoformat()

    @property
    def words(self) -> str:
        return day_words(self.day)

    def step(self, days: int) -> str:
        return (self.day + timedelta(days=days)).isoformat()


def place(halls: Sequence[Hall], query: Mapping[str, str], now: int) -> Place | None:
    """None while somebody has no hall. Raises HTTPException for a hall or day that is none."""
    hall = hall_of(halls, query.get("hall"))
    if hall is None:
        return None
    today = datetime.fromtimestamp(now / 1000, ZoneInfo(hall.timezone)).date()
    return Place(hall, halls, day_of(query.get("day")) or today, today)
