"""The booking desk of hotline and hall: finding a customer's bookings, and a new one with everything on one page."""

import secrets
from datetime import datetime
from typing import Any

import anyio.to_thread
import msgspec
from sqlalchemy import Row
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import get_tzinfo, lazy_gettext
from starlette_admin.routing import route

from central.console.asked import whole_number
from central.console.booking import desk_form, finding, forms
from central.console.booking.forms import Typed
from central.console.booking.page import BookingPage, booking, halls, require
from central.console.booking.taking import Outcome, Taking
from central.console.booking.teller import Teller
from central.console.who import ConsoleUser, current_user

CHANNEL = "desk_channel"
"""In the session: at which desk somebody sits."""


class DeskPage(BookingPage):
    """`/desk` finds, `/desk/new` books."""

    menu_label = lazy_gettext("Booking desk")
    icon = "fa-solid fa-headset"
    path = "/desk"
    route_name = "desk"

    @route("")
    async def index(self, request: Request) -> Response:
        """The search."""
        return self._search(request, "", None, None)

    @route("", methods=["POST"], name="find-bookings")
    async def find(self, request: Request) -> Response:
        """What was found; never in an address, which is kept in histories."""
        asked = forms.text(await request.form(), "asked").strip()
        user = current_user(request)

        def look(session: Session) -> tuple[list[Row[Any]], Teller]:
            connection, today = (
                session.connection(),
                datetime.fromtimestamp(self.desk.wall() / 1000, get_tzinfo()).date(),
            )
            rows = finding.find(connection, self.desk, asked, today, user.staff.halls) if asked else []
            return list(rows), Teller(session)

        found, tell = await self.read(look)
        return self._search(request, asked, found, tell)

    @route("/new", name="new-booking")
    async def opened(self, request: Request) -> Response:
        """An empty form; its clock starts now."""
        require(request, "book.assist")
        query = request.query_params
        empty = self._empty(self._channel(request, query.get("channel")))
        typed = msgspec.structs.replace(
            empty, again=query.get("again", "")[:20], hall=query.get("hall", ""), matter=query.get("matter", "")
        )
        before = await self._before(current_user(request), typed)
        return await self._form(request, forms.again(typed, before) if before else typed, Outcome(), before)

    @route("/new", methods=["POST"], name="make-booking")
    async def make(self, request: Request) -> Response:
        """`go`: look (another hall or matter), start (the phone of a search), book, or hold with faults."""
        user = require(request, "book.assist")
        form = await request.form()
        typed, go = forms.typed(form, self.desk.wall()), forms.text(form, "go")
        self._channel(request, typed.channel)
        if go == "start":  # for whom a search did not find
            asked = forms.text(form, "asked").strip()
            return await self._form(request, forms.started(self._empty(typed.channel), asked), Outcome())
        if go == "look":
            return await self._form(request, typed, Outcome())
        require(request, "book.assist", typed.hall)
        before = await self._before(user, typed)
        taking = Taking(self.desk, user.actor, before)
        outcome = await anyio.to_thread.run_sync(lambda: taking.take(typed, hold=go == "hold"))
        if outcome.made is not None:
            return self.back(request, "booking", "told=1", id=outcome.made.id)
        return await self._form(request, typed, outcome, before)

    def _search(self, request: Request, asked: str, found: list[Row[Any]] | None, tell: Teller | None) -> Response:
        context = {
            "asked": asked,
            "found": found,
            "tell": tell,
            "may_book": current_user(request).may("book.assist"),
            "channel": request.session.get(CHANNEL, forms.CHANNELS[0]),
        }
        return self.page(request, "desk.html", context)

    async def _form(self, request: Request, typed: Typed, outcome: Outcome, before: Row[Any] | None = None) -> Response:
        user = current_user(request)
        before = before or await self._before(user, typed)

        def look(session: Session) -> tuple[desk_form.Sight, list[Any], Typed]:
            mine = halls(session, user, "book.assist")
            known = typed.hall if any(hall.id == typed.hall for hall in mine) else mine[0].id if mine else ""
            placed = msgspec.structs.replace(typed, hall=known)
            return desk_form.sight(session, self.desk, placed, before), mine, placed

        sight, mine, placed = await self.read(look)
        context = desk_form.context(sight, placed, mine, outcome, self.desk.wall())
        return self.page(request, "new.html", context, refused=bool(outcome.faults))

    async def _before(self, user: ConsoleUser, typed: Typed) -> Row[Any] | None:
        """The booking of the customer who books again."""
        again = whole_number(typed.again)
        return None if again is None else await self.read(lambda session: booking(session, user, again))

    def _empty(self, channel: str) -> Typed:
        return Typed(channel=channel, began_at=self.desk.wall(), key=secrets.token_urlsafe(12))

    def _channel(self, request: Request, asked: str | None) -> str:
        """The desk somebody sits at is remembered for the session."""
        if asked in forms.CHANNELS:
            request.session[CHANNEL] = asked
        channel: str = request.session.get(CHANNEL, forms.CHANNELS[0])
        return channel
