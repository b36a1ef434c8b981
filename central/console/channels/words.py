"""The names of channels, of what is told to partners, and of the states of it, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext as __

from central.hooks import events

CHANNELS: Mapping[str, Any] = {
    "app": __("App"),
    "wechat": __("WeChat official account"),
    "partner": __("Partner"),
}
TYPES: Mapping[str, Any] = {
    "booking.confirmed": __("Booking confirmed"),
    "booking.reviewing": __("Waits for a review"),
    "booking.returned": __("Returned to be mended"),
    "booking.refused": __("Not accepted"),
    "booking.expired": __("Not mended in time"),
    "booking.moved": __("New time"),
    "booking.change_asked": __("Change asked for"),
    "booking.changed": __("Change made"),
    "booking.change_refused": __("Change not made"),
    "booking.cancelled": __("Cancelled"),
    "booking.arrived": __("Checked in"),
    "booking.served": __("Was served"),
    "booking.void": __("Missed"),
    "booking.displaced": __("Hall has to close"),
    "booking.restored": __("Hall open again"),
    "webhook.test": __("Trial message"),
}
assert set(TYPES) == set(events.ALL)
STATES: Mapping[str, Any] = {
    "waiting": __("to be sent"),
    "delivered": __("delivered"),
    "given_up": __("given up"),
}
COLOURS = {"waiting": "azure", "delivered": "green", "given_up": "red"}


def error(text: str) -> str:
    """What came of the last try (central/hooks/claim.py `Answer`)."""
    why, _space, facts = text.partition(" ")
    match why:
        case "timeout":
            return _("no answer within %(s)s s") % {"s": facts}
        case "nameless":
            return _("the name %(host)s is not known") % {"host": facts}
        case "away":
            return _("%(host)s cannot be connected to") % {"host": facts}
        case "tls":
            return _("the connection is not trusted: %(why)s") % {"why": facts}
        case "private":
            return _("%(host)s leads to an address that is not sent to") % {"host": facts}
        case "redirect":
            return _("HTTP %(status)s: redirects are not followed") % {"status": facts}
        case "off":
            return _("the webhook is switched off")
        case "http":
            return f"HTTP {facts}"
    return facts
