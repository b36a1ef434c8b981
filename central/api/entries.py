"""PURE. What a program may send: every entry with its bounds, so that nothing odd gets as far as the database.

Mistakes of the customer (a wrong identity number) are none of the request: they come back as `faults` of a booking.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from central.booking.application import ID_TYPES, LONGEST_DETAIL
from central.hooks.address import LONGEST as LONGEST_URL
from central.hooks.events import TYPES

PLAIN = r"^[^\x00-\x1f\x7f]*$"
"""No control characters."""
LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""The same, but for tabs and new lines."""
URL = r"^https?://[^\x00-\x20\x7f\\#@]+$"
"""Without a name, a password or a fragment; hooks/address.py looks at the rest."""
EVENTS = list(TYPES.values())
NAMES = 200
"""Longer than any name: what is too long for the desk comes back as a fault, what is longer still is a mistake."""


def _day(text: str) -> str:
    try:
        known = date.fromisoformat(text).isoformat() == text
    except ValueError:
        known = False
    if not known:
        raise PydanticCustomError("date", "give a day such as 2026-11-23")
    return text


def _one_of(text: str, known: Sequence[str]) -> str:
    if text not in known:
        raise PydanticCustomError("choice", "one of {expected}", {"expected": ", ".join(known)})
    return text


def _known_type(text: str) -> str:
    return _one_of(text, ID_TYPES)


def _known_event(text: str) -> str:
    return _one_of(text, EVENTS)


Plain = Annotated[str, StringConstraints(pattern=PLAIN)]
Lines = Annotated[str, StringConstraints(pattern=LINES)]
Id = Annotated[Plain, StringConstraints(min_length=1, max_length=100)]
Day = Annotated[str, AfterValidator(_day), Field(json_schema_extra={"format": "date"}, examples=["2026-11-23"])]
Reason = Annotated[Plain, StringConstraints(max_length=200)]
Sure = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]
"""An Idempotency-Key."""
Code = Annotated[Plain, StringConstraints(min_length=1, max_length=64)]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
"""The end of a telephone number."""


class Entries(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Customer(Entries):
    """Who comes, in their own words."""

    name: Annotated[Plain, Field(max_length=NAMES, description="As it stands on the identity document.")] = ""
    phone: Annotated[Plain, Field(max_length=40, description="Mobile number: the notices go there.")] = ""
    email: Annotated[Plain, Field(max_length=320)] = ""
    id_type: Annotated[str, AfterValidator(_known_type), Field(json_schema_extra={"enum": list(ID_TYPES)})] = (
        "resident-id"
    )
    id_number: Annotated[Plain, Field(max_length=64)] = ""
    detail: Annotated[
        Lines, Field(max_length=2 * LONGEST_DETAIL, description="What it is about; some matters need it.")
    ] = ""
    answers: Annotated[
        dict[Id, Annotated[Lines, StringConstraints(max_length=1000)]],
        Field(
            max_length=50,
            description="Id of a question of the matter to its answer.",
            json_schema_extra={"additionalProperties": False},
        ),
    ] = {}
    flags: Annotated[list[Literal["elderly", "disabled", "interpreter"]], Field(max_length=3)] = []
    priority_class: Id | None = None
    language: Annotated[
        Literal["zh", "en"] | None, Field(description="Of the notices; as Accept-Language says unless given.")
    ] = None
    openid: Annotated[
        Plain, Field(max_length=64, description="Of the customer's WeChat account, to be told there.")
    ] = ""
    ref: Annotated[Plain, Field(max_length=64, description="Your own number of it; nothing of the person.")] = ""


class NewBooking(Customer):
    """`slot` as /api/v1/halls/{hall}/slots gives it."""

    hall: Id
    matter: Id
    slot: Id

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "hall": "hall", "matter": "join", "slot": "hall:social:1795482000000", "name": "李小明",
                    "phone": "13800000001", "id_number": "110101199003070011", "language": "zh", "ref": "A-1001",
                }
            ]
        }
    )  # fmt: skip


class Cancelling(Entries):
    reason: Reason = ""


class Moving(Entries):
    slot: Id
    reason: Reason = ""


class Changing(Entries):
    """Another matter, with a time at the windows that do it."""

    matter: Id
    slot: Id
    reason: Reason = ""


class Hindrance(Entries):
    """Force majeure: the lead times do not hold. With `slot` the booking is moved there, else it is cancelled."""

    reason: Annotated[Reason, StringConstraints(min_length=1)]
    slot: Id | None = None


class NewWebhook(Entries):
    """Where to, and what of. With a port, name it in the address; a name or a password in it is refused."""

    url: Annotated[
        str, StringConstraints(pattern=URL, max_length=LONGEST_URL), Field(examples=["https://example.org/hooks"])
    ]
    events: Annotated[
        list[Annotated[str, AfterValidator(_known_event), Field(json_schema_extra={"enum": EVENTS})]],
        Field(max_length=30, description="Types that are sent; none: all."),
    ] = []
