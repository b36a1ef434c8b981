"""What partners' servers were told of their bookings: what arrived, what did not and why, and sending it again."""

from typing import Any
from urllib.parse import urlsplit

import anyio.to_thread
import msgspec
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
from central.console.channels import deliveries_query, words
from central.console.language import said
from central.console.page import Page
from central.console.people.login import current_user
from central.db.engine import writing
from central.errors import CentralError, Invalid
from contract.booking_code import grouped


class DeliveriesPage(Page):
    """`/deliveries?hall=&key=&type=&state=&code=&since=&until=`; a POST to `/deliveries/{message}/again`."""

    menu_label = lazy_gettext("Webhook messages")
    icon = "fa-solid fa-tower-broadcast"
    path = "/deliveries"
    route_name = "deliveries"
    right = "deliveries.see"

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    @route("")
    async def index(self, request: Request) -> Response:
        """One page of messages, newest first, with the numbers of all that were asked for."""
        wanted, zone, user = deliveries_query.asked(request.query_params), get_timezone(), current_user(request)
        reach = user.staff.halls

        def read(session: Session) -> dict[str, Any]:
            halls = [hall for hall in day_query.halls(session) if not reach or hall.id in reach]
            known = {"names": {hall.id: said(hall.name, hall.id) for hall in halls}}
            known["keys"] = dict(deliveries_query.keys(session))
            try:
                lines = deliveries_query.lines(session, wanted, reach, zone)
                return known | {"lines": lines, "counts": deliveries_query.counts(session, wanted, reach, zone)}
            except Invalid as fault:
                return known | {"lines": [], "counts": {}, "fault": fault}

        found = await anyio.to_thread.run_sync(read, request.state.session)
        lines = found["lines"][: deliveries_query.PAGE]
        more = len(found["lines"]) > deliveries_query.PAGE
        context = {
            "fault": None,
            **found,
            "lines": lines,
            "values": wanted,
            "filters": wanted.query(),
            "older": {**wanted.query(), "before": lines[-1][0].id} if more else None,
            "newest": not wanted.before,
            "words": words,
            "may_resend": user.may("keys.edit"),
            "grouped": grouped,
            "pretty": _pretty,
            "host": lambda url: urlsplit(url).netloc,
            "moment": lambda at: shown.moment(at, zone),
        }
        answer = self.show(request, "channels/deliveries.html", context)
        answer.status_code = found["fault"].status if "fault" in found else 200
        return answer

    @route("/{message}/again", methods=["POST"], name="delivery-again")
    async def again(self, request: Request) -> Response:
        """Sends one anew, under its own id: a receiver that has it already knows that."""
        user = current_user(request)
        if not user.may("keys.edit"):
            raise HTTPException(403, _("Your roles let you see these messages, not send them."))

        def act() -> None:
            with writing(self._engine).begin() as connection:
                deliveries_query.again(
                    connection, request.path_params["message"], user.staff.halls, user.actor, at=wall_ms()
                )

        try:
            await anyio.to_thread.run_sync(act)
        except CentralError as fault:
            flash(request, _(fault.detail), "error")
        else:
            flash(request, _("The message is sent again within seconds."), "success")
        filters = deliveries_query.asked(request.query_params).query()
        here = request.url_for(request.app.state.ROUTE_NAME + ":deliveries").include_query_params(**filters)
        return RedirectResponse(str(here), 303)


def _pretty(payload: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(payload), indent=2).decode()
