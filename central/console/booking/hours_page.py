"""Opening times of a hall: the week, and single dates. Whom a change leaves without a time is shown before it is
done; they go through a closure."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import anyio.to_thread
from sqlalchemy import Row
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.audit import Actor
from central.booking import hours, opening
from central.booking.calendar import HallTimes
from central.console.booking import forms, hours_shown
from central.console.booking.hours_change import Change, wanted
from central.console.booking.page import BookingPage, halls, require, sentence
from central.console.booking.teller import Teller
from central.console.chosen import hall_of
from central.console.who import current_user
from central.errors import CentralError


class HoursPage(BookingPage):
    """`/hours?hall=`; POST there changes the week, a date, or drops a date."""

    menu_label = lazy_gettext("Opening times")
    icon = "fa-solid fa-door-open"
    path = "/hours"
    route_name = "hours"

    @route("")
    async def index(self, request: Request) -> Response:
        """Week and dates."""
        return await self._show(request, request.query_params.get("hall"))

    @route("", methods=["POST"], name="set-hours")
    async def change(self, request: Request) -> Response:
        """`what`: week, date or drop. With bookings left without a time it is done only when `sure`."""
        form = await request.form()
        hall = forms.text(form, "hall")
        user = require(request, "calendar.edit", hall)
        try:
            change = wanted(hall, self.desk.offer(hall).times, form, self.desk.wall())
            lost = await anyio.to_thread.run_sync(self._losing, hall, change.then)
            sure = forms.text(form, "sure")
            if lost and not sure:
                return await self._show(request, hall, form, lost=lost)
            await anyio.to_thread.run_sync(self._do, hall, change, user.actor)
        except CentralError as error:
            return await self._show(request, hall, form, error=error)
        flash(request, _("The opening times are set; the slots follow them."), "success")
        if lost and sure == "closure" and user.may("closure.declare", hall):
            return self.back(request, "new-closure", urlencode(_closure(hall, lost)))
        return self.back(request, "hours", urlencode({"hall": hall}))

    def _losing(self, hall: str, then: HallTimes) -> Sequence[Row[Any]]:
        with self.desk.engine.connect() as connection:
            return hours.losing(connection, hall, self.desk.offer(hall).times, then, self.desk.wall())

    def _do(self, hall: str, change: Change, by: Actor) -> None:
        with self.desk.working(by, staff=True) as work:
            change.do(work)
        self.desk.offers.forget()
        opening.open_hall(self.desk.engine, self.desk.offer(hall), self.desk.wall())

    async def _show(
        self,
        request: Request,
        asked: str | None,
        form: FormData | None = None,
        *,
        error: CentralError | None = None,
        lost: Sequence[Row[Any]] = (),
    ) -> Response:
        user = current_user(request)

        def look(session: Session) -> dict[str, Any]:
            known = halls(session, user, "book.see")
            hall = hall_of(known, asked)
            if hall is None:
                return {"hall": None}
            offer = self.desk.offer(hall.id)
            tell, today = Teller(session), offer.times.day_of(self.desk.wall())
            return {
                "hall": hall,
                "halls": known,
                "tell": tell,
                "week": hours_shown.week(offer, tell),
                "dates": hours_shown.dates(session, offer, tell, today),
                "last_end": offer.rules.last_end,
            }

        context = await self.read(look)
        hall = context["hall"]
        context |= {
            "values": form if form is not None else {},
            "faults": {error.field or "hall": sentence(error)} if error is not None else {},
            "focus": error.field if error is not None else "",
            "lost": lost,
            "may_set": hall is not None and user.may("calendar.edit", hall.id),
            "may_close": hall is not None and user.may("closure.declare", hall.id),
        }
        return self.page(request, "hours.html", context, refused=error is not None)


def _closure(hall: str, lost: Sequence[Row[Any]]) -> dict[str, str]:
    """For the form of a closure: from the first booking that is left without a time to the last."""
    return {"hall": hall, "from": str(lost[0].starts_at), "until": str(max(row.ends_at for row in lost))}
