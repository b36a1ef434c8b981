"""The indicators of a hall's last whole month, published on its page (S0-1, metrics.publish)."""

import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import Engine

from central.figures.public import Indicators, public_indicators
from central.metrics.formulas import Rate
from words import catalogue

KEPT_S = 3600.0
"""A month that is over hardly changes: late news of a hall is in it an hour later."""


class Published:
    """Any thread may ask; each hall's month is worked out once an hour at most."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock = engine, clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Indicators]] = {}

    def last_month(self, hall: str, today: date) -> Indicators | None:
        """None before the hall has served anybody in a whole month."""
        month = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
        with self._lock:
            known = self._known.get(hall)
            if known is None or known[1].month != month or self._clock() - known[0] > KEPT_S:
                with self._engine.connect() as connection:
                    known = (self._clock(), public_indicators(connection, hall, month))
                self._known[hall] = known
        return known[1] if known[1].served else None


def said(found: Indicators, language: str) -> list[tuple[str, str]]:
    """PURE: label and figure; what was not measured is left out."""
    say = catalogue("central", "site", language)
    _ = say.gettext
    waits = _("half of all at most {half} minutes, nine of ten at most {most}")
    lines = [(_("Customers served"), str(found.served))]
    if found.wait.median is not None and found.wait.p90 is not None:
        lines.append((_("Waiting time"), waits.format(half=_up(found.wait.median), most=_up(found.wait.p90))))
    if found.handling.median is not None:
        n = _up(found.handling.median)
        minutes = say.ngettext("{n} minute", "{n} minutes", n).format(n=n)
        lines.append((_("At the window, half of all at most"), minutes))
    rates = (
        (_("Satisfied, of those who rated"), found.satisfied),
        (_("Bookings finished within their time"), found.on_time),
        (_("Applications for bookings that succeeded"), found.success),
        (_("Bookable places that were booked"), found.load),
    )
    return lines + [(name, _percent(rate)) for name, rate in rates if rate.whole]


def _up(seconds: Fraction) -> int:
    """Whole minutes, rounded up."""
    return -(-seconds.numerator // (seconds.denominator * 60))


def _percent(rate: Rate) -> str:
    return f"{rate.part / rate.whole:.1%}"
