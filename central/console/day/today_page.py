"""The page of daily figures: choose a hall and a day; numbers, charts, tables, export (S3-1)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import anyio.to_thread
import msgspec
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.console import day_query, reach
from central.console.day import today_tables
from central.console.day.today_tables import Table, number
from central.console.language import said
from central.console.page import Page
from central.console.people.login import current_user
from central.console.records.sheet import csv_text, download
from central.console.settings import ConsoleSettings
from central.db.tables import Hall
from central.figures import tickets
from central.metrics.daily import Daily, daily
from central.people.scope import Staff

ALL = "*"
"""Chosen instead of a hall: all of them, one line each."""
DRAWN = 20
"""Of more halls than this only those with the longest P90 are drawn; the table has them all."""
_P90_WAIT = 7
"""Its column in the plain tables."""


class Sight(msgspec.Struct, frozen=True):
    """What the page shows: a hall (None: all) on a day, its figures and tables."""

    hall: Hall | None
    halls: list[Hall]
    day: str
    ago: int
    """Days since `day`, in the hall's time zone; 0 today."""
    figures: Daily
    tables: dict[str, Table]


class TodayPage(Page):
    """`/today?hall=&day=` and `/today/export?…&table=`."""

    menu_label = lazy_gettext("Today")
    icon = "fa-solid fa-chart-column"
    path = "/today"
    route_name = "today"
    right = "figures.see"

    def __init__(self, settings: ConsoleSettings) -> None:
        super().__init__()
        self._settings = settings

    @route("")
    async def index(self, request: Request) -> Response:
        """The page."""
        sight = await self._sight(request)
        context: dict[str, Any] = {"sight": sight}
        if sight is not None:
            context |= {
                "tiles": today_tables.tiles(sight.figures.total),
                "charts": _charts(sight),
                "steps": _steps(sight.day),
                "said": said,
                "all": ALL,
            }
        return self.show(request, "day/today.html", context)

    @route("/export")
    async def export(self, request: Request) -> Response:
        """One of the tables as CSV, plain numbers."""
        sight = await self._sight(request)
        name = request.query_params.get("table", "")
        if sight is None or name not in sight.tables:
            raise HTTPException(404, _("There is no such table."))
        table = sight.tables[name]
        hall = sight.hall.id if sight.hall else "all"
        return download(csv_text(table.plain_columns, table.plain), f"hallkeeper-{hall}-{sight.day}-{name}.csv")

    async def _sight(self, request: Request) -> Sight | None:
        query, staff = request.query_params, current_user(request).staff
        asked = query.get("hall"), query.get("day")
        return await anyio.to_thread.run_sync(self._read, request.state.session, staff, *asked)

    def _read(self, session: Session, staff: Staff, hall_id: str | None, day: str | None) -> Sight | None:
        """None while there is no hall at all."""
        halls = reach.halls(session, staff)
        if not halls:
            return None
        hall = _chosen(halls, hall_id)
        timezone = hall.timezone if hall else self._settings.timezone
        today = datetime.now(ZoneInfo(timezone)).date()
        among = [one.id for one in halls] if hall is None else [hall.id]
        shown_day = _day(day) or tickets.newest_day(session.connection(), among) or today.isoformat()
        if hall is None:
            figures, tables = self._of_all(session, halls, shown_day)
        else:
            figures, tables = self._of_hall(session, hall, shown_day)
        ago = (today - date.fromisoformat(shown_day)).days
        return Sight(hall, halls, shown_day, ago, figures, tables)

    def _of_hall(self, session: Session, hall: Hall, day: str) -> tuple[Daily, dict[str, Table]]:
        figures = daily(tickets.of_hall(session.connection(), hall.id, day, day), timezone=hall.timezone)
        names = day_query.names(session, hall.id)
        return figures, {
            "services": today_tables.of_groups(
                _("Services"),
                _("Service"),
                "service",
                figures.services,
                lambda key: said(names.services.get(key), key or _("unknown")),
                figures.total,
            ),
            "counters": today_tables.of_groups(
                _("Counters"),
                _("Counter"),
                "counter",
                figures.counters,
                lambda key: said(names.counters.get(key), key),
                figures.total,
            ),
            "hours": today_tables.of_hours(_("Hours"), figures),
        }

    def _of_all(self, session: Session, halls: list[Hall], day: str) -> tuple[Daily, dict[str, Table]]:
        by_hall = tickets.of_halls(session.connection(), [hall.id for hall in halls], day)
        everything = [ticket for group in by_hall.values() for ticket in group]
        figures = daily(everything, timezone=self._settings.timezone)
        groups = [
            (hall.id, daily(by_hall[hall.id], timezone=hall.timezone).total) for hall in halls if hall.id in by_hall
        ]
        named = {hall.id: said(hall.name, hall.id) for hall in halls}
        return figures, {
            "halls": today_tables.of_groups(
                _("Halls"), _("Hall"), "hall", groups, lambda key: named.get(key, key), figures.total
            ),
            "hours": today_tables.of_hours(_("Hours"), figures),
        }


def _chosen(halls: list[Hall], hall_id: str | None) -> Hall | None:
    if hall_id == ALL:
        return None
    found = next((hall for hall in halls if hall.id == hall_id), None)
    if found is None and hall_id:
        raise HTTPException(404, _("There is no hall %(id)s.") % {"id": hall_id})
    return found or halls[0]


def _day(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise HTTPException(400, _("day: write it as 2026-11-22.")) from None


def _steps(day: str) -> tuple[str, str]:
    middle = date.fromisoformat(day)
    return (middle - timedelta(days=1)).isoformat(), (middle + timedelta(days=1)).isoformat()


def _charts(sight: Sight) -> dict[str, Any]:
    """Series for the charts; times in minutes, None where nothing was measured."""
    hours = sight.figures.hours

    def minutes(seconds: Any) -> float | None:
        return number(None if seconds is None else seconds / 60, 2)

    groups: Sequence[Sequence[Any]] = (sight.tables.get("services") or sight.tables["halls"]).plain
    if len(groups) > DRAWN:
        groups = sorted(groups, key=lambda row: -(row[_P90_WAIT] or 0))[:DRAWN]
    return {
        "hours": {
            "labels": [f"{h.hour:02d}" for h in hours],
            "counts": [
                {"name": _("Issued"), "data": [h.issued for h in hours]},
                {"name": _("Served"), "data": [h.served for h in hours]},
            ],
            "waits": [
                {"name": _("Median wait"), "data": [minutes(h.wait.median) for h in hours]},
                {"name": _("P90 wait"), "data": [minutes(h.wait.p90) for h in hours]},
            ],
        },
        "groups": {
            "labels": [row[1] for row in groups],
            "waits": [
                {"name": label, "data": [None if row[at] is None else round(float(row[at]) / 60, 2) for row in groups]}
                for label, at in ((_("Average wait"), 5), (_("Median wait"), 6), (_("P90 wait"), _P90_WAIT))
            ],
        },
        "minutes": _("min"),
    }
