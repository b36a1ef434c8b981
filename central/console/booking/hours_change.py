"""What somebody wants of a hall's opening times, as the form has it: the times it leads to, and how it is done."""

from collections.abc import Callable
from datetime import date

import msgspec
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette_admin.i18n import gettext as _

from central.booking import hours
from central.booking.calendar import HallTimes
from central.booking.work import Work
from central.console.booking import forms, periods
from central.console.chosen import day_of
from central.errors import Invalid


class Change(msgspec.Struct, frozen=True):
    """`then`: the hall's times with it."""

    then: HallTimes
    do: Callable[[Work], object]


def wanted(hall: str, times: HallTimes, form: FormData, now: int) -> Change:
    """`what` of the form: week, date or drop. Raises Invalid in the reader's words, HTTPException."""
    match forms.text(form, "what"):
        case "week":
            return _week(hall, times, form)
        case "date":
            return _date(hall, times, form, _day(times, form, now))
        case "drop":
            return _drop(hall, times, _day(times, form, now))
    raise HTTPException(400)


def _week(hall: str, times: HallTimes, form: FormData) -> Change:
    weekly = {day: periods.typed(forms.text(form, f"day{day}"), f"day{day}") for day in range(1, 8)}
    then = msgspec.structs.replace(times, weekly=weekly)
    return Change(then, lambda work: hours.set_week(work, hall, weekly))


def _date(hall: str, times: HallTimes, form: FormData, day: date) -> Change:
    open_, reason = periods.typed(forms.text(form, "periods"), "periods"), forms.text(form, "reason")
    if not reason.strip():
        raise Invalid(_("Give the reason."), "reason")
    then = msgspec.structs.replace(times, days={**times.days, day.isoformat(): open_})
    return Change(then, lambda work: hours.set_date(work, hall, day, open_, reason))


def _drop(hall: str, times: HallTimes, day: date) -> Change:
    others = {one: spans for one, spans in times.days.items() if one != day.isoformat()}
    then = msgspec.structs.replace(times, days=others)
    return Change(then, lambda work: hours.drop_date(work, hall, day))


def _day(times: HallTimes, form: FormData, now: int) -> date:
    day = day_of(forms.text(form, "day"))
    if day is None or day < times.day_of(now):
        raise Invalid(_("Give a date from today on."), "day")
    return day
