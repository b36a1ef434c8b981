"""PURE: days and times in a reader's words."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from words import catalogue

_SHORT = {"zh": "M月d日 EEE", "en": "EEE d MMM"}
_LONG = {"zh": "y年M月d日 EEEE", "en": "EEEE d MMMM y"}
_LOCALES = {"zh": "zh_CN", "en": "en_GB"}


def local(at: int, zone: ZoneInfo) -> datetime:
    """`at` in ms."""
    return datetime.fromtimestamp(at / 1000, zone)


def short_day(day: date, language: str) -> str:
    """ "Tue 24 Nov", "11月24日 周二"."""
    return format_date(day, _SHORT[language], _LOCALES[language])


def long_day(day: date, language: str) -> str:
    """ "Tuesday 24 November 2026", "2026年11月24日 星期二"."""
    return format_date(day, _LONG[language], _LOCALES[language])


def month(text: str, language: str) -> str:
    """ "November 2026", "2026年11月" of "2026-11"."""
    form = "y年M月" if language == "zh" else "MMMM y"
    return format_date(date.fromisoformat(f"{text}-01"), form, _LOCALES[language])


def near_day(day: date, today: date, language: str) -> str:
    """Today and tomorrow by these words, others as `short_day`."""
    _ = catalogue("central", "site", language).gettext
    match (day - today).days:
        case 0:
            return _("Today")
        case 1:
            return _("Tomorrow")
    return short_day(day, language)


def clock(at: int, zone: ZoneInfo) -> str:
    """ "09:30"."""
    return local(at, zone).strftime("%H:%M")


def span(starts_at: int, ends_at: int, zone: ZoneInfo) -> str:
    """ "09:00–09:30"; what lasts until midnight ends at 24:00."""
    until = clock(ends_at, zone)
    return f"{clock(starts_at, zone)}–{'24:00' if until == '00:00' else until}"


def moment(at: int, zone: ZoneInfo, language: str) -> str:
    """ "Tue 24 Nov, 09:30", "11月24日 周二 09:30"."""
    between = " " if language == "zh" else ", "
    return f"{short_day(local(at, zone).date(), language)}{between}{clock(at, zone)}"
