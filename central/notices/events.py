"""PURE: what a customer can be told of, which facts each notice must carry, and which it may."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

TIME = ("date", "time")
ALWAYS = ("code", "name", "type", "matter", "hall", "address", "hall_phone", "date", "time", "notes", "link")
"""Known of every booking."""


class Event(msgspec.Struct, frozen=True):
    """`needs`: facts the clause names; a template that leaves one out is refused. `more`: facts beyond `ALWAYS`.

    `call`: who cannot be told is rung up (of a closure everybody is, by its own list). `news`: whether the customer
    learns of it from us alone; what he did himself he has seen, and what was reviewed only where nobody calls to
    confirm it (`unheard`). `whole`: it says how the booking stands, so that one not sent yet is overtaken by the next.
    `clause`: where the duty to tell stands.
    """

    needs: tuple[str, ...] = ("code",)
    more: tuple[str, ...] = ()
    call: bool = True
    news: Literal["always", "of the office", "after a review"] = "always"
    whole: bool = False
    clause: str = ""

    @property
    def facts(self) -> tuple[str, ...]:
        """Every placeholder a template may name."""
        return (*ALWAYS, *self.more)


EVENTS: dict[str, Event] = {
    "booking.confirmed": Event(
        ("code", *TIME, "hall", "matter", "notes"), news="after a review", whole=True, clause="S0-23, S0-27"
    ),
    "booking.returned": Event(
        ("code", "faults", "deadline"), ("faults", "deadline", "reason"), whole=True, clause="S0-24"
    ),
    "booking.refused": Event(("code", "reason"), ("reason",), whole=True, clause="S0-26"),
    "booking.moved": Event(
        ("code", *TIME, "hall", "matter"), ("reason",), news="of the office", whole=True, clause="S0-21"
    ),
    "booking.change_asked": Event(call=False, clause="S0-48"),
    "booking.changed": Event(("code", *TIME, "matter"), whole=True, clause="S0-48"),
    "booking.change_refused": Event(("code", "reason"), ("reason",), clause="S0-48"),
    "booking.cancelled": Event(("code", *TIME), ("reason",), news="of the office", whole=True, clause="S0-21"),
    "booking.void": Event(("code", *TIME), call=False, whole=True, clause="S0-45, S0-46"),
    "booking.expired": Event(whole=True, clause="S0-24"),
    "reminder.day": Event(("code", *TIME, "hall"), call=False, clause="S0-27"),
    "reminder.hour": Event(("code", "time", "hall"), call=False, clause="S0-27"),
    "closure.hit": Event(("code", "hall", "resumes", "link"), ("resumes", "reason"), call=False, clause="S0-51"),
    "closure.ended": Event(("hall",), call=False, clause="S0-51"),
    "result.ready": Event(("number", "collect"), ("number", "outcome", "collect"), clause="S1-35, S3-16"),
    "enotice.ready": Event(("number", "link"), ("number", "outcome"), clause="S0-42"),
}


WHOLE = tuple(name for name, event in EVENTS.items() if event.whole)
OVERTAKEN = (*WHOLE, "booking.change_asked")
"""What is not sent after a later one of `WHOLE`: that a wish came in, and the booking stands till then, is over too."""


def must_reach(event: str, facts: Mapping[str, Any]) -> bool:
    """Whether somebody rings up where there is no way to write: a call for every booking made is more than an office
    can do. `facts`: of the notice, with the `reason_code` of its booking, and `unheard`."""
    known = EVENTS.get(event)
    if known is None or not known.call:
        return False
    match known.news:
        case "of the office":
            return facts.get("reason_code") == "office"
        case "after a review":
            return facts.get("unheard") is True
        case "always":
            return True


def reminds(event: str) -> bool:
    """Whether it is of use only before the booked time."""
    return event.startswith("reminder.")
