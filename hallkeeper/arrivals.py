"""PURE: a day's customers: when they come, what for, and how long they take.

The profile follows what service halls see: a peak after opening and one after lunch.
"""

import random
from collections.abc import Iterator

import msgspec

PROFILE = {9: 1.4, 10: 1.6, 11: 1.2, 12: 0.5, 13: 0.8, 14: 1.5, 15: 1.2, 16: 0.7}
"""Hour of the simulated day to its share of the mean arrival rate; other hours have nobody."""

OPENS_H, CLOSES_H = 9, 17


class Customer(msgspec.Struct, frozen=True):
    """`at_s`: seconds after the simulated day's opening; `handling_s`: at the counter."""

    at_s: float
    service: str
    priority_class: str | None
    handling_s: float
    absent: bool
    """Does not come when called."""
    level: int | None
    """How the service is rated, None: not at all."""


def day_of_customers(
    rng: random.Random,
    expected: dict[str, int],
    counters: int,
    priority_classes: list[str],
) -> Iterator[Customer]:
    """One day for one hall, in order of time.

    `expected`: service id to its usual handling time in seconds. The load is 85 % of what `counters`
    windows can do, so queues form in the peaks and drain after them.
    """
    mean = sum(expected.values()) / len(expected)
    per_s = 0.85 * counters / mean
    services = list(expected)
    weights = [1 / expected[s] for s in services]
    at = 0.0
    while True:
        hour = OPENS_H + int(at // 3600)
        rate = per_s * PROFILE.get(hour, 0.0)
        at += rng.expovariate(rate) if rate else 3600.0
        if at >= (CLOSES_H - OPENS_H) * 3600:
            return
        service = rng.choices(services, weights)[0]
        yield Customer(
            at_s=at,
            service=service,
            priority_class=rng.choice(priority_classes) if priority_classes and rng.random() < 0.12 else None,
            handling_s=rng.lognormvariate(0.0, 0.5) * expected[service] * 0.88,
            absent=rng.random() < 0.05,
            level=rng.choices([5, 4, 3, 2, 1], [60, 25, 9, 4, 2])[0] if rng.random() < 0.55 else None,
        )
