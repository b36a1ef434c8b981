"""Telling a hall to stop or go on issuing tickets, or of an emergency, and seeing what came of it."""

from functools import partial
from typing import get_args

import anyio.to_thread
import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import get_timezone, lazy_gettext
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central import audit
from central.audit import Actor
from central.clock import wall_ms
from central.console import codes, reach, shown
from central.console.language import said
from central.console.telling_page import TellingPage
from central.console.who import current_user
from central.db.engine import writing
from central.db.tables import AlarmRow, DirectiveRow, Hall, Node
from central.errors import Invalid
from central.ingest import orders
from central.ingest.projections.alarms import EMERGENCY
from central.people.scope import Staff
from contract import directives as d
from contract.events import EmergencyKind

LONGEST_REASON = 200
LONGEST_NAME = 64
"""Characters of who gave an order, as a hall takes them."""
RECENT = 15
WORDS = {
    "HallSuspended": lazy_gettext("suspend"),
    "HallResumed": lazy_gettext("resume"),
    "EmergencyDeclared": lazy_gettext("emergency"),
    "EmergencyEnded": lazy_gettext("emergency over"),
}


class OrdersPage(TellingPage):
    """`/orders`; a POST there issues the order. Only for those who may."""

    menu_label = lazy_gettext("Orders")
    icon = "fa-solid fa-circle-pause"
    path = "/orders"
    route_name = "orders"
    right = "orders.give"

    @route("")
    async def index(self, request: Request) -> Response:
        """The forms, the emergencies that last, and the newest orders with their outcome."""
        staff = current_user(request).staff
        halls, lasting, recent = await anyio.to_thread.run_sync(_read, request.state.session, staff)
        context = {
            "halls": halls,
            "chosen": request.query_params.get("hall"),
            "lasting": lasting,
            "recent": recent,
            "said": said,
            "moment": lambda at: shown.moment(at, get_timezone()),
            "now": wall_ms(),
            "words": WORDS,
            "emergencies": dict(codes.EMERGENCY),
            "outcomes": dict(codes.OUTCOME),
            "colours": codes.OUTCOME_COLOURS,
            "longest": LONGEST_REASON,
        }
        return self.show(request, "live/orders.html", context)

    @route("", methods=["POST"], name="order")
    async def order(self, request: Request) -> Response:
        """Gives an order to a hall; the answer comes with the node's events."""
        form, user = await request.form(), current_user(request)
        hall = str(form.get("hall") or "")
        if not user.may("orders.give", hall):
            raise HTTPException(403, _("Your roles do not let you give this hall orders."))
        issue = partial(self._issue, hall, form, user.actor)
        done = _("The order is on its way; its outcome is shown below.")
        return await self.tell(request, issue, self.back(request, "orders"), done)

    def _issue(self, hall: str, form: FormData, by: Actor) -> None:
        directive = _directive(form, by.name)
        now, told = wall_ms(), {"order": type(directive).__name__, **msgspec.to_builtins(directive)}
        with writing(self._engine).begin() as connection:
            orders.issue(connection, hall, directive, by=by.name, at=now)
            audit.record(connection, by, "order.given", "hall", hall, at=now, after=told)


def _directive(form: FormData, by: str) -> msgspec.Struct:
    """What is told. Raises Invalid with what to do."""
    match form.get("what"):
        case "suspend":
            return d.HallSuspended(_reason(form))
        case "resume":
            return d.HallResumed()
        case "emergency":
            return d.EmergencyDeclared(_kind(form), by[:LONGEST_NAME])
        case "calm":
            return d.EmergencyEnded(by[:LONGEST_NAME])
    raise HTTPException(400, _("what: choose one of the orders."))


def _reason(form: FormData) -> str:
    reason = " ".join(str(form.get("reason") or "").split())
    if not reason:
        raise Invalid(_("Give the reason: the hall's staff and its customers read it."), "reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid(_("The reason has at most %(n)d characters.") % {"n": LONGEST_REASON}, "reason")
    return reason


def _kind(form: FormData) -> str:
    kind = str(form.get("kind") or "")
    if kind not in get_args(EmergencyKind):
        raise HTTPException(400, _("kind: choose one of the emergencies."))
    if form.get("sure") != "1":
        raise Invalid(_("Say that you know what an emergency does: tick the box."), "sure")
    return kind


class Order(msgspec.Struct, frozen=True):
    """One line of the table."""

    row: DirectiveRow
    name: dict[str, str] | None
    detail: str
    """Its reason, or the kind of the emergency."""


class Lasting(msgspec.Struct, frozen=True):
    """An emergency that has not ended."""

    hall: str
    name: dict[str, str] | None
    kind: str
    since: int | None


def _read(session: Session, staff: Staff) -> tuple[list[Hall], list[Lasting], list[Order]]:
    halls = reach.halls(session, staff)
    names = {hall.id: hall.name for hall in halls}
    places = {row.id: row.hall for row in session.execute(select(Node.id, Node.hall))}
    given = (DirectiveRow.type.in_(WORDS), *reach.of_rows(staff, DirectiveRow))
    query = select(DirectiveRow).where(*given).order_by(DirectiveRow.key.desc()).limit(RECENT)
    recent = [Order(row, names.get(places.get(row.node, "")), _detail(row)) for row in session.scalars(query)]
    open_ = select(AlarmRow).where(AlarmRow.closed_at.is_(None), AlarmRow.kind.startswith(EMERGENCY))
    open_ = open_.where(*reach.of_rows(staff, AlarmRow))
    lasting = [
        Lasting(row.hall, names.get(row.hall), row.kind.removeprefix(EMERGENCY), row.raised_at)
        for row in session.scalars(open_.order_by(AlarmRow.raised_at))
    ]
    return halls, lasting, recent


def _detail(row: DirectiveRow) -> str:
    try:
        told = msgspec.json.decode(row.data)
        return str(told.get("reason") or told.get("kind") or "")
    except (msgspec.DecodeError, AttributeError):
        return ""
