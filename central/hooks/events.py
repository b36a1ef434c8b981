"""PURE: what partners are told of, and in which words. Nothing of the person: a partner knows its customer by `ref`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

TYPES: Mapping[str, str] = {
    "booking.confirmed": "booking.confirmed",
    "booking.reviewing": "booking.reviewing",
    "booking.returned": "booking.returned",
    "booking.refused": "booking.refused",
    "booking.expired": "booking.expired",
    "booking.moved": "booking.moved",
    "booking.change_asked": "booking.change_asked",
    "booking.changed": "booking.changed",
    "booking.change_refused": "booking.change_refused",
    "booking.cancelled": "booking.cancelled",
    "booking.arrived": "booking.arrived",
    "booking.served": "booking.served",
    "booking.void": "booking.void",
    "closure.hit": "booking.displaced",
    "closure.ended": "booking.restored",
}
"""An event of the desk to the type that is sent."""
MEANING: Mapping[str, str] = {
    "booking.confirmed": "The customer may come.",
    "booking.reviewing": "It waits for a reviewer.",
    "booking.returned": "The entries in `faults` are to be mended until `deadline`; the place is held so long.",
    "booking.refused": "A reviewer found it not possible.",
    "booking.expired": "It was not mended in time; the place is free again.",
    "booking.moved": "It has another time.",
    "booking.change_asked": "Another matter was asked for (`change`); a reviewer looks at it.",
    "booking.changed": "The other matter stands.",
    "booking.change_refused": "The booking stays as it was.",
    "booking.cancelled": "It is cancelled; `reason_code` says by whom or what.",
    "booking.arrived": "The customer has checked in.",
    "booking.served": "The customer was served.",
    "booking.void": "Nobody came in time.",
    "booking.displaced": "The hall has to close at that time, until `resumes_at`; the customer may move it.",
    "booking.restored": "The hall opens after all; the booking stands.",
    "webhook.test": "A trial, about nothing.",
}
TEST = "webhook.test"
ALL = (*TYPES.values(), TEST)
assert set(MEANING) == set(ALL)
_SAME = (
    "code", "status", "hall", "matter", "service", "slot", "day", "starts_at", "ends_at", "deadline", "reason_code",
    "rev",
)  # fmt: skip


def payload(type_: str, booking: Mapping[Any, Any], at: int, extra: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a message. `booking`: a row as it is after the event; `at`: ms.

    Of faults only the fields are told, of reasons only the code: what a person wrote may name a person.
    """
    data = {name: booking[name] for name in _SAME} | {"ref": booking["channel_ref"]}
    if booking["status"] == "returned":
        data["faults"] = [fault["field"] for fault in booking["faults"]]
    if type_ == "booking.change_asked":
        data["change"] = {"matter": extra["matter"], "slot": extra["slot"]}
    if type_ == "booking.displaced":
        data["resumes_at"] = extra["resumes_at"]
    return body(type_, data, at)


def body(type_: str, data: dict[str, Any], at: int) -> dict[str, Any]:
    """As Standard Webhooks has it: type, timestamp, data."""
    moment = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
    return {"type": type_, "timestamp": moment.replace("+00:00", "Z"), "data": data}
