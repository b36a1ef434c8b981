"""PURE: booked customers for the demo: when their slots begin, and when they come.

Slots are in real time, since the hall's clock is real; only people are fast in the demo.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from contract.directives import BookingAdded

SLOT_MS = 30 * 60_000
EVERY_MS = 30_000
"""One booking of a hall in so much time."""
_CODE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_NAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林"


class Booked(msgspec.Struct, frozen=True):
    """One booking and its customer. `comes_at` (ms): None: not at all."""

    booking: BookingAdded
    comes_at: int | None


def booked(rng: random.Random, services: Sequence[str], timezone: str, from_ms: int, until_ms: int) -> Iterator[Booked]:
    """Customers whose slots begin in that time: most are early, some late, few too late or never seen."""
    zone = ZoneInfo(timezone)
    for near in range(from_ms, until_ms, EVERY_MS):
        starts_at = near // 60_000 * 60_000
        fate = rng.random()
        comes_at: int | None = starts_at - rng.randrange(30_000, 600_000)
        if fate > 0.95:
            comes_at = None
        elif fate > 0.8:
            comes_at = starts_at + rng.randrange(30_000, 840_000)
        yield Booked(
            BookingAdded(
                code="".join(rng.choices(_CODE, k=12)),
                day=datetime.fromtimestamp(starts_at / 1000, zone).date().isoformat(),
                service=rng.choice(services),
                starts_at=starts_at,
                ends_at=starts_at + SLOT_MS,
                name=rng.choice(_NAMES) + "*" * rng.choice((1, 1, 2)),
            ),
            comes_at,
        )
