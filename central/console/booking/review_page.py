"""The reviewer's work: the queue, one application or change with all that was written, and the decision with its
reason (S0-18, S0-26, S0-48)."""

from collections.abc import Callable, Mapping
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
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.audit import Actor
from central.booking.desk import BookingDesk
from central.booking.offer import HallOffer
from central.booking.reviewing import FIELDS
from central.booking.written import Details
from central.console.asked import whole_number
from central.console.booking import details, forms, labels, reason_drafts, review_query
from central.console.booking.answered import answer_said
from central.console.booking.page import BookingPage, booking, halls, require, sentence
from central.console.booking.teller import Teller
from central.console.who import current_user
from central.errors import CentralError

Decision = Callable[[BookingDesk, Row[Any], FormData, Actor], str]
"""Gives the sentence about what was decided. Raises BookingRefused."""
MEND = "mend."
"""Before a field's name in the form that sends an application back."""


def _approve(desk: BookingDesk, row: Row[Any], form: FormData, by: Actor) -> str:
    desk.approve(row.code, by)
    return _("Confirmed; the customer is told time, place and what to bring.")


def _send_back(desk: BookingDesk, row: Row[Any], form: FormData, by: Actor) -> str:
    faults = {name.removeprefix(MEND): forms.text(form, name).strip() for name in form if name.startswith(MEND)}
    desk.send_back(row.code, by, {field: text for field, text in faults.items() if text})
    return _("Sent back; the customer is told what to mend and until when. The place is held.")


def _refuse(desk: BookingDesk, row: Row[Any], form: FormData, by: Actor) -> str:
    desk.refuse(row.code, by, forms.text(form, "reason"))
    return _("Refused; the customer is told the reason.")


DECISIONS: Mapping[str, Decision] = {"approve": _approve, "return": _send_back, "refuse": _refuse}


class ReviewPage(BookingPage):
    """`/review` the queue, `/review/{id}` one; POST `…/{decision}`, for a change `…/change/{decision}`."""

    menu_label = lazy_gettext("To review")
    icon = "fa-solid fa-list-check"
    path = "/review"
    route_name = "review"
    right = "book.review"

    @route("")
    async def index(self, request: Request) -> Response:
        """The queue."""
        user, order = current_user(request), request.query_params.get("order", "")
        order, now = order if order in review_query.ORDERS else review_query.ORDERS[0], self.desk.wall()

        def look(session: Session) -> tuple[list[review_query.Waiting], Teller]:
            mine = [hall.id for hall in halls(session, user, "book.review")]
            return review_query.waiting(session, mine, order, now), Teller(session)

        found, tell = await self.read(look)
        context = {"found": found, "tell": tell, "order": order, "now": now, "channels": labels.CHANNEL}
        return self.page(request, "review.html", context)

    @route("/{id:number}", name="review-one")
    async def one(self, request: Request) -> Response:
        """One; what the customer wrote is opened, which is on record."""
        return await self._show(request)

    @route("/{id:number}/decide/{decision}", methods=["POST"], name="review-decide")
    async def decide(self, request: Request) -> Response:
        """The word on an application."""
        decision = DECISIONS.get(request.path_params["decision"])
        if decision is None:
            raise HTTPException(404)
        return await self._done(request, decision)

    @route("/{id:number}/change/{decision}", methods=["POST"], name="review-change")
    async def decide_change(self, request: Request) -> Response:
        """The word on a change of business."""
        approve = request.path_params["decision"] == "approve"

        def decision(desk: BookingDesk, row: Row[Any], form: FormData, by: Actor) -> str:
            change, reason = forms.text(form, "change"), forms.text(form, "reason")
            desk.decide_change(whole_number(change) or 0, by, approve=approve, reason=reason)
            return _("Changed; the customer is told.") if approve else _("Not changed; the customer is told why.")

        return await self._done(request, decision)

    async def _done(self, request: Request, decision: Decision) -> Response:
        row, form = await self._row(request), await request.form()
        user = require(request, "book.review", row.hall)
        try:
            said = await anyio.to_thread.run_sync(decision, self.desk, row, form, user.actor)
        except CentralError as error:
            return await self._show(request, form, error)
        flash(request, said, "success")
        return self.back(request, "review")

    async def _row(self, request: Request) -> Row[Any]:
        id_, user = request.path_params["id"], current_user(request)
        row = await self.read(lambda session: booking(session, user, id_))
        require(request, "book.review", row.hall)
        return row

    async def _show(
        self, request: Request, form: FormData | None = None, error: CentralError | None = None
    ) -> Response:
        row, by = await self._row(request), current_user(request).actor

        def look(session: Session) -> dict[str, Any]:
            change = review_query.change_of(session, row.id)
            written = details.viewed(self.desk, row, by, "review") if row.detail is not None else Details()
            place = review_query.slot(session, change.slot) if change else None
            return _context(self.desk.offer(row.hall), row, written) | {
                "change": change, "place": place, "tell": Teller(session),
            }  # fmt: skip

        context = await self.read(look)
        faults = {error.field or "code": sentence(error)} if error is not None else {}
        context |= {
            "values": form if form is not None else {},
            "faults": faults,
            "focus": next(iter(faults), ""),
            "act": request.path_params.get("decision", ""),
            "now": self.desk.wall(),
        }
        return self.page(request, "review_one.html", context, refused=error is not None)


def _context(offer: HallOffer, row: Row[Any], written: Details) -> dict[str, Any]:
    matter = offer.matters.get(row.matter or "")
    questions = matter["questions"] if matter else []
    fields = [field for field in FIELDS if field != "answers"]
    return {
        "row": row,
        "matter": matter,
        "written": msgspec.structs.asdict(written),
        "questions": questions,
        "answer_said": answer_said,
        "materials": [offer.materials[id_] for id_ in matter["materials"] if id_ in offer.materials] if matter else [],
        "mendable": [*fields, *(f"answers.{one['id']}" for one in questions)],
        "fields": labels.FIELDS,
        "refusals": reason_drafts.said(reason_drafts.REFUSE, row.language),
        "mends": reason_drafts.mends(row.language),
    }
