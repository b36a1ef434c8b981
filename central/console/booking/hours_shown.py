"""The opening times of a hall as its page shows them: each day's periods, and until when it can be booked."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec
from babel.dates import get_day_names
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette_admin.i18n import get_locale

from central.booking import hours
from central.booking.calendar import Calendar, HallTimes
from central.booking.offer import HallOffer
from central.booking.rules import Periods
from central.booking.slots import bookable_until
from central.console.booking.teller import Teller, day_words
from central.db.tables import HallDay

_MONDAY = date(2024, 1, 1)
"""Any one: a week is looked at as such."""


class Weekday(msgspec.Struct, frozen=True):
    """`usual`: its periods are the usual ones; `until`: when its last slot ends, "" without one."""

    day: int
    name: str
    periods: str
    usual: bool
    until: str


class Single(msgspec.Struct, frozen=True):
    """A date that differs from its week."""

    row: HallDay
    words: str
    periods: str
    until: str


def week(offer: HallOffer, tell: Teller) -> list[Weekday]:
    """As it is where neither a holiday nor a date of its own changes it."""
    words: Mapping[int, str] = get_day_names(locale=get_locale())
    plain = msgspec.structs.replace(offer.times, calendar=Calendar(), days={})
    found = []
    for day in range(1, 8):
        spans: Periods = plain.weekly.get(day, hours.usual(day))
        until = _until(offer, plain, tell, _MONDAY + timedelta(days=day - 1))
        found.append(Weekday(day, words[day - 1], hours.spoken(spans), spans == hours.usual(day), until))
    return found


def dates(session: Session, offer: HallOffer, tell: Teller, today: date) -> Sequence[Single]:
    """From today on."""
    query = select(HallDay).where(HallDay.hall == offer.hall, HallDay.day >= today.isoformat()).order_by(HallDay.day)
    return [_single(offer, tell, row, date.fromisoformat(row.day)) for row in session.scalars(query)]


def _single(offer: HallOffer, tell: Teller, row: HallDay, day: date) -> Single:
    periods = hours.spoken(tuple((str(start), str(end)) for start, end in row.periods))
    return Single(row, day_words(day), periods, _until(offer, offer.times, tell, day))


def _until(offer: HallOffer, times: HallTimes, tell: Teller, day: date) -> str:
    """ "24:00" where its last slot ends with it."""
    at = bookable_until(times, offer.rules, day)
    if at is None:
        return ""
    return tell.clock(offer.hall, at) if times.day_of(at) == day else "24:00"
