"""Series for the charts of booking figures."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from starlette_admin.i18n import gettext as _

from central.console.figures.tables import share
from central.metrics.booking import BookingFigures
from central.metrics.formulas import Rate

NO_SLOT = -1


def weekdays() -> tuple[str, ...]:
    """Monday first."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def fates(groups: Sequence[tuple[str, BookingFigures | None]]) -> dict[str, Any]:
    """What became of the bookings of each group; the parts of a bar add up to what was applied for."""
    parts = (
        (_("Came"), "came"),
        (_("Expected"), "expected"),
        (_("Not decided"), "pending"),
        (_("Missed"), "missed"),
        (_("Cancelled"), "cancelled"),
        (_("Refused or expired"), "never"),
    )
    return {
        "labels": [label for label, _figures in groups],
        "series": [
            {"name": name, "data": [getattr(figures, part) if figures else 0 for _label, figures in groups]}
            for name, part in parts
        ],
    }


def every_day(days: Mapping[str, BookingFigures], since: str, until: str) -> list[tuple[str, BookingFigures | None]]:
    """From the first to the last day with bookings without a gap, labelled "11-24"."""
    seen = [day for day in sorted(days) if since <= day <= until]
    if not seen:
        return []
    first, last = date.fromisoformat(seen[0]), date.fromisoformat(seen[-1])
    run = ((first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1))
    return [(day[5:], days.get(day)) for day in run]


def heat(hours: Mapping[tuple[int, int], Rate]) -> list[dict[str, Any]]:
    """A line a weekday, Sunday first since the chart draws from below; percent, NO_SLOT where there was none."""
    shown = [hour for _day, hour in hours]
    if not shown:
        return []
    run = range(min(shown), max(shown) + 1)
    lines = sorted({day for day, _hour in hours}, reverse=True)
    return [
        {
            "name": weekdays()[day - 1],
            "data": [
                {"x": f"{hour:02d}", "y": share(hours[day, hour]) if (day, hour) in hours else NO_SLOT} for hour in run
            ],
        }
        for day in lines
    ]
