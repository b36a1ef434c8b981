"""Days and times somebody may still book, with what is free of each: for the desk, moves and changes."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from central.booking import life, store
from central.booking.offer import HallOffer
from central.console.booking.teller import day_words
from central.db.tables import Unreconciled


class Time(msgspec.Struct, frozen=True):
    """One slot. `load`: free, busy (less than a third is left) or full."""

    id: str
    label: str
    free: int
    load: str


class Day(msgspec.Struct, frozen=True):
    """One day with its times, also the full ones."""

    day: str
    label: str
    free: int
    times: list[Time]


class Offered(msgspec.Struct, frozen=True):
    """`checking`: nothing is sold, since the hall's bookings are being compared."""

    days: list[Day]
    checking: bool = False

    def day_of(self, slot: str) -> str | None:
        return next((day.day for day in self.days if any(time.id == slot for time in day.times)), None)


def offered(connection: Connection, offer: HallOffer, service: str, at: int) -> Offered:
    """What staff may book from now (`at`, ms) on: until a slot starts."""
    days = life.bookable_days(offer.rules, offer.times, at)
    rows = store.slots(connection, offer.hall, [day.isoformat() for day in days], service)
    by_day: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if row.starts_at > at and row.capacity + row.excess > 0 and not row.closed:
            by_day[row.day].append(row)
    checking = connection.scalar(select(Unreconciled.hall).where(Unreconciled.hall == offer.hall)) is not None
    return Offered([_day(offer, day, of_day) for day, of_day in by_day.items()], checking)


def _day(offer: HallOffer, day: str, rows: list[Row[Any]]) -> Day:
    times = [_time(offer, row) for row in rows]
    return Day(day, day_words(date.fromisoformat(day)), sum(time.free for time in times), times)


def _time(offer: HallOffer, row: Row[Any]) -> Time:
    free = store.free_places(row)
    load = "full" if free == 0 else "busy" if free * 3 <= row.capacity else "free"
    return Time(row.id, f"{_clock(offer, row.starts_at)}–{_clock(offer, row.ends_at)}", free, load)


def _clock(offer: HallOffer, at: int) -> str:
    return datetime.fromtimestamp(at / 1000, offer.times.zone).strftime("%H:%M")
