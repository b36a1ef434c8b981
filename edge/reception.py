"""Check-in and readers put together, for the composition root and for the pages."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from edge.checkin import CheckIns, Examine, Fingerprints, Offers, Tries
from edge.line import Line
from edge.reading import OfPassport, OnBadge, Readings, no_badges, no_passport


@dataclass(frozen=True)
class Reception:
    """`kinds`: the id types whose numbers can be typed."""

    checkins: CheckIns
    offers: Offers
    tries: Tries
    readings: Readings
    kinds: tuple[str, ...]


def open_reception(
    line: Line,
    examine: Examine,
    fingerprints: Fingerprints,
    kinds: tuple[str, ...],
    *,
    timezone: str,
    clock: Callable[[], int],
    on_badge: OnBadge = no_badges,
    of_passport: OfPassport = no_passport,
    steady: Callable[[], float] = time.monotonic,
) -> Reception:
    """`clock`: wall time in ms; `steady`: seconds, never set. The readers are handed to `readings.watch`."""

    def today() -> date:
        return datetime.fromtimestamp(clock() / 1000, ZoneInfo(timezone)).date()

    checkins, offers, tries = CheckIns(examine, fingerprints, today), Offers(clock), Tries(steady)
    readings = Readings(line, checkins, offers, tries, on_badge=on_badge, of_passport=of_passport)
    return Reception(checkins, offers, tries, readings, kinds)
