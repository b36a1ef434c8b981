"""PURE. The plan of a hall's day: which service works when and for how many (S2-5), and what is coming that can be
prepared for (S0-17)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

GONE = frozenset({"cancelled", "refused", "expired", "displaced"})
"""Bookings that nobody prepares for any more."""


class Period(msgspec.Struct, frozen=True):
    """One slot of a service. `hall_share`: places only the hall sells."""

    starts_at: int
    ends_at: int
    capacity: int
    booked: int
    hall_share: int
    closed: bool


class Service(msgspec.Struct, frozen=True):
    """A queue with its periods; `counters`: ids of the windows that serve it first."""

    id: str
    counters: list[str]
    periods: list[Period]

    @property
    def booked(self) -> int:
        return sum(period.booked for period in self.periods)

    @property
    def capacity(self) -> int:
        return sum(period.capacity for period in self.periods if not period.closed)


class Preparation(msgspec.Struct, frozen=True):
    """One matter of the day with its bookings; `row`: of the matter, None for one that is gone."""

    matter: str
    row: Mapping[str, Any] | None
    bookings: list[Any]


def services(slots: Sequence[Any], queues: Sequence[str], counters: Sequence[Mapping[str, Any]]) -> list[Service]:
    """Every queue that takes bookings, also one without a slot that day, so that nothing is left out."""
    by_service: defaultdict[str, list[Any]] = defaultdict(list)
    for slot in slots:
        by_service[slot.service].append(slot)
    ids = [*queues, *(id_ for id_ in by_service if id_ not in queues)]
    return [Service(id_, serving(counters, id_), [_period(slot) for slot in by_service[id_]]) for id_ in ids]


def serving(counters: Sequence[Mapping[str, Any]], service: str) -> list[str]:
    """Windows whose first group has the service."""
    return [counter["id"] for counter in counters if service in next(iter(counter.get("serves") or ()), ())]


def preparations(bookings: Sequence[Any], matters: Mapping[str, Mapping[str, Any]]) -> list[Preparation]:
    """By the first time of each matter."""
    found: dict[str, list[Any]] = {}
    for booking in sorted(bookings, key=lambda one: one.starts_at):
        if booking.status not in GONE:
            found.setdefault(booking.matter or booking.business_type, []).append(booking)
    return [Preparation(matter, matters.get(matter), rows) for matter, rows in found.items()]


def _period(slot: Any) -> Period:
    return Period(slot.starts_at, slot.ends_at, slot.capacity, slot.taken, slot.granted, slot.closed)
