"""PURE: when a hall is open, day by day, in words: hours, what a closure takes of them, why a day is unlike others."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from central.booking import holidays
from central.booking.calendar import HallTimes
from central.booking.rules import BookingRules
from central.booking.slots import bookable_until, spans
from central.site import moments
from central.site.texts import said
from words import catalogue

WEEK = 7
AHEAD = 45
"""Days of which those that are not as usual are named as well: a long holiday is seen in time to come before it."""
Closure = tuple[int, int, Mapping[str, str]]
"""From and until (ms), and what the public reads."""
Spans = Sequence[tuple[int, int]]


class Day(msgspec.Struct, frozen=True):
    """One day. `open`: its periods, none: closed; `gone`: those it had before a closure took of them."""

    name: str
    open: tuple[str, ...]
    gone: tuple[str, ...]
    why: tuple[str, ...]


def week(times: HallTimes, closures: Sequence[Closure], today: date, language: str) -> list[Day]:
    """Today and the six days after it."""
    return [_day(times, closures, today + timedelta(days=n), today, language) for n in range(WEEK)]


def later(times: HallTimes, closures: Sequence[Closure], today: date, language: str) -> list[Day]:
    """Days after that week which are not as their weekday."""
    days = [_day(times, closures, today + timedelta(days=n), today, language) for n in range(WEEK, AHEAD)]
    return [day for day in days if day.why or day.gone]


def last_bookings(times: HallTimes, rules: BookingRules, today: date, language: str) -> str:
    """Until when one can book, where the hall is open longer than that on a day of the week; else empty."""
    _ = catalogue("central", "site", language).gettext
    days = [today + timedelta(days=n) for n in range(WEEK)]
    if not any(_cut(times, rules, day) for day in days):
        return ""
    if any((bookable_until(times, rules, day) or 0) > times.moment(day, rules.last_end) for day in days):
        late = _("Booked visits end by {time}; only evening hours that begin later are booked to their end.")
        return late.format(time=rules.last_end)
    return _("Booked visits end by {time}; until closing time a number can still be taken in the hall.").format(
        time=rules.last_end
    )


def _cut(times: HallTimes, rules: BookingRules, day: date) -> bool:
    """Whether `last_end` takes a slot of that day, not only what is no whole slot."""
    unbound = msgspec.structs.replace(rules, last_end="")
    return len(spans(times, rules, day)) < len(spans(times, unbound, day))


def _day(times: HallTimes, closures: Sequence[Closure], day: date, today: date, language: str) -> Day:
    usual, left = times.spans(day), _left(times.spans(day), closures)
    hit = [text for since, until, text in closures if any(since < end and until > start for start, end in usual)]
    own = times.reasons.get(day.isoformat()) or holidays.why(times.calendar, day.isoformat(), language)
    return Day(
        moments.near_day(day, today, language),
        _spoken(times, left),
        _spoken(times, usual) if left != usual else (),
        tuple(dict.fromkeys(one for one in (own, *(said(text, language) for text in hit)) if one)),
    )


def _left(open_: Spans, closures: Iterable[Closure]) -> list[tuple[int, int]]:
    """What closures leave of the hours."""
    left = list(open_)
    for since, until, _text in closures:
        pieces = [piece for start, end in left for piece in ((start, min(end, since)), (max(start, until), end))]
        left = [(start, end) for start, end in pieces if start < end]
    return left


def _spoken(times: HallTimes, open_: Spans) -> tuple[str, ...]:
    return tuple(moments.span(start, end, times.zone) for start, end in open_)
