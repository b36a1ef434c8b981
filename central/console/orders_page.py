"""Telling a hall to stop or go on issuing tickets, and seeing what came of it."""

from collections.abc import Callable

import anyio.to_thread
import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import flash
from starlette_admin.i18n import get_timezone, lazy_gettext
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.console import codes, day_query, shown
from central.console.language import said
from central.console.live_page import wall_ms
from central.console.login import current_user
from central.console.page import Page
from central.db.engine import writing
from central.db.tables import DirectiveRow, Hall
from central.errors import CentralError
from central.ingest import orders

LONGEST_REASON = 200
RECENT = 15
COMMANDS = ("HallSuspended", "HallResumed")


class OrdersPage(Page):
    """`/orders`; a POST there issues the order. Only for those who may."""

    menu_label = lazy_gettext("Suspend and resume")
    icon = "fa-solid fa-circle-pause"
    path = "/orders"
    route_name = "orders"

    def __init__(self, engine: Engine, wake: Callable[[], None]) -> None:
        super().__init__()
        self._engine = engine
        self._wake = wake

    def is_accessible(self, request: Request) -> bool:
        """Admins and the office."""
        return current_user(request).may_order

    @route("")
    async def index(self, request: Request) -> Response:
        """The form, and the newest orders with their outcome."""
        halls, recent = await anyio.to_thread.run_sync(_read, request.state.session)
        context = {
            "halls": halls,
            "chosen": request.query_params.get("hall"),
            "recent": recent,
            "said": said,
            "moment": lambda at: shown.moment(at, get_timezone()),
            "now": wall_ms(),
            "outcomes": dict(codes.OUTCOME),
            "colours": codes.OUTCOME_COLOURS,
            "longest": LONGEST_REASON,
        }
        return self.show(request, "orders.html", context)

    @route("", methods=["POST"], name="order")
    async def order(self, request: Request) -> Response:
        """Suspends or resumes a hall; the answer comes with the node's events."""
        form = await request.form()
        hall, what = str(form.get("hall") or ""), str(form.get("what") or "")
        reason = " ".join(str(form.get("reason") or "").split())
        here = RedirectResponse(str(request.url_for(request.app.state.ROUTE_NAME + ":orders")), 303)
        if what not in ("suspend", "resume"):
            raise HTTPException(400, _("what: choose to suspend or to resume."))
        if what == "suspend" and not reason:
            flash(request, _("Give the reason: the hall's staff and its customers read it."), "error")
            return here
        if len(reason) > LONGEST_REASON:
            flash(request, _("The reason has at most %(n)d characters.") % {"n": LONGEST_REASON}, "error")
            return here
        try:
            await anyio.to_thread.run_sync(self._issue, hall, what, reason, current_user(request).username)
        except CentralError as error:
            flash(request, error.detail, "error")
            return here
        self._wake()
        flash(request, _("The order is on its way; its outcome is shown below."), "success")
        return here

    def _issue(self, hall: str, what: str, reason: str, by: str) -> None:
        at = wall_ms()
        with writing(self._engine).begin() as connection:
            if what == "suspend":
                orders.suspend_hall(connection, hall, reason, by=by, at=at)
            else:
                orders.resume_hall(connection, hall, by=by, at=at)


class Order(msgspec.Struct, frozen=True):
    """One line of the table."""

    row: DirectiveRow
    reason: str


def _read(session: Session) -> tuple[list[Hall], list[Order]]:
    query = select(DirectiveRow).where(DirectiveRow.type.in_(COMMANDS)).order_by(DirectiveRow.key.desc()).limit(RECENT)
    return day_query.halls(session), [Order(row, _reason(row)) for row in session.scalars(query)]


def _reason(row: DirectiveRow) -> str:
    try:
        return str(msgspec.json.decode(row.data).get("reason", ""))
    except (msgspec.DecodeError, AttributeError):
        return ""
