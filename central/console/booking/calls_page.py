"""Calls to make: who is to be rung up, why and until when; the number for whom it is needed; and what came of it."""

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

from central.console.booking import calls_query, forms, labels
from central.console.booking.calls_query import Call
from central.console.booking.desk_form import spaced
from central.console.booking.page import BookingPage, halls, require, sentence
from central.console.booking.teller import Teller
from central.console.who import current_user
from central.errors import CentralError
from central.people.purposes import Purpose
from central.people.unmask import unmask
from identity_numbers import dialled

LONGEST_NOTE = 500


class CallsPage(BookingPage):
    """`/calls?kind=`, `/calls/{id}`; POST `…/number` shows the number, `…/outcome` notes what came of it."""

    menu_label = lazy_gettext("Calls to make")
    icon = "fa-solid fa-phone"
    path = "/calls"
    route_name = "calls"
    right = "tasks.do"

    @route("")
    async def index(self, request: Request) -> Response:
        """The list."""
        user, kind, now = current_user(request), request.query_params.get("kind", ""), self.desk.wall()

        def look(session: Session) -> tuple[list[Call], Teller]:
            mine = [hall.id for hall in halls(session, user, "tasks.do")]
            return calls_query.calls(session, mine, kind, now), Teller(session)

        found, tell = await self.read(look)
        context = {"found": found, "tell": tell, "kind": kind, "kinds": labels.TASK, "now": now, "why": _why}
        return self.page(request, "calls.html", context)

    @route("/{id:number}", name="call")
    async def one(self, request: Request) -> Response:
        """One task."""
        return await self._show(request)

    @route("/{id:number}/number", methods=["POST"], name="call-number")
    async def number(self, request: Request) -> Response:
        """The telephone number, for this call; the look is on record."""
        found, user = await self._call(request), current_user(request)
        purpose = Purpose("call", f"task {found.task.id}, {found.task.kind}")
        looking = lambda: unmask(  # noqa: E731
            self.desk.engine, self.desk.vault, user.staff, found.booking.id, purpose, at=self.desk.wall()
        )
        try:
            person = await anyio.to_thread.run_sync(looking)
        except CentralError as error:
            return await self._show(request, error=error)
        return await self._show(request, phone=dialled(person.phone), name=person.name)

    @route("/{id:number}/outcome", methods=["POST"], name="call-outcome")
    async def outcome(self, request: Request) -> Response:
        """What came of the call."""
        found, user, form = await self._call(request), current_user(request), await request.form()
        outcome, note = forms.text(form, "outcome"), forms.text(form, "note")
        noting = lambda: self.desk.note_call(found.task.id, user.actor, outcome, note)  # noqa: E731
        try:
            done = await anyio.to_thread.run_sync(noting)
        except CentralError as error:
            return await self._show(request, form=form, error=error)
        flash(request, _("Done with it.") if done else _("Noted; try again in half an hour."), "success")
        return self.back(request, "calls")

    async def _call(self, request: Request) -> Call:
        id_, now = request.path_params["id"], self.desk.wall()
        found = await self.read(lambda session: calls_query.call(session, id_, now))
        if found is None or not current_user(request).may("tasks.do", found.task.hall):
            raise HTTPException(404, _("There is no such task."))
        require(request, "tasks.do", found.task.hall)
        return found

    async def _show(
        self,
        request: Request,
        *,
        form: FormData | None = None,
        error: CentralError | None = None,
        phone: str = "",
        name: str = "",
    ) -> Response:
        found, user = await self._call(request), current_user(request)
        kind = found.task.kind
        context = {
            "call": found,
            "task": found.task,
            "row": found.booking,
            "tell": await self.read(Teller),
            "phone": phone,
            "spoken": spaced(phone),
            "name": name,
            "note": forms.text(form, "note") if form is not None else "",
            "faults": {error.field or "task": sentence(error)} if error is not None else {},
            "kinds": labels.TASK,
            "why": _why,
            "outcomes": [(code, labels.OUTCOME[code]) for code in labels.OUTCOMES_OF.get(kind, labels.OUTCOMES)],
            "words": labels.OUTCOME,
            "may_unmask": user.may("person.unmask", found.task.hall),
            "may_assist": user.may("book.assist", found.task.hall),
            "longest": LONGEST_NOTE,
        }
        return self.page(request, "call.html", context, refused=error is not None)


def _why(text: str) -> str:
    """Flags in words; of a notice that failed what it was to tell, and why it did not arrive."""
    event, colon, cause = text.partition(": ")
    if colon:
        told = {"what": labels.EVENTS.get(event, event), "why": labels.UNTOLD.get(cause, cause)}
        return _("%(what)s: %(why)s") % told
    known = {"important": labels.IMPORTANT, **labels.FLAGS, **labels.CAUSE}
    return _(", ").join(str(known.get(one, one)) for one in text.split(",") if one)
