"""The slots of one service in one week as a grid: what each can take, what is sold, the hall's own, what is free."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import Row
from sqlalchemy.orm import Session

from central.booking import store
from central.booking.offer import HallOffer
from central.console.booking.teller import Teller, day_words

BUSY_PERCENT, CROWDED_PERCENT = 50, 85
"""From these shares on a slot is coloured."""


class Cell(msgspec.Struct, frozen=True):
    """`load`: easy, busy, crowded, full, over or closed."""

    row: Row[Any]
    free: int
    load: str


class Column(msgspec.Struct, frozen=True):
    """One day. `kind`: why its hours are not the usual ones, or empty; `far`: it is not to be booked yet."""

    day: str
    label: str
    kind: str
    far: bool
    cells: dict[str, Cell]


class Grid(msgspec.Struct, frozen=True):
    """`times`: the periods there are on any of the days, in order."""

    monday: date
    columns: list[Column]
    times: list[str]


def grid(session: Session, offer: HallOffer, service: str, day: date, tell: Teller, now: int) -> Grid:
    """Monday to Sunday of the week with that day; days without a slot only where something else is known of them.

    `now`: ms.
    """
    monday = day - timedelta(days=day.isoweekday() - 1)
    days = [monday + timedelta(days=n) for n in range(7)]
    rows = store.slots(session.connection(), offer.hall, [one.isoformat() for one in days], service)
    last = offer.times.day_of(now) + timedelta(days=offer.rules.horizon_days)
    columns = [_column(offer, one, [row for row in rows if row.day == one.isoformat()], tell, last) for one in days]
    shown = [one for one in columns if one.cells or one.kind]
    return Grid(monday, shown, sorted({time for column in columns for time in column.cells}))


def _column(offer: HallOffer, day: date, rows: Sequence[Row[Any]], tell: Teller, last: date) -> Column:
    kind = "hall" if day.isoformat() in offer.times.days else offer.times.calendar.days.get(day.isoformat(), "")
    cells = {tell.period(row): _cell(row) for row in rows}
    return Column(day.isoformat(), day_words(day), kind, day > last, cells)


def _cell(row: Row[Any]) -> Cell:
    return Cell(row, store.free_places(row), load(row))


def load(row: Any) -> str:
    """How full one slot is."""
    if row.closed:
        return "closed"
    sold = row.taken + row.granted
    if row.excess > 0:
        return "over"
    if sold >= row.capacity:
        return "full"
    percent = sold * 100 // row.capacity
    return "crowded" if percent >= CROWDED_PERCENT else "busy" if percent >= BUSY_PERCENT else "easy"
