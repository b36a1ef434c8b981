"""What the logs of what was sent share: lines newest first, numbers of each state, and sending one again."""

from typing import Any
from urllib.parse import urlencode

import anyio.to_thread
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import get_timezone
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.clock import wall_ms
from central.console import reach, shown
from central.console.asked import Asked
from central.console.language import said
from central.console.page import Page
from central.console.who import ConsoleUser, current_user
from central.db.engine import writing
from central.errors import CentralError, Invalid
from contract.booking_code import grouped


class SentPage(Page):
    """At `path`, filtered. A log adds its route `…/{id}/again`, named after the page: "outbox-again"."""

    right = "deliveries.see"
    query: Any
    """The module that reads the log: what can be `Asked`; `lines`, one more than a page, each with its row first and a
    booking's code next; their `counts`; and `again`."""
    route_name: str
    template: str
    """Extends sent.html."""
    words: Any
    """A module with the words of STATES and their COLOURS."""
    seen_only: Any
    """Said to who may see and not send."""
    underway: Any
    """Said when one is sent again."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    def choices(self, session: Session) -> dict[str, Any]:
        """What else the template needs."""
        return {}

    def may_resend(self, user: ConsoleUser) -> bool:
        """Whether he may send anything again."""
        raise NotImplementedError

    def resendable(self, row: Any) -> bool:
        """Whether this one can be sent again."""
        raise NotImplementedError

    @route("")
    async def index(self, request: Request) -> Response:
        """One page of lines, newest first, with the numbers of all that were asked for."""
        wanted, zone, user = self._wanted(request), get_timezone(), current_user(request)
        may_resend = self.may_resend(user)

        def read(session: Session) -> dict[str, Any]:
            names = {hall.id: said(hall.name, hall.id) for hall in reach.halls(session, user.staff)}
            known = self.choices(session) | {"names": names}
            try:
                lines = self.query.lines(session, wanted, user.staff.halls, zone)
                counts = self.query.counts(session, wanted, user.staff.halls, zone)
                return known | {"fault": None, "lines": lines, "counts": counts}
            except Invalid as fault:
                return known | {"fault": fault, "lines": [], "counts": {}}

        found = await anyio.to_thread.run_sync(read, request.state.session)
        context = found | {
            **wanted.page(found["lines"], lambda line: line[0].id),
            "log": self.route_name,
            "words": self.words,
            "resendable": lambda row: may_resend and self.resendable(row),
            "grouped": grouped,
            "moment": lambda at: shown.moment(at, zone),
        }
        return self.show(request, self.template, context, found["fault"])

    async def send_again(self, request: Request) -> Response:
        """The one whose `id` the address has."""
        user, id_ = current_user(request), request.path_params["id"]
        if not self.may_resend(user):
            raise HTTPException(403, str(self.seen_only))

        def act() -> None:
            with writing(self._engine).begin() as connection:
                self.query.again(connection, id_, user.staff.halls, user.actor, at=wall_ms())

        try:
            await anyio.to_thread.run_sync(act)
        except CentralError as fault:
            flash(request, _(fault.detail), "error")
        else:
            flash(request, str(self.underway), "success")
        return self.back(request, self.route_name, urlencode(self._wanted(request).query()))

    def _wanted(self, request: Request) -> Asked:
        wanted: Asked = self.query.Asked.of(request.query_params)
        return wanted
