"""One booking: what is known of it, masked; its story; and what a clerk can do with it for its customer."""

from collections.abc import Mapping
from typing import Any

import anyio.to_thread
from sqlalchemy import Row
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.booking import completing, life
from central.booking.application import ID_TYPES
from central.console.booking import acts, forms, labels, one_query, reason_drafts
from central.console.booking.desk_form import spaced
from central.console.booking.page import BookingPage, booking, require, wrongs
from central.console.who import current_user
from central.errors import CentralError
from central.people.purposes import PURPOSES, Purpose
from central.people.unmask import unmask
from contract.person import Person
from identity_numbers import dialled, kinds


class OnePage(BookingPage):
    """`/booking/{id}`; a POST to `…/act/{act}` acts, one to `…/details` shows who the customer is."""

    menu_label = lazy_gettext("Booking")
    path = "/booking"
    route_name = "any-booking"
    add_to_menu = False

    @route("")
    async def index(self, request: Request) -> Response:
        """Of no booking in particular."""
        return self.back(request, "desk")

    @route("/{id:number}", name="booking")
    async def one(self, request: Request) -> Response:
        """The page. `told`: it has just been made; `act`: what is opened."""
        row, query = await self._row(request), request.query_params
        return await self._show(request, row, told=query.get("told") == "1", act=query.get("act", ""))

    @route("/{id:number}/details", methods=["POST"], name="booking-details")
    async def details(self, request: Request) -> Response:
        """The customer in full, for a purpose that is recorded."""
        row, user, form = await self._row(request), current_user(request), await request.form()
        purpose = Purpose(forms.text(form, "purpose"), forms.text(form, "words"))
        looking = lambda: unmask(self.desk.engine, self.desk.vault, user.staff, row.id, purpose, at=self.desk.wall())  # noqa: E731
        try:
            person = await anyio.to_thread.run_sync(looking)
        except CentralError as error:
            return await self._show(request, row, form=form, act="details", error=error)
        return await self._show(request, row, person=person)

    @route("/{id:number}/act/{act}", methods=["POST"], name="booking-act")
    async def act(self, request: Request) -> Response:
        """One of the acts; what was typed comes back with what is wrong."""
        row, name, form = await self._row(request), request.path_params["act"], await request.form()
        if name not in acts.ACTS:
            raise HTTPException(404)
        user = require(request, "book.assist", row.hall)
        if forms.text(form, "go") == "look":
            return await self._show(request, row, form=form, act=name)
        try:
            done = await anyio.to_thread.run_sync(acts.ACTS[name], self.desk, row, form, user.actor)
        except CentralError as error:
            return await self._show(request, row, form=form, act=name, error=error)
        flash(request, done, "success")
        return self.back(request, "booking", id=row.id)

    async def _row(self, request: Request) -> Row[Any]:
        id_, user = request.path_params["id"], current_user(request)
        return await self.read(lambda session: booking(session, user, id_))

    async def _show(
        self,
        request: Request,
        row: Row[Any],
        *,
        told: bool = False,
        form: FormData | None = None,
        act: str = "",
        error: CentralError | None = None,
        person: Person | None = None,
    ) -> Response:
        user = current_user(request)
        values: Mapping[str, Any] = form if form is not None else {}

        def look(session: Session) -> one_query.One:
            return one_query.one(session, self.desk, row, user, str(values.get("matter") or ""))

        seen = await self.read(look)
        context = {
            **_context(seen, values, error),
            "told": told,
            "act": act or ("complete" if completing.unknown(row) else ""),
            "person": person,
            "may_assist": user.may("book.assist", row.hall),
            "may_unmask": user.may("person.unmask", row.hall) and row.person is not None,
            "now": self.desk.wall(),
        }
        return self.page(request, "one.html", context, refused=error is not None)


def _context(seen: one_query.One, values: Mapping[str, Any], error: CentralError | None) -> dict[str, Any]:
    row, offer = seen.row, seen.offer
    wrong = wrongs(error, "code") if error is not None else {}
    to_mend = acts.faults_of(row) if row.status == "returned" else {}
    return {
        "seen": seen,
        "row": row,
        "tell": seen.tell,
        "values": values,
        "faults": to_mend | wrong,
        "focus": next(iter(wrong), ""),
        "open": row.status in life.OPEN,
        "unknown": completing.unknown(row),
        "movable": row.status in one_query.MOVABLE,
        "lead_min": offer.rules.cancel_lead_min if offer else 0,
        "others": [one for one in offer.bookable() if one["id"] != row.matter] if offer else [],
        "to_mend": to_mend,
        "reasons": labels.REASON_CODES,
        "often": reason_drafts.said(reason_drafts.CANCEL, row.language),
        "flagged": labels.FLAGGED,
        "fields": labels.FIELDS,
        "events": labels.EVENTS,
        "notice_channels": labels.NOTICE_CHANNELS,
        "notice_states": labels.NOTICE_STATES,
        "purposes": PURPOSES,
        "id_types": [kind for kind in kinds() if kind.id in ID_TYPES],
        "spaced": spaced,
        "dialled": dialled,
        "materials": [offer.materials[id_] for id_ in seen.matter["materials"] if id_ in offer.materials]
        if offer and seen.matter
        else [],
    }
