"""PURE. What other booking rules would make of a hall's next days: told before they are set."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import msgspec

from central.booking import life
from central.booking.calendar import HallTimes
from central.booking.rules import BookingRules
from central.booking.slots import capacity, spans

DAYS = 7
"""Days with slots that are compared."""


class Size(msgspec.Struct, frozen=True):
    """`places`: what the formula gives all queues together; `until` ms, None without a slot."""

    slots: int
    places: int
    until: int | None


class DayEffect(msgspec.Struct, frozen=True):
    day: date
    now: Size
    then: Size


class Queue(msgspec.Struct, frozen=True):
    """`windows` that work for it, and its mean handling time."""

    windows: Fraction
    mean_s: float


def days(times: HallTimes, queues: Iterable[Queue], now: BookingRules, then: BookingRules, at: int) -> list[DayEffect]:
    """The next days that have slots under either, in order."""
    both, served = _days(times, now, then, at), list(queues)
    found = [DayEffect(day, _size(times, served, now, day, at), _size(times, served, then, day, at)) for day in both]
    return [one for one in found if one.now.slots or one.then.slots][:DAYS]


def horizon(times: HallTimes, now: BookingRules, then: BookingRules, at: int) -> tuple[date, date]:
    """The last day that can be booked now, and then."""
    return life.days_ahead(now, times, at)[-1], life.days_ahead(then, times, at)[-1]


def without_slot(times: HallTimes, then: BookingRules, starts: Iterable[int]) -> list[int]:
    """Those of `starts` (ms) at which no slot begins under the other rules; who has booked then stands as booked."""
    known = list(starts)
    begins = {span.starts_at for day in {times.day_of(at) for at in known} for span in spans(times, then, day)}
    return [at for at in known if at not in begins]


def _days(times: HallTimes, now: BookingRules, then: BookingRules, at: int) -> list[date]:
    return sorted({*life.days_ahead(now, times, at), *life.days_ahead(then, times, at)})


def _size(times: HallTimes, queues: list[Queue], rules: BookingRules, day: date, at: int) -> Size:
    if day not in life.days_ahead(rules, times, at):
        return Size(0, 0, None)
    slots = [span for span in spans(times, rules, day) if span.starts_at > at]
    each = sum(capacity(one.windows, rules.slot_min, one.mean_s, rules.share_percent) for one in queues)
    return Size(len(slots), len(slots) * each, max((span.ends_at for span in slots), default=None))
