"""The names of notices, their ways and states, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext as __

from central.notices.wording import Fault

EVENTS: Mapping[str, Any] = {
    "booking.confirmed": __("Booking confirmed"),
    "booking.returned": __("Returned to be mended"),
    "booking.refused": __("Not accepted"),
    "booking.moved": __("New time"),
    "booking.change_asked": __("Change asked for"),
    "booking.changed": __("Change made"),
    "booking.change_refused": __("Change not made"),
    "booking.cancelled": __("Cancelled"),
    "booking.void": __("Missed appointment"),
    "booking.expired": __("Not mended in time"),
    "reminder.day": __("Reminder, evening before"),
    "reminder.hour": __("Reminder, shortly before"),
    "closure.hit": __("Hall has to close"),
    "closure.ended": __("Hall open again"),
    "result.ready": __("Result to collect"),
    "enotice.ready": __("Electronic result notice"),
    "alert.begun": __("Alert to staff"),
    "alert.ended": __("Alert over"),
    "alert.trial": __("Trial message"),
    "relay": __("Message to a department"),
}
CHANNELS: Mapping[str, Any] = {
    "sms": __("Text message"),
    "email": __("E-mail message"),
    "wechat": __("WeChat message"),
    "staff": __("Group robot"),
}
STATES: Mapping[str, Any] = {
    "waiting": __("to be sent"),
    "sent": __("sent"),
    "delivered": __("delivered"),
    "failed": __("did not go"),
    "dropped": __("not sent"),
}
COLOURS = {"waiting": "azure", "sent": "blue", "delivered": "green", "failed": "red", "dropped": "secondary"}
LANGUAGES = {"zh": "中文", "en": "English"}
PLACEHOLDERS: Mapping[str, Any] = {
    "code": __("booking code"),
    "name": __("name, masked"),
    "type": __("business type"),
    "matter": __("matter"),
    "hall": __("hall"),
    "address": __("address of the hall"),
    "hall_phone": __("telephone of the hall"),
    "date": __("day booked"),
    "time": __("time booked"),
    "notes": __("what to mind"),
    "link": __("link to the booking"),
    "faults": __("what is to be mended"),
    "deadline": __("until when"),
    "reason": __("reason"),
    "resumes": __("when the hall opens again"),
    "number": __("number of the result"),
    "outcome": __("outcome"),
    "collect": __("how to collect it"),
}


def event(code: str) -> str:
    """Any other is shown by its code."""
    return str(EVENTS.get(code, code))


def fault(what: Fault) -> str:
    """What is wrong with a text, and what to do."""
    about = {"about": what.about}
    match what.code:
        case "unknown":
            return _("{%(about)s} is not known in this notice; the list beside tells what is.") % about
        case "lacking":
            return _("This notice must say %(about)s: put it in.") % about
        case "brace":
            return _("A brace without its other half near “%(about)s”; a brace itself is written twice.") % about
    return _("A bracket without its other half near “%(about)s”; a bracket itself is written twice.") % about
