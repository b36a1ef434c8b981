"""The outbox: what was told to whom and when, what did not arrive, and trying it again."""

from collections.abc import Collection
from typing import Any

import anyio.to_thread
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import flash
from starlette_admin.i18n import get_timezone, lazy_gettext
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.clock import wall_ms
from central.console import day_query, shown
from central.console.language import said
from central.console.notices import outbox_query, words
from central.console.page import Page
from central.console.people.login import ConsoleUser, current_user
from central.db.engine import writing
from central.errors import CentralError, Invalid
from contract.booking_code import grouped


class OutboxPage(Page):
    """`/outbox?hall=&channel=&event=&state=&code=&since=&until=`; a POST to `/outbox/{notice}/again`.

    `ways`: the channels that are configured.
    """

    menu_label = lazy_gettext("Notices sent")
    icon = "fa-solid fa-paper-plane"
    path = "/outbox"
    route_name = "outbox"
    right = "deliveries.see"

    def __init__(self, engine: Engine, ways: Collection[str]) -> None:
        super().__init__()
        self._engine = engine
        self._ways = ways

    @route("")
    async def index(self, request: Request) -> Response:
        """One page of notices, newest first, with the numbers of all that were asked for."""
        wanted, zone, user = outbox_query.asked(request.query_params), get_timezone(), current_user(request)
        found = await anyio.to_thread.run_sync(_read, request.state.session, wanted, user.staff.halls, zone)
        lines = found["lines"][: outbox_query.PAGE]
        more = len(found["lines"]) > outbox_query.PAGE
        context = {
            "fault": None,
            **found,
            "lines": lines,
            "values": wanted,
            "filters": wanted.query(),
            "older": {**wanted.query(), "before": lines[-1][0].id} if more else None,
            "newest": not wanted.before,
            "words": words,
            "missing": [channel for channel in ("sms", "email") if channel not in self._ways],
            "again": outbox_query.AGAIN if may_resend(user) else (),
            "grouped": grouped,
            "moment": lambda at: shown.moment(at, zone),
        }
        answer = self.show(request, "notices/outbox.html", context)
        answer.status_code = found["fault"].status if "fault" in found else 200
        return answer

    @route("/{notice:int}/again", methods=["POST"], name="outbox-again")
    async def again(self, request: Request) -> Response:
        """Sends one anew."""
        user = current_user(request)
        if not may_resend(user):
            raise HTTPException(403, _("Your roles let you see notices, not send them."))

        def act() -> None:
            with writing(self._engine).begin() as connection:
                outbox_query.again(
                    connection, request.path_params["notice"], user.staff.halls, user.actor, at=wall_ms()
                )

        try:
            await anyio.to_thread.run_sync(act)
        except CentralError as fault:
            flash(request, _(fault.detail), "error")
        else:
            flash(request, _("The notice is sent again within seconds."), "success")
        filters = outbox_query.asked(request.query_params).query()
        here = request.url_for(request.app.state.ROUTE_NAME + ":outbox").include_query_params(**filters)
        return RedirectResponse(str(here), 303)


def may_resend(user: ConsoleUser) -> bool:
    """An auditor sees everything and sends nothing."""
    return user.may("deliveries.see") and (user.may("tasks.do") or user.may("templates.edit"))


def _read(session: Session, wanted: outbox_query.Asked, reach: Collection[str], zone: str) -> dict[str, Any]:
    halls = [hall for hall in day_query.halls(session) if not reach or hall.id in reach]
    names = {hall.id: said(hall.name, hall.id) for hall in halls}
    try:
        lines = outbox_query.lines(session, wanted, reach, zone)
        return {"names": names, "lines": lines, "counts": outbox_query.counts(session, wanted, reach, zone)}
    except Invalid as fault:
        return {"names": names, "lines": [], "counts": {}, "fault": fault}
