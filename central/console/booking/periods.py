"""PURE. Opening periods as people type them: "09:00-12:00, 13:30-17:00"; nothing: closed."""

import re

from starlette_admin.i18n import gettext as _

from central.booking.rules import Periods, check_periods
from central.errors import Invalid

_BETWEEN = re.compile(r"\s*[,;，；、]\s*")
_PERIOD = re.compile(r"(\d{1,2})[:：](\d{2})\s*(?:-|–|—|~|～|至|到)\s*(\d{1,2})[:：](\d{2})")
LONGEST = 200


def typed(text: str, field: str) -> Periods:
    """Raises Invalid in the reader's words, naming `field`."""
    found = []
    for part in filter(None, _BETWEEN.split(text.strip()[:LONGEST])):
        match = _PERIOD.fullmatch(part)
        if match is None:
            raise Invalid(_("Write periods like 09:00-12:00, 13:30-17:00; nothing: closed."), field)
        hour, minute, until_hour, until_minute = match.groups()
        found.append((f"{int(hour):02d}:{minute}", f"{int(until_hour):02d}:{until_minute}"))
    try:
        return check_periods(tuple(found))
    except Invalid:
        raise Invalid(_("Each period ends after it begins, and the next one begins after that."), field) from None
