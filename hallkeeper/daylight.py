"""PURE. In which time zone the halls of a system on this machine stand, so that a whole working day is before them.

At midnight a hall's day and the day of its bookings part: whoever books then books for tomorrow.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

HOME, ABROAD = "Asia/Shanghai", "Europe/London"
_MORNING, _EVENING = 5, 20


def zone(at: float) -> str:
    """For a start at `at`, seconds since 1970: home, unless it is night there."""
    hour = datetime.fromtimestamp(at, ZoneInfo(HOME)).hour
    return HOME if _MORNING <= hour < _EVENING else ABROAD
