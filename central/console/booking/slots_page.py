"""Slots and capacity: a week of one service, how full each time is, and setting it by hand (S0-19)."""

from collections.abc import Callable, Mapping
from typing import Any

import anyio.to_thread
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.audit import Actor
from central.booking import by_hand, store
from central.booking.work import Work
from central.console.booking import forms
from central.console.booking.chosen_day import Place, place
from central.console.booking.page import BookingPage, halls, require, sentence
from central.console.booking.slots_query import grid
from central.console.booking.teller import Teller
from central.console.who import current_user
from central.errors import CentralError, Invalid

MOST = 1000
"""Places of one slot."""
AT_ONCE = 500
"""Slots changed together."""
WAYS: Mapping[str, Callable[[Work, str], None]] = {
    "close": by_hand.close,
    "open": by_hand.reopen,
    "formula": by_hand.formula,
}


class SlotsPage(BookingPage):
    """`/slots?hall=&day=&service=`; a POST there sets the slots that are ticked, all of them or none."""

    menu_label = lazy_gettext("Slots and capacity")
    icon = "fa-solid fa-table-cells"
    path = "/slots"
    route_name = "slots"

    @route("")
    async def index(self, request: Request) -> Response:
        """The grid."""
        return await self._show(request, request.query_params)

    @route("", methods=["POST"], name="set-slots")
    async def change(self, request: Request) -> Response:
        """`way`: capacity, close, open or formula."""
        form = await request.form()
        hall, ids = forms.text(form, "hall"), sorted({str(id_)[:200] for id_ in form.getlist("slots")})[:AT_ONCE]
        user, way = require(request, "capacity.edit", hall), forms.text(form, "way")
        if way != "capacity" and way not in WAYS:
            raise HTTPException(400)
        try:
            await anyio.to_thread.run_sync(self._change, hall, ids, way, forms.text(form, "capacity"), user.actor)
        except CentralError as error:
            return await self._show(request, _asked(form), form, error)
        flash(request, _("Slots set: %(n)d.") % {"n": len(ids)}, "success")
        query = "&".join(f"{name}={value}" for name, value in _asked(form).items())
        return self.back(request, "slots", query)

    def _change(self, hall: str, ids: list[str], way: str, size: str, by: Actor) -> None:
        if not ids:
            raise Invalid(_("Tick the slots first."), "slots")
        with self.desk.working(by, staff=True) as work:
            tell = Teller(Session(work.connection))
            for id_ in ids:
                if store.slot(work.connection, id_).hall != hall:
                    raise Invalid(_("That slot belongs to another hall."), "slots")
                if way == "capacity":
                    by_hand.capacity(work, id_, _size(work, id_, size, tell))
                else:
                    WAYS[way](work, id_)

    async def _show(
        self,
        request: Request,
        query: Mapping[str, str],
        form: FormData | None = None,
        error: CentralError | None = None,
    ) -> Response:
        user, now = current_user(request), self.desk.wall()

        def look(session: Session) -> dict[str, Any]:
            found = place(halls(session, user, "book.see"), query, now)
            return self._context(session, found, query.get("service", "")) if found else {"place": None}

        context = await self.read(look)
        context |= {
            "faults": {error.field or "slots": sentence(error)} if error is not None else {},
            "focus": "",
            "ticked": set(form.getlist("slots")) if form is not None else set(),
            "capacity": forms.text(form, "capacity") if form is not None else "",
            "may_set": context["place"] is not None and user.may("capacity.edit", context["place"].hall.id),
            "now": now,
            "most": MOST,
        }
        return self.page(request, "slots.html", context, refused=error is not None)

    def _context(self, session: Session, found: Place, service: str) -> dict[str, Any]:
        offer, tell = self.desk.offer(found.hall.id), Teller(session, [found.hall.id])
        services = offer.services()
        chosen = service if service in services else next(iter(services), "")
        return {
            "place": found,
            "services": services,
            "service": chosen,
            "grid": grid(session, offer, chosen, found.day, tell, self.desk.wall()),
            "tell": tell,
            "rules": offer.rules,
            "announced": offer.times.calendar.years,
        }


def _size(work: Work, id_: str, text: str, tell: Teller) -> int:
    """Raises Invalid in the reader's words."""
    if not text.isascii() or not text.isdigit() or int(text[:9]) > MOST:
        raise Invalid(_("Capacity: write a whole number from 0 to %(n)d.") % {"n": MOST}, "capacity")
    row, size = store.slot(work.connection, id_), int(text)
    held = row.taken + row.granted - row.excess
    if size < held:
        words = _("%(when)s: %(taken)d booked, %(own)d the hall's own; it takes at least %(n)d.")
        told = {"when": tell.when(row), "taken": row.taken, "own": row.granted, "n": held}
        raise Invalid(words % told, "capacity")
    return size


def _asked(form: FormData) -> dict[str, str]:
    return {name: forms.text(form, name) for name in ("hall", "day", "service")}
