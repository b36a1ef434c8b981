"""What partners' servers were told of their bookings: what arrived, what did not and why, and sending it again."""

from typing import Any
from urllib.parse import urlsplit

import msgspec
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import lazy_gettext as _
from starlette_admin.routing import route

from central.console.channels import deliveries_query, words
from central.console.sent_page import SentPage
from central.console.who import ConsoleUser


class DeliveriesPage(SentPage):
    """`/deliveries?hall=&key=&type=&state=&code=&since=&until=`; a POST to `/deliveries/{id}/again`."""

    menu_label = _("Webhook messages")
    icon = "fa-solid fa-tower-broadcast"
    path = "/deliveries"
    route_name = "deliveries"
    query = deliveries_query
    template = "channels/deliveries.html"
    words = words
    seen_only = _("Your roles let you see these messages, not send them.")
    underway = _("The message is sent again within seconds.")

    def choices(self, session: Session) -> dict[str, Any]:
        """Keys to choose from."""
        return {
            "keys": dict(deliveries_query.keys(session)),
            "pretty": _pretty,
            "host": lambda url: urlsplit(url).netloc,
        }

    def may_resend(self, user: ConsoleUser) -> bool:
        """Who keeps the keys."""
        return user.may("keys.edit")

    def resendable(self, row: Any) -> bool:
        """What waits is sent anyway."""
        return bool(row.state != "waiting")

    @route("/{id:name}/again", methods=["POST"], name="deliveries-again")
    async def again(self, request: Request) -> Response:
        """Sends one anew, under its own id: a receiver that has it already knows that."""
        return await self.send_again(request)


def _pretty(payload: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(payload), indent=2).decode()
