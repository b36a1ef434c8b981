"""How numbers and times are written for a person, in the language of the request."""

from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from starlette_admin.i18n import gettext as _

from central.metrics.formulas import Rate

NOTHING = "–"
"""Stands where nothing was measured: never a 0 that nobody counted."""


def duration(seconds: float | Fraction | None) -> str:
    """`45 s`, `3 min 20 s`, `1 h 05 min`, `3 days`: two units at most, rounded to the smaller one."""
    if seconds is None:
        return NOTHING
    whole = max(0, round(seconds))
    if whole < 60:
        return _("%(s)d s") % {"s": whole}
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return _("%(m)d min %(s)02d s") % {"m": minutes, "s": rest} if rest else _("%(m)d min") % {"m": minutes}
    if whole < 48 * 3600:
        return _("%(h)d h %(m)02d min") % {"h": whole // 3600, "m": whole % 3600 // 60}
    return _("%(d)d days") % {"d": whole // 86_400}


def coarse(seconds: float) -> str:
    """A duration of which only the size matters: one unit up to an hour."""
    whole = max(0, int(seconds))
    return duration(whole if whole < 60 else whole - whole % 60)


def percent(rate: Rate) -> str:
    """`12.5 %`, or a dash where there is nothing to take a share of."""
    return NOTHING if rate.share is None else f"{float(rate.share * 100):.1f} %"


def per_thousand(rate: Rate) -> str:
    """`4.2`, or a dash where there is nothing to take a share of."""
    return NOTHING if rate.share is None else f"{float(rate.share * 1000):.1f}"


def of(rate: Rate) -> str:
    """The two numbers of a rate: `3 / 12`."""
    return f"{rate.part} / {rate.whole}"


def since(at: int | None, now: int, timezone: str) -> str:
    """A moment as the time alone where it was today, `now` (ms) being today in `timezone`."""
    whole, today = moment(at, timezone), moment(now, timezone)
    return whole.rpartition(" ")[2] if whole[:10] == today[:10] else whole


def moment(at: int | None, timezone: str, *, seconds: bool = True) -> str:
    """Wall time `at` (ms) as `2026-11-22 09:05:07` in `timezone`."""
    if at is None:
        return NOTHING
    return datetime.fromtimestamp(at / 1000, ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M" + (":%S" if seconds else ""))
