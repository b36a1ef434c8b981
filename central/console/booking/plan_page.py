"""The plan of a day, to print: the services with their periods, confirmed by a person (S2-5), and what is to be
prepared for each matter (S0-17)."""

from collections.abc import Mapping
from typing import Any

import anyio.to_thread
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central import audit
from central.booking import store
from central.console.asked import whole_number
from central.console.booking import forms, plan
from central.console.booking.chosen_day import Place, place
from central.console.booking.day_page import of_day
from central.console.booking.page import BookingPage, halls, require
from central.console.booking.teller import Teller
from central.console.chosen import day_of
from central.console.who import current_user
from central.db.tables import AuditRow

CONFIRMED = "day.confirmed"
PREPARED = "day.prepared"


class PlanPage(BookingPage):
    """`/bookings/plan?hall=&day=`; POST `…/confirm` and `…/prepared` leave a person's word in the trail."""

    menu_label = lazy_gettext("Plan of the day")
    icon = "fa-solid fa-clipboard-list"
    path = "/bookings/plan"
    route_name = "day-plan"

    @route("")
    async def index(self, request: Request) -> Response:
        """The plan."""
        user, query, now = current_user(request), request.query_params, self.desk.wall()

        def look(session: Session) -> dict[str, Any]:
            found = place(halls(session, user, "book.see"), query, now)
            return self._context(session, found) if found else {"place": None}

        context = await self.read(look)
        if context["place"] is not None:
            hall = context["place"].hall.id
            context |= {"may_confirm": user.may("capacity.edit", hall), "may_prepare": user.may("book.assist", hall)}
        return self.page(request, "plan.html", context)

    @route("/confirm", methods=["POST"], name="confirm-day")
    async def confirm(self, request: Request) -> Response:
        """The schedule is looked through, and nothing is left out."""
        form = await request.form()
        count = forms.text(form, "bookings")
        after = {"bookings": whole_number(count) or 0}
        return await self._word(request, "capacity.edit", CONFIRMED, "", after, _("The plan of the day is confirmed."))

    @route("/prepared", methods=["POST"], name="prepare-day")
    async def prepared(self, request: Request) -> Response:
        """Materials and guidance of a matter lie ready."""
        matter = forms.text(await request.form(), "matter")[:64]
        return await self._word(request, "book.assist", PREPARED, matter, {"matter": matter}, _("Noted as prepared."))

    async def _word(
        self, request: Request, right: Any, action: str, matter: str, after: Mapping[str, Any], said: str
    ) -> Response:
        form = await request.form()
        hall, day = forms.text(form, "hall"), day_of(forms.text(form, "day"))
        user = require(request, right, hall)
        self.desk.offer(hall)
        about = f"{hall} {day} {matter}".strip()

        def write() -> None:
            with self.desk.working(user.actor, staff=True) as work:
                audit.record(work.connection, user.actor, action, "hall_day", about, at=work.at, after=after)

        await anyio.to_thread.run_sync(write)
        flash(request, said, "success")
        return self.back(request, "day-plan", f"hall={hall}&day={day}")

    def _context(self, session: Session, found: Place) -> dict[str, Any]:
        offer, day = self.desk.offer(found.hall.id), found.iso
        rows = of_day(session, found.hall.id, day)
        slots = store.slots(session.connection(), found.hall.id, [day])
        preparations = plan.preparations(rows, offer.matters)
        words = _words(
            session, [f"{found.hall.id} {day}", *(f"{found.hall.id} {day} {p.matter}" for p in preparations)]
        )
        return {
            "place": found,
            "services": plan.services(slots, offer.services(), offer.counters),
            "counters": {counter["id"]: counter["name"] for counter in offer.counters},
            "preparations": preparations,
            "materials": offer.materials,
            "coming": sum(len(one.bookings) for one in preparations),
            "special": [row for row in rows if row.flags and row.status not in plan.GONE],
            "confirmed": words.get(f"{found.hall.id} {day}"),
            "prepared": lambda matter: words.get(f"{found.hall.id} {day} {matter}"),
            "tell": Teller(session, [found.hall.id]),
        }


def _words(session: Session, about: list[str]) -> dict[str, AuditRow]:
    """The newest word of a person on each."""
    query = select(AuditRow).where(AuditRow.subject == "hall_day", AuditRow.subject_id.in_(about))
    return {row.subject_id: row for row in session.scalars(query.order_by(AuditRow.id))}
