"""The outbox: what was told to whom and when, what did not arrive, and trying it again."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import lazy_gettext as _
from starlette_admin.routing import route

from central.console.notices import outbox_query, words
from central.console.sent_page import SentPage
from central.console.who import ConsoleUser


class OutboxPage(SentPage):
    """`/outbox?hall=&channel=&event=&state=&code=&since=&until=`; a POST to `/outbox/{id}/again`.

    `ways`: the channels that are configured.
    """

    menu_label = _("Notices sent")
    icon = "fa-solid fa-paper-plane"
    path = "/outbox"
    route_name = "outbox"
    query = outbox_query
    template = "notices/outbox.html"
    words = words
    seen_only = _("Your roles let you see notices, not send them.")
    underway = _("The notice is sent again within seconds.")

    def __init__(self, engine: Engine, ways: Collection[str]) -> None:
        super().__init__(engine)
        self._ways = ways

    def choices(self, session: Session) -> dict[str, Any]:
        """Channels without a service."""
        return {"missing": [channel for channel in ("sms", "email") if channel not in self._ways]}

    def may_resend(self, user: ConsoleUser) -> bool:
        """An auditor sees everything and sends nothing."""
        return user.may("deliveries.see") and (user.may("tasks.do") or user.may("templates.edit"))

    def resendable(self, row: Any) -> bool:
        """What failed or was given up."""
        return row.state in outbox_query.AGAIN

    @route("/{id:number}/again", methods=["POST"], name="outbox-again")
    async def again(self, request: Request) -> Response:
        """Sends one anew."""
        return await self.send_again(request)
