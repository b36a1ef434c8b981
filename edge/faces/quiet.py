"""PURE. Hours in which the loudspeaker is silent."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

Span = tuple[str, str]
"""Local times "HH:MM", the end not included; an end before its beginning lies on the next day."""


def quiet(spans: Iterable[Span], at: int, timezone: str) -> bool:
    """Whether `at` (wall time, ms) lies in one of the spans. Beginning and end the same: the whole day."""
    now = f"{datetime.fromtimestamp(at / 1000, ZoneInfo(timezone)):%H:%M}"
    return any(begins <= now < ends if begins < ends else now >= begins or now < ends for begins, ends in spans)
