"""The calendar of working days: holidays and make-up workdays of a year with whose word they are; a warning where a
year is not announced; and setting a day (K19)."""

import calendar
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import anyio.to_thread
import msgspec
from babel.dates import get_day_names, get_month_names
from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import get_locale, get_tzinfo, lazy_gettext
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.audit import Actor
from central.booking import holidays, hours, opening, seeding
from central.booking.calendar import Calendar
from central.console.booking import forms
from central.console.booking.page import BookingPage, require, sentence
from central.console.booking.teller import Teller, day_words
from central.console.chosen import day_of
from central.console.who import ConsoleUser, current_user
from central.db.tables import CalendarDay, CalendarYear
from central.errors import CentralError

KINDS = ("holiday", "workday")
ANNOUNCED_FROM = 11
"""The month in which the State Council usually tells the next year's holidays; from then on a missing year is red."""
_YEARS = (2020, 2100)


class CalendarPage(BookingPage):
    """`/calendar?year=&day=`; POST sets a day, or says that a year is entered whole."""

    menu_label = lazy_gettext("Calendar")
    icon = "fa-solid fa-calendar"
    path = "/calendar"
    route_name = "calendar"

    @route("")
    async def index(self, request: Request) -> Response:
        """The year."""
        return await self._show(request, request.query_params)

    @route("", methods=["POST"], name="set-calendar-day")
    async def change(self, request: Request) -> Response:
        """One day; with bookings that it leaves without a time only when `sure`."""
        form = await request.form()
        user = _require(request)
        try:
            day, kind = day_of(forms.text(form, "day")), forms.text(form, "kind")
            if day is None or (kind and kind not in KINDS):
                raise HTTPException(400)
            lost = await anyio.to_thread.run_sync(self._losing, day, kind)
            if lost and not forms.text(form, "sure"):
                return await self._show(request, _asked(form), form, lost=lost)
            name = holidays.kept(" ".join(forms.text(form, "name").split()), get_locale())
            await anyio.to_thread.run_sync(self._set, day, kind, name, user.actor)
        except CentralError as error:
            return await self._show(request, _asked(form), form, error=error)
        flash(request, _("The day is set; the slots of all halls follow it."), "success")
        return self.back(request, "calendar", f"year={day.year}&day={day}")

    @route("/declare", methods=["POST"], name="declare-year")
    async def declare(self, request: Request) -> Response:
        """A person has entered the year's holidays."""
        form, user = await request.form(), _require(request)
        year = _year(forms.text(form, "year"))
        if year is None or forms.text(form, "entered") != "1":
            flash(request, _("Tick that all holidays and make-up workdays of the year are entered."), "error")
            return self.back(request, "calendar", f"year={year}" if year else "")

        def write() -> None:
            with self.desk.working(user.actor, staff=True) as work:
                seeding.declare_year(work.connection, year, user.actor, work.at)

        await anyio.to_thread.run_sync(write)
        self.desk.offers.forget()
        flash(request, _("%(year)d counts as announced.") % {"year": year}, "success")
        return self.back(request, "calendar", f"year={year}")

    def _losing(self, day: date, kind: str) -> list[Any]:
        """Bookings of all halls."""
        found: list[Any] = []
        with self.desk.engine.connect() as connection:
            for hall in self.desk.halls():
                now = self.desk.offer(hall).times
                others = {one: what for one, what in now.calendar.days.items() if one != day.isoformat()}
                days = others | ({day.isoformat(): kind} if kind else {})
                then = msgspec.structs.replace(now, calendar=Calendar(days, now.calendar.years))
                found += hours.losing(connection, hall, now, then, self.desk.wall())
        return found

    def _set(self, day: date, kind: str, name: str, by: Actor) -> None:
        with self.desk.working(by, staff=True) as work:
            seeding.set_day(work.connection, day.isoformat(), kind or None, name, by, work.at)
        self.desk.offers.forget()
        opening.open_all(self.desk.engine, self.desk.offers, self.desk.wall())

    async def _show(
        self,
        request: Request,
        query: Mapping[str, str],
        form: FormData | None = None,
        *,
        error: CentralError | None = None,
        lost: list[Any] | None = None,
    ) -> Response:
        today = datetime.fromtimestamp(self.desk.wall() / 1000, get_tzinfo()).date()
        day = day_of(query.get("day"))
        year = _year(query.get("year", "")) or (day or today).year

        def look(session: Session) -> dict[str, Any]:
            known = set(session.scalars(select(CalendarYear.year)))
            days = {row.day: row for row in session.scalars(_of_year(year))}
            return _year_context(year, today, days, known) | {"tell": Teller(session)}

        context = await self.read(look)
        row = context["days"].get(day.isoformat()) if day else None
        context |= {
            "day": day,
            "day_words": day_words(day) if day else "",
            "row": row,
            "name": holidays.named(row.name, get_locale()) if row else "",
            "values": form if form is not None else {},
            "faults": {error.field or "day": sentence(error)} if error is not None else {},
            "focus": "kind" if day else "",
            "lost": lost or [],
            "may_set": _may(current_user(request)),
        }
        return self.page(request, "calendar.html", context, refused=error is not None)


def _of_year(year: int) -> Select[CalendarDay]:
    return select(CalendarDay).where(CalendarDay.day.startswith(f"{year}-"))


def _year_context(year: int, today: date, days: Mapping[str, CalendarDay], known: set[int]) -> dict[str, Any]:
    return {
        "year": year,
        "today": today,
        "days": days,
        "known": known,
        "names": {day: holidays.said(row.kind, row.name, get_locale()) for day, row in days.items()},
        "months": _months(year, days),
        "weekdays": _weekdays(),
        "missing": [one for one in (today.year, today.year + 1) if one not in known],
        "pressing": today.month >= ANNOUNCED_FROM,
    }


def _may(user: ConsoleUser) -> bool:
    """The calendar holds for every hall, so who keeps it works for all of them."""
    return user.may("calendar.edit") and not user.staff.halls


def _require(request: Request) -> ConsoleUser:
    user = require(request, "calendar.edit")
    if not _may(user):
        raise HTTPException(403, _("The calendar holds for all halls; you work for some of them."))
    return user


def _asked(form: FormData) -> dict[str, str]:
    return {"day": forms.text(form, "day")}


def _year(text: str) -> int | None:
    """None for what is no year."""
    if not text.isascii() or not text.isdigit():
        return None
    return int(text) if _YEARS[0] <= int(text[:6]) <= _YEARS[1] else None


def _months(year: int, days: Mapping[str, CalendarDay]) -> list[tuple[str, list[list[tuple[date, str] | None]]]]:
    """Month in words, its weeks from Monday; each day with its kind: work, weekend, holiday or workday."""
    words: Mapping[int, str] = get_month_names(locale=get_locale())
    found = []
    for month in range(1, 13):
        weeks = [
            [(one, _kind(one, days)) if one.month == month else None for one in week]
            for week in calendar.Calendar().monthdatescalendar(year, month)
        ]
        found.append((words[month], weeks))
    return found


def _kind(day: date, days: Mapping[str, CalendarDay]) -> str:
    row = days.get(day.isoformat())
    return row.kind if row else "weekend" if day.isoweekday() > 5 else "work"


def _weekdays() -> list[str]:
    words: Mapping[int, str] = get_day_names("narrow", locale=get_locale())
    return [words[day] for day in range(7)]
