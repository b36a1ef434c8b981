"""PURE. Which slots a day has, and how many people one of them can take."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

import msgspec

from central.booking.calendar import HallTimes
from central.booking.rules import BookingRules


class Span(msgspec.Struct, frozen=True):
    """One slot, ms."""

    starts_at: int
    ends_at: int


def spans(times: HallTimes, rules: BookingRules, day: date) -> list[Span]:
    """The slots of a day: each period cut into `slot_min`; what is left of a period is no slot; none after `last_end`.

    A single date or weekday with hours of its own beyond `last_end` (an evening service) keeps `last_end` for its last
    period only where that period began before it.
    """
    found, length = [], rules.slot_min * 60_000
    last = times.moment(day, rules.last_end) if rules.last_end else None
    for start, end in times.spans(day):
        stop = min(end, last) if last is not None and start < last else end
        found += [Span(at, at + length) for at in range(start, stop - length + 1, length)]
    return found


def bookable_until(times: HallTimes, rules: BookingRules, day: date) -> int | None:
    """When the day's last slot ends, ms; None where it has none."""
    return max((span.ends_at for span in spans(times, rules, day)), default=None)


def slot_id(hall: str, service: str, starts_at: int) -> str:
    """The same in every life of the centre."""
    return f"{hall}:{service}:{starts_at}"


def new_row(hall: str, service: str, day: str, span: Span, capacity: int) -> dict[str, Any]:
    """A row of `slots`, with nothing sold."""
    return {
        "id": slot_id(hall, service, span.starts_at),
        "hall": hall,
        "service": service,
        "day": day,
        "starts_at": span.starts_at,
        "ends_at": span.ends_at,
        "capacity": capacity,
        "by_hand": False,
        "taken": 0,
        "granted": 0,
        "excess": 0,
        "closed": False,
    }


def windows(counters: Iterable[Mapping[str, object]], service: str) -> Fraction:
    """How many windows work for a service: each counter counts for the services it serves first, in equal parts.

    Exact, so that six sixths are one window and no place is lost to a rounding.
    """
    total = Fraction(0)
    for counter in counters:
        groups = counter.get("serves") or ()
        first = next(iter(groups), ())  # type: ignore[call-overload]
        if service in first:
            total += Fraction(1, len(first))
    return total


def capacity(windows: Fraction, slot_min: int, mean_s: float, share_percent: int) -> int:
    """floor(windows × slot_len / mean service time × share), at least 1 (booking.capacity, S0-19)."""
    return max(1, floor(windows * slot_min * 60 * share_percent / (100 * Fraction(max(1.0, mean_s)))))


def hall_share(capacity: int, hall_percent: int) -> int:
    """Places of a slot that are the hall's to sell: rounded down, but one where the capacity is two or more."""
    if hall_percent == 0 or capacity < 2:
        return 0
    return max(1, floor(capacity * hall_percent / 100))
