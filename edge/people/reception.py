"""Check-in and readers put together, for the composition root and for the pages."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from edge.line import Line
from edge.people.checkin import TYPED, CheckIns, Fingerprints, Offers
from edge.people.onsite import OnsiteBookings
from edge.people.reading import OnBadge, Readings, no_badges
from edge.people.tries import Tries


@dataclass(frozen=True)
class Reception:
    """`kinds`: the id types whose numbers can be typed; `bookings`: those taken at the desk."""

    checkins: CheckIns
    offers: Offers
    tries: Tries
    readings: Readings
    kinds: tuple[str, ...]
    bookings: OnsiteBookings


def open_reception(
    line: Line,
    fingerprints: Fingerprints,
    *,
    timezone: str,
    clock: Callable[[], int],
    on_badge: OnBadge = no_badges,
    steady: Callable[[], float] = time.monotonic,
    seal_key: str | None = None,
) -> Reception:
    """`fingerprints`: an `identity_key.IdentityKey`. `clock`: wall time in ms; `steady`: seconds, never set.
    `seal_key`: the centre's, base64; without it no place is sold.

    The readers are handed to `readings.watch`.
    """

    def today() -> date:
        return datetime.fromtimestamp(clock() / 1000, ZoneInfo(timezone)).date()

    checkins, offers, tries = CheckIns(fingerprints, today), Offers(clock), Tries(steady)
    readings = Readings(line, checkins, offers, tries, on_badge=on_badge)
    return Reception(checkins, offers, tries, readings, TYPED, OnsiteBookings(fingerprints, today, seal_key))
