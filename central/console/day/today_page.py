"""The page of daily figures: choose a hall and a day; numbers, charts, tables, export (S3-1)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.orm import Session
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext

from central.console import day_query, reach
from central.console.chosen import day_of, hall_of
from central.console.day import today_tables
from central.console.language import said
from central.console.table import Table, number
from central.console.tables_page import ALL, TablesPage
from central.db.tables import Hall
from central.figures import tickets
from central.metrics.daily import NOWHERE, Daily, daily
from central.people.scope import Staff

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


class TodayPage(TablesPage):
    """`/today?hall=&day=` and `/today/export?…&table=`."""

    menu_label = lazy_gettext("Today")
    icon = "fa-solid fa-chart-column"
    path = "/today"
    route_name = "today"
    template = "day/today.html"

    def see(self, session: Session, asked: Mapping[str, str], staff: Staff) -> Sight | None:
        """Of the halls somebody works for."""
        halls = reach.halls(session, staff)
        if not halls:
            return None
        hall = None if asked.get("hall") == ALL else hall_of(halls, asked.get("hall"))
        today = datetime.now(ZoneInfo(hall.timezone if hall else self.timezone)).date()
        among = [one.id for one in halls] if hall is None else [hall.id]
        day = day_of(asked.get("day")) or day_of(tickets.newest_day(session.connection(), among)) or today
        iso = day.isoformat()
        seen = self._of_hall(session, hall, iso) if hall else self._of_all(session, halls, iso)
        return Sight(hall, halls, iso, (today - day).days, *seen)

    def shown(self, sight: Sight) -> dict[str, Any]:
        """Tiles, charts, the days beside."""
        return {
            "tiles": today_tables.tiles(sight.figures.total),
            "charts": _charts(sight),
            "steps": _steps(sight.day),
        }

    def stem(self, sight: Sight) -> str:
        """Hall and day."""
        return f"{sight.hall.id if sight.hall else 'all'}-{sight.day}"

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
            "counters": today_tables.of_counters(
                _("Counters"),
                _("Counter"),
                "counter",
                figures.counters,
                lambda key: _("at no counter") if key == NOWHERE else said(names.counters.get(key), key),
                figures.total,
            ),
            "hours": today_tables.of_hours(_("Hours"), figures),
        }

    def _of_all(self, session: Session, halls: list[Hall], day: str) -> tuple[Daily, dict[str, Table]]:
        by_hall = tickets.of_halls(session.connection(), [hall.id for hall in halls], day)
        everything = [ticket for group in by_hall.values() for ticket in group]
        figures = daily(everything, timezone=self.timezone)
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
                {"name": _("Services done"), "data": [h.served for h in hours]},
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
