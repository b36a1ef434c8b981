"""Closures of halls: one form that tells everybody (S0-51), whom it hits, whom to call until when, and what became of
them (S0-52)."""

from typing import Any

import anyio.to_thread
import msgspec
from sqlalchemy import Row
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext, ngettext
from starlette_admin.routing import route

from central.console.booking import closure_form, closures_query, forms, labels
from central.console.booking.closure_form import Wanted
from central.console.booking.page import BookingPage, halls, require, sentence
from central.console.booking.teller import Teller
from central.console.chosen import hall_of
from central.console.who import current_user
from central.errors import CentralError, Invalid


class ClosuresPage(BookingPage):
    """`/closures`, `/closures/new?hall=&from=&until=`, `/closures/{id}`; POST `/new`, `/{id}/prolong`, `/{id}/end`."""

    menu_label = lazy_gettext("Closures")
    icon = "fa-solid fa-store-slash"
    path = "/closures"
    route_name = "closures"

    @route("")
    async def index(self, request: Request) -> Response:
        """Those that last or are to come, and those before."""
        user, now = current_user(request), self.desk.wall()

        def look(session: Session) -> dict[str, Any]:
            mine = [hall.id for hall in halls(session, user, "book.see")]
            lasting, over = closures_query.closures(session, mine, now)
            figures = {
                one.id: closures_query.settled(closures_query.cases(session, one.id, now)) for one in (*lasting, *over)
            }
            return {"lasting": lasting, "over": over, "figures": figures, "tell": Teller(session)}

        context = await self.read(look) | {
            "causes": labels.CAUSE,
            "may_declare": user.may("closure.declare"),
            "now": now,
        }
        return self.page(request, "closures.html", context)

    @route("/new", name="new-closure")
    async def opened(self, request: Request) -> Response:
        """The form; from a change of hours it comes with the hall and the time."""
        require(request, "closure.declare")
        query = request.query_params
        return await self._form(request, FormData({name: query[name] for name in query}))

    @route("/new", methods=["POST"], name="declare-closure")
    async def declare(self, request: Request) -> Response:
        """`go`: check shows whom it hits, publish does it, unless it is no longer what was shown."""
        form = await request.form()
        hall = forms.text(form, "hall")
        user = require(request, "closure.declare", hall)
        try:
            zone = self.desk.offer(hall).times.zone
            wanted = closure_form.wanted(form, zone, self.desk.wall())
            if forms.text(form, "go") != "publish" or closure_form.changed_since(form):
                return await self._form(request, form, wanted)
            if not wanted.text:
                raise Invalid(_("Say in at least one language what the public is to know."), "text_zh")
            asked = msgspec.structs.asdict(wanted)
            row = await anyio.to_thread.run_sync(lambda: self.desk.close_hall(hall, user.actor, **asked))
        except CentralError as error:
            return await self._form(request, form, error=error)
        flash(request, _("Published: on the site, on the hall's boards and to every customer it hits."), "success")
        return self.back(request, "closure", id=row.id)

    @route("/{id:number}", name="closure")
    async def one(self, request: Request) -> Response:
        """One closure."""
        return await self._show(request)

    @route("/{id:number}/prolong", methods=["POST"], name="prolong-closure")
    async def prolong(self, request: Request) -> Response:
        """It lasts longer."""
        row, form = await self._row(request), await request.form()
        user = require(request, "closure.declare", row.hall)
        try:
            offer = self.desk.offer(row.hall)
            until_at, text = closure_form.longer(form, row, offer.name, offer.times.zone)
            await anyio.to_thread.run_sync(self.desk.prolong_closure, row.id, user.actor, until_at, text)
        except CentralError as error:
            return await self._show(request, form, error)
        flash(request, _("The closure lasts longer; who is hit now as well is told."), "success")
        return self.back(request, "closure", id=row.id)

    @route("/{id:number}/end", methods=["POST"], name="end-closure")
    async def end(self, request: Request) -> Response:
        """The hall opens again."""
        row = await self._row(request)
        user = require(request, "closure.declare", row.hall)
        try:
            stand = await anyio.to_thread.run_sync(self.desk.end_closure, row.id, user.actor)
        except CentralError as error:
            return await self._show(request, error=error)
        flash(request, _open_again(stand), "success")
        return self.back(request, "closure", id=row.id)

    async def _row(self, request: Request) -> Row[Any]:
        id_ = request.path_params["id"]
        row = await self.read(lambda session: closures_query.closure(session, id_))
        if row is None or not current_user(request).may("book.see", row.hall):
            raise HTTPException(404, _("There is no such closure."))
        return row

    async def _form(
        self, request: Request, form: FormData, wanted: Wanted | None = None, error: CentralError | None = None
    ) -> Response:
        user, now = current_user(request), self.desk.wall()

        def look(session: Session) -> dict[str, Any]:
            mine = halls(session, user, "closure.declare")
            hall = hall_of(mine, forms.text(form, "hall") or None)
            if hall is None:
                return {"halls": [], "values": {}, "hit": []}
            hit = closures_query.hit(session, hall.id, wanted.from_at, wanted.until_at) if wanted else []
            values = closure_form.shown(form, hall, now, wanted)
            return {"halls": mine, "values": values, "hit": hit, "tell": Teller(session)}

        faults = {error.field or "code": sentence(error)} if error is not None else {}
        context = await self.read(look) | {
            "checked": wanted is not None,
            "changed": wanted is not None and forms.text(form, "go") == "publish",
            "faults": faults,
            "focus": next(iter(faults), "publish" if wanted else "from"),
            "causes": labels.CAUSE,
            "languages": labels.LANGUAGES,
        }
        return self.page(request, "closure_new.html", context, refused=error is not None)

    async def _show(
        self, request: Request, form: FormData | None = None, error: CentralError | None = None
    ) -> Response:
        row, user, now = await self._row(request), current_user(request), self.desk.wall()

        def look(session: Session) -> dict[str, Any]:
            found = closures_query.cases(session, row.id, now)
            return {"cases": found, "figures": closures_query.settled(found), "tell": Teller(session)}

        faults = {error.field or "code": sentence(error)} if error is not None else {}
        offer = self.desk.offer(row.hall)
        zone, rules = offer.times.zone, offer.rules
        context = await self.read(look) | {
            "row": row,
            "until": forms.text(form, "until") if form is not None else closure_form.local(row.until_at, zone),
            "texts": {
                language: row.text.get(language, "") if form is None else forms.text(form, f"text_{language}")
                for language in labels.LANGUAGES
            },
            "faults": faults,
            "focus": next(iter(faults), ""),
            "causes": labels.CAUSE,
            "outcomes": labels.CASE,
            "outcome_colours": labels.CASE_COLOURS,
            "call_outcomes": labels.OUTCOME,
            "publish_min": rules.closure_publish_min,
            "took_min": (row.published_at - row.known_at) // 60_000,
            "may_declare": user.may("closure.declare", row.hall),
            "may_call": user.may("tasks.do", row.hall),
            "now": now,
        }
        return self.page(request, "closure.html", context, refused=error is not None)


def _open_again(bookings: int) -> str:
    text = ngettext(
        "The hall is open again; %(num)d booking stands as before.",
        "The hall is open again; %(num)d bookings stand as before.",
        bookings,
    )
    return text % {"num": bookings}
