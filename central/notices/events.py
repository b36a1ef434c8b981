"""PURE: what a customer can be told of, and which facts each notice must carry."""

import msgspec

PLACE = ("hall", "address")
TIME = ("date", "time")


class Event(msgspec.Struct, frozen=True):
    """`needs`: facts the clause names; a template that leaves one out is refused.

    `call`: who cannot be told is rung up (of a closure everybody is, by its own list). `clause`: where the duty to
    tell stands.
    """

    needs: tuple[str, ...] = ("code",)
    call: bool = True
    clause: str = ""


EVENTS: dict[str, Event] = {
    "booking.confirmed": Event(("code", *TIME, "hall", "matter", "notes"), clause="S0-23, S0-27"),
    "booking.returned": Event(("code", "faults", "deadline"), clause="S0-24"),
    "booking.refused": Event(("code", "reason"), clause="S0-26"),
    "booking.moved": Event(("code", *TIME, "hall", "matter"), clause="S0-21"),
    "booking.change_asked": Event(("code",), call=False, clause="S0-48"),
    "booking.changed": Event(("code", *TIME, "matter"), clause="S0-48"),
    "booking.change_refused": Event(("code", "reason"), clause="S0-48"),
    "booking.cancelled": Event(("code", *TIME), clause="S0-21"),
    "booking.void": Event(("code", *TIME), call=False, clause="S0-45, S0-46"),
    "booking.expired": Event(("code",), call=False, clause="S0-24"),
    "reminder.day": Event(("code", *TIME, "hall"), call=False, clause="S0-27"),
    "reminder.hour": Event(("code", "time", "hall"), call=False, clause="S0-27"),
    "closure.hit": Event(("code", "hall", "resumes", "link"), call=False, clause="S0-51"),
    "closure.ended": Event(("hall",), call=False, clause="S0-51"),
    "result.ready": Event(("number", "collect"), clause="S1-35"),
    "enotice.ready": Event(("number", "link"), clause="S0-42"),
}
