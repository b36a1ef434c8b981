"""PURE: what a customer can be told of, which facts each notice must carry, and which it may."""

import msgspec

TIME = ("date", "time")
ALWAYS = ("code", "name", "type", "matter", "hall", "address", "hall_phone", "date", "time", "notes", "link")
"""Known of every booking."""


class Event(msgspec.Struct, frozen=True):
    """`needs`: facts the clause names; a template that leaves one out is refused. `more`: facts beyond `ALWAYS`.

    `call`: who cannot be told is rung up (of a closure everybody is, by its own list). `clause`: where the duty to
    tell stands. `whole`: it says how the booking stands, so that one not sent yet is overtaken by the next.
    """

    needs: tuple[str, ...] = ("code",)
    more: tuple[str, ...] = ()
    call: bool = True
    whole: bool = False
    clause: str = ""

    @property
    def facts(self) -> tuple[str, ...]:
        """Every placeholder a template may name."""
        return (*ALWAYS, *self.more)


EVENTS: dict[str, Event] = {
    "booking.confirmed": Event(("code", *TIME, "hall", "matter", "notes"), whole=True, clause="S0-23, S0-27"),
    "booking.returned": Event(
        ("code", "faults", "deadline"), ("faults", "deadline", "reason"), whole=True, clause="S0-24"
    ),
    "booking.refused": Event(("code", "reason"), ("reason",), whole=True, clause="S0-26"),
    "booking.moved": Event(("code", *TIME, "hall", "matter"), ("reason",), whole=True, clause="S0-21"),
    "booking.change_asked": Event(call=False, clause="S0-48"),
    "booking.changed": Event(("code", *TIME, "matter"), whole=True, clause="S0-48"),
    "booking.change_refused": Event(("code", "reason"), ("reason",), clause="S0-48"),
    "booking.cancelled": Event(("code", *TIME), ("reason",), whole=True, clause="S0-21"),
    "booking.void": Event(("code", *TIME), call=False, whole=True, clause="S0-45, S0-46"),
    "booking.expired": Event(call=False, whole=True, clause="S0-24"),
    "reminder.day": Event(("code", *TIME, "hall"), call=False, clause="S0-27"),
    "reminder.hour": Event(("code", "time", "hall"), call=False, clause="S0-27"),
    "closure.hit": Event(("code", "hall", "resumes", "link"), ("resumes", "reason"), call=False, clause="S0-51"),
    "closure.ended": Event(("hall",), call=False, clause="S0-51"),
    "result.ready": Event(("number", "collect"), ("number", "outcome", "collect"), clause="S1-35, S3-16"),
    "enotice.ready": Event(("number", "link"), ("number", "outcome"), clause="S0-42"),
}


WHOLE = tuple(name for name, event in EVENTS.items() if event.whole)


def reminds(event: str) -> bool:
    """Whether it is of use only before the booked time."""
    return event.startswith("reminder.")
