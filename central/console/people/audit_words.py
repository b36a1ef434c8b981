"""The audit trail in words: what was done, and what it changed from and to."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette_admin.i18n import get_timezone
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext as __

from central.console import shown
from central.console.language import said
from central.people.purposes import PURPOSES

ACTIONS: Mapping[str, Any] = {
    "person.viewed": __("saw a customer's full details"),
    "person.view_refused": __("was refused a customer's full details"),
    "user.created": __("made an account"),
    "user.changed": __("changed an account"),
    "user.password_set": __("set a password"),
    "user.login_refused": __("was refused by single sign-on"),
    "audit.exported": __("exported the audit trail"),
    "order.given": __("gave a hall an order"),
    "copy.decided": __("decided about a copy of a node"),
    "rules.changed": __("changed a hall's calling rules"),
    "masters.taken_over": __("took over what a hall does"),
    "relay.sent": __("passed a message on"),
    "relay.answered": __("acknowledged or answered a message"),
    "relay.closed": __("closed a message"),
    "contact.added": __("added a contact"),
    "contact.changed": __("changed a contact"),
    "watcher.named": __("named a person to be told of alerts"),
    "watcher.changed": __("changed a person to be told of alerts"),
    "alert.acknowledged": __("acknowledged an alert"),
    "template.changed": __("changed the wording of a notice"),
    "notice.retried": __("sent a notice again"),
    "api_key.renewed": __("put another API key in the place of one"),
    "api_key.revoked": __("revoked an API key"),
    "webhook.on": __("switched a webhook on"),
    "webhook.off": __("switched a webhook off"),
    "webhook.gone": __("gave up a webhook whose receiver is gone"),
    "delivery.retried": __("sent a webhook message again"),
    "booking.confirmed": __("confirmed a booking"),
    "booking.reviewing": __("gave a booking to review"),
    "booking.returned": __("returned a booking to be mended"),
    "booking.refused": __("refused a booking"),
    "booking.moved": __("moved a booking"),
    "booking.changed": __("changed a booking"),
    "booking.cancelled": __("cancelled a booking"),
    "booking.void": __("let a booking lapse"),
    "booking.expired": __("let a booking expire that was not mended in time"),
    "booking.unheard": __("gave up a booking nothing was heard of"),
    "booking.arrived": __("checked a customer in"),
    "booking.served": __("served a customer"),
    "booking.rebuilt": __("rebuilt a booking from what its hall held"),
    "closure.hit": __("set a booking aside for a closure"),
    "closure.ended": __("let a booking stand again after a closure"),
    "enotice.ready": __("gave an electronic notice"),
    "result.ready": __("gave a result"),
    "booking.change_asked": __("asked for another matter"),
    "booking.change_refused": __("refused another matter"),
    "booking.rebooked": __("booked again for a customer"),
    "booking.called": __("called a customer"),
    "booking.completed": __("completed the details of a booking"),
    "booking.complete_refused": __("gave details that do not fit a booking"),
    "booking.details_viewed": __("read what a customer wrote"),
    "booking.flag_seen": __("saw to a flagged booking"),
    "bookings.exported": __("exported the bookings of a day"),
    "day.confirmed": __("confirmed the plan of a day"),
    "day.prepared": __("prepared a matter for a day"),
    "slot.capacity_set": __("set the capacity of a slot"),
    "slot.by_formula": __("gave a slot its formula again"),
    "slot.closed": __("closed a slot"),
    "slot.opened": __("opened a slot again"),
    "hours.week_set": __("set a hall's weekly hours"),
    "hours.date_set": __("set a hall's hours of a date"),
    "hours.date_dropped": __("gave a date its usual hours again"),
    "calendar.day_set": __("set a day of the calendar"),
    "calendar.year_declared": __("counted a year as announced"),
    "calendar.seeded": __("took over the announced days of a year"),
    "booking_rules.changed": __("changed booking rules"),
    "booking_rules.followed": __("let a hall follow the booking rules of all halls"),
    "share.settled": __("settled a hall's share"),
    "shares.settled": __("settled all shares of a node's epoch"),
    "hall.sold_again": __("let a hall sell again"),
    "retention.cleared": __("cleared what may not be kept any longer"),
}
"""Those asked about most."""
SUBJECTS: Mapping[str, Any] = {
    "booking": __("booking"),
    "user": __("account"),
    "hall": __("hall"),
    "node": __("node"),
    "audit": __("audit trail"),
    "business_type": __("business type"),
    "material": __("material"),
    "matter": __("matter"),
    "hall_matter": __("matter of a hall"),
    "hall_page": __("page of a hall"),
    "department": __("department"),
    "post": __("post"),
    "duty": __("duty"),
    "slot": __("slot"),
    "closure": __("closure"),
    "grant": __("share of a hall"),
    "hall_day": __("day of a hall"),
    "calendar": __("calendar"),
    "template": __("notice template"),
    "api_key": __("API key"),
    "webhook": __("webhook"),
    "delivery": __("webhook message"),
}
VERBS: Mapping[str, Any] = {
    "created": __("%(what)s added"),
    "changed": __("%(what)s changed"),
    "removed": __("%(what)s removed"),
}
"""What is done to most things alike; an action that is in neither table is shown by its code."""
LONGEST = 240
"""Characters of one side in the list; a file has all."""
_MOMENTS = ("_at", "deadline")
"""How the names of wall times (ms) end."""


class Difference(NamedTuple):
    """One field before and after; None: there was none."""

    name: str
    before: str | None
    after: str | None


def action(code: str) -> str:
    """What was done."""
    thing, _dot, verb = code.partition(".")
    if code not in ACTIONS and thing in SUBJECTS and verb in VERBS:
        return str(VERBS[verb]) % {"what": SUBJECTS[thing]}
    return str(ACTIONS.get(code, code))


def subject(code: str) -> str:
    """The kind of thing it was done to."""
    return str(SUBJECTS.get(code, code))


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Difference]:
    """Field by field, in the order they were written; what something new leaves empty is left out."""
    names = dict.fromkeys((*(before or {}), *(after or {})))
    both = [Difference(name, _side(name, before), _side(name, after)) for name in names]
    return [one for one in both if not {one.before, one.after} <= {None, shown.NOTHING}]


def purpose(stated: str) -> str:
    """A purpose's kind in the reader's language, and the words given with it."""
    kind, colon, words = stated.partition(": ")
    return f"{said_purpose(kind)}: {words}" if colon and kind in PURPOSES else stated


def said_purpose(kind: str) -> str:
    """What details were wanted for."""
    return said(PURPOSES[kind], kind)


def _side(name: str, values: Mapping[str, Any] | None) -> str | None:
    if values is None or name not in values:
        return None
    text = value(name, values[name])
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def value(name: str, one: Any) -> str:
    """A value as a person reads it."""
    if one is None or one == "" or one == [] or one == {}:
        return shown.NOTHING
    if isinstance(one, bool):
        return _("yes") if one else _("no")
    if isinstance(one, int) and name.endswith(_MOMENTS):
        return shown.moment(one, get_timezone())
    if isinstance(one, Mapping):
        return " / ".join(f"{key}: {value(key, part)}" for key, part in one.items())
    if isinstance(one, list):
        return ", ".join(value(name, part) for part in one)
    return str(one)
