"""The bookings of a day in one hall: a list to look through, and the same as a file (F52)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central import audit
from central.console.booking.chosen_day import Place, place
from central.console.booking.page import BookingPage, halls
from central.console.booking.teller import Teller
from central.console.sheet import csv_text, download
from central.console.who import current_user
from central.db.tables import Booking

COLUMNS = (
    "day", "from", "until", "code", "status", "service", "matter", "customer", "phone", "flags", "priority", "channel",
    "arrived", "ticket",
)  # fmt: skip
"""Of the file: names for programs; of persons only what is masked."""


class DayPage(BookingPage):
    """`/bookings?hall=&day=&service=&status=`, and `/bookings/export?…`."""

    menu_label = lazy_gettext("Bookings of a day")
    icon = "fa-solid fa-calendar-day"
    path = "/bookings"
    route_name = "day-bookings"
    below = False
    """The plan of the day has a line of its own."""

    @route("")
    async def index(self, request: Request) -> Response:
        """The list."""
        place_, rows, tell = await self._read(request)
        if place_ is None:
            return self.page(request, "day.html", {"place": None})
        query = request.query_params
        shown = _filtered(rows, query)
        context = {
            "place": place_,
            "shown": shown,
            "counts": Counter(row.status for row in rows),
            "services": sorted({row.service for row in rows}),
            "service": query.get("service", ""),
            "status": query.get("status", ""),
            "tell": tell,
            "query": {name: query[name] for name in ("service", "status") if query.get(name)},
        }
        return self.page(request, "day.html", context)

    @route("/export", name="day-bookings-export")
    async def export(self, request: Request) -> Response:
        """What the list shows, as CSV; that it was taken is on record."""
        place_, rows, tell = await self._read(request)
        if place_ is None:
            raise HTTPException(404)
        shown, user = _filtered(rows, request.query_params), current_user(request)
        with self.desk.working(user.actor, staff=True) as work:
            after = {"day": place_.iso, "bookings": len(shown)}
            audit.record(work.connection, user.actor, "bookings.exported", "hall", place_.hall.id, at=work.at,
                         after=after)  # fmt: skip
        text = csv_text(COLUMNS, [_cells(row, tell) for row in shown])
        return download(text, f"bookings-{place_.hall.id}-{place_.iso}.csv")

    async def _read(self, request: Request) -> tuple[Place | None, Sequence[Row[Any]], Teller]:
        user, query, now = current_user(request), request.query_params, self.desk.wall()

        def look(session: Session) -> tuple[Place | None, Sequence[Row[Any]], Teller]:
            found = place(halls(session, user, "book.see"), query, now)
            rows = of_day(session, found.hall.id, found.iso) if found else []
            return found, rows, Teller(session, [found.hall.id] if found else ())

        return await self.read(look)


def of_day(session: Session, hall: str, day: str) -> Sequence[Row[Any]]:
    """All of them, in the order of time."""
    query = select(*Booking.__table__.columns).where(Booking.hall == hall, Booking.day == day)
    return session.execute(query.order_by(Booking.starts_at, Booking.service, Booking.id)).all()


def _filtered(rows: Sequence[Row[Any]], query: Mapping[str, str]) -> list[Row[Any]]:
    service, status = query.get("service"), query.get("status")
    return [row for row in rows if service in (None, "", row.service) and status in (None, "", row.status)]


def _cells(row: Row[Any], tell: Teller) -> list[str | int | None]:
    return [
        row.day,
        tell.clock(row.hall, row.starts_at),
        tell.clock(row.hall, row.ends_at),
        row.code,
        row.status,
        row.service,
        tell.matter(row),
        row.name_masked,
        row.phone_masked,
        _(", ").join(row.flags),
        row.priority_class or "",
        row.channel,
        tell.clock(row.hall, row.arrived_at) if row.arrived_at else "",
        row.ticket or "",
    ]
