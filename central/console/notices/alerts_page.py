"""What watchers were told of: what lasts, who sees to it, and what is over."""

from typing import Any
from zoneinfo import ZoneInfo

import anyio.to_thread
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import get_locale, get_timezone, lazy_gettext
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.alerts import naming
from central.alerts import words as alert_texts
from central.clock import wall_ms
from central.console import day_query, shown
from central.console.language import said
from central.console.notices import alert_words
from central.console.page import Page
from central.console.who import current_user
from central.db.engine import writing
from central.db.tables import Alert, Hall
from central.errors import CentralError
from central.people.scope import Staff

RECENT = 50


class AlertsPage(Page):
    """`/alerts`, and a POST to `/alerts/{alert}/acknowledged`."""

    menu_label = lazy_gettext("Alerts")
    icon = "fa-solid fa-triangle-exclamation"
    path = "/alerts"
    route_name = "alerts"
    right = "alerts.ack"

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    @route("")
    async def index(self, request: Request) -> Response:
        """Those that last, the oldest first, and the newest of those that are over."""
        zone, by, language, now = get_timezone(), current_user(request).staff, get_locale(), wall_ms()

        def read(session: Session) -> dict[str, Any]:
            halls = {hall.id: hall for hall in day_query.halls(session)}
            query = select(Alert).where(Alert.hall.in_(by.halls) | (Alert.hall == "")) if by.halls else select(Alert)
            lasting = session.scalars(query.where(Alert.ended_at.is_(None)).order_by(Alert.began_at)).all()
            over = query.where(Alert.ended_at.is_not(None)).order_by(Alert.ended_at.desc()).limit(RECENT)
            return {
                "lasting": lasting,
                "over": session.scalars(over).all(),
                "hall_name": lambda id_: _hall_name(halls, id_),
                "what": lambda row: alert_texts.what(
                    row.kind, row.facts, _zone(halls, row.hall, zone), language, row.ended_at or now
                ),
                "moment": lambda row, at: shown.moment(at, _zone(halls, row.hall, zone).key, seconds=False),
                "advice": lambda kind: alert_texts.advice(kind, language),
            }

        context = await anyio.to_thread.run_sync(read, request.state.session)
        context |= {"words": alert_words}
        return self.show(request, "notices/alerts.html", context)

    @route("/{alert:number}/acknowledged", methods=["POST"], name="alert-acknowledged")
    async def acknowledged(self, request: Request) -> Response:
        """Says who sees to it."""
        by, alert = current_user(request).staff, request.path_params["alert"]
        try:
            await anyio.to_thread.run_sync(self._acknowledge, by, alert)
        except CentralError as fault:
            flash(request, _(fault.detail), "error")
        else:
            flash(request, _("You have acknowledged the alert."), "success")
        return self.back(request, "alerts")

    def _acknowledge(self, by: Staff, alert: int) -> None:
        with writing(self._engine).begin() as connection:
            naming.acknowledge(connection, by, alert, at=wall_ms())


def _hall_name(halls: dict[str, Hall], id_: str) -> str:
    if not id_:
        return _("all halls")
    return said(halls[id_].name, id_) if id_ in halls else id_


def _zone(halls: dict[str, Hall], id_: str, otherwise: str) -> ZoneInfo:
    return ZoneInfo(halls[id_].timezone if id_ in halls else otherwise)
