"""Details to complete: bookings made again from halls' rosters after a loss, whose customers nobody here knows yet."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.booking.completing import unknown_here
from central.console.booking.page import BookingPage, halls
from central.console.booking.teller import Teller
from central.console.who import current_user
from central.db.tables import Booking


class LostPage(BookingPage):
    """`/lost`: the nearest time first; each is completed on its own page."""

    menu_label = lazy_gettext("Details to complete")
    icon = "fa-solid fa-user-pen"
    path = "/lost"
    route_name = "lost"
    right = "book.assist"

    @route("")
    async def index(self, request: Request) -> Response:
        """The list."""
        user = current_user(request)

        def look(session: Session) -> tuple[Sequence[Row[Any]], Teller]:
            mine = [hall.id for hall in halls(session, user, "book.assist")]
            return lost(session, mine), Teller(session)

        found, tell = await self.read(look)
        return self.page(request, "lost.html", {"found": found, "tell": tell})


def lost(session: Session, mine: Sequence[str]) -> Sequence[Row[Any]]:
    """In these halls."""
    query = select(*Booking.__table__.columns).where(*unknown_here(), Booking.hall.in_(mine))
    return session.execute(query.order_by(Booking.starts_at, Booking.id)).all()
