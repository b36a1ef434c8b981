"""The hall and the day that the address of a page names."""

from collections.abc import Sequence
from datetime import date

from starlette.exceptions import HTTPException
from starlette_admin.i18n import gettext as _

from central.db.tables import Hall

FIRST, LAST = 2000, 2199
"""Years; the days beside those of the first and last that a calendar has would be none."""


def hall_of(known: Sequence[Hall], asked: str | None) -> Hall | None:
    """The hall asked for, else the first; None where there is none. Raises HTTPException 404."""
    found = next((hall for hall in known if hall.id == asked), None)
    if found is None and asked:
        raise HTTPException(404, _("There is no hall %(id)s.") % {"id": asked[:40]})
    return found or (known[0] if known else None)


def day_of(text: str | None) -> date | None:
    """None where nothing is asked for. Raises HTTPException 400, also for a day that no hall has seen or will see."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not FIRST <= found.year <= LAST:
        raise HTTPException(400, _("day: write it as 2026-11-22."))
    return found
