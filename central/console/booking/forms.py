"""PURE. What a clerk has typed of a booking, as it was typed, so that nothing is lost when a page comes back."""

from typing import Any

import msgspec
from sqlalchemy import Row
from starlette.datastructures import FormData

from central.booking.application import FLAGS, Application
from central.ingest.words import clean
from identity_numbers import NumberError, phone_digits

CHANNELS = ("hotline", "onsite")
LONGEST = 4000
"""Of one field; more than any rule allows, so that what is too long is still shown."""
OLDEST_MS = 8 * 3_600_000
"""A form opened longer ago than a shift does not tell how long the review took."""
ANSWER = "answers."
"""Before a question's id in the name of its field."""


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a new booking. `key`: the same for one form, however often it is sent; `again`: id of the booking
    whose customer books again, "" otherwise."""

    channel: str = "hotline"
    began_at: int | None = None
    key: str = ""
    again: str = ""
    hall: str = ""
    matter: str = ""
    slot: str = ""
    name: str = ""
    id_type: str = "resident-id"
    id_number: str = ""
    phone: str = ""
    email: str = ""
    detail: str = ""
    answers: dict[str, str] = {}
    flags: tuple[str, ...] = ()
    priority_class: str = ""
    language: str = "zh"
    ref: str = ""
    readback: bool = False

    def application(self) -> Application:
        """Everything of it still to be examined."""
        return Application(
            hall=self.hall, matter=self.matter, slot=self.slot, name=self.name, phone=self.phone, email=self.email,
            id_type=self.id_type, id_number=self.id_number, detail=self.detail, answers=self.answers, flags=self.flags,
            priority_class=self.priority_class or None, language=self.language, ref=self.ref, readback=self.readback,
            began_at=self.began_at,
        )  # fmt: skip


_TEXTS = (
    "key", "again", "hall", "matter", "slot", "name", "id_type", "id_number", "phone", "email", "detail",
    "priority_class", "language", "ref",
)  # fmt: skip


def typed(form: FormData, now: int) -> Typed:
    """`now`: ms."""
    texts = {name: text(form, name) for name in _TEXTS if form.get(name) is not None}
    channel = text(form, "channel")
    return Typed(
        channel=channel if channel in CHANNELS else CHANNELS[0],
        began_at=began(text(form, "began_at"), now),
        answers=answers(form),
        flags=tuple(flag for flag in FLAGS if flag in form.getlist("flags")),
        readback=text(form, "readback") == "1",
        **texts,
    )


def started(empty: Typed, asked: str) -> Typed:
    """A new form for somebody whom a search did not find: what was searched for goes where it belongs."""
    try:
        phone_digits(asked)
    except NumberError:
        number = any(sign.isdigit() for sign in asked)
        return msgspec.structs.replace(empty, id_number=asked if number else "", name="" if number else asked)
    return msgspec.structs.replace(empty, phone=asked)


def again(empty: Typed, before: Row[Any]) -> Typed:
    """A new form for the customer of another booking; who that is stays masked."""
    return msgspec.structs.replace(
        empty, hall=empty.hall or before.hall, matter=empty.matter or before.matter or "", language=before.language,
        flags=tuple(before.flags), priority_class=before.priority_class or "",
        id_type=before.id_type or empty.id_type,
    )  # fmt: skip


def text(form: FormData, name: str) -> str:
    """One field, without what no database can hold; a file is none."""
    value = form.get(name)
    return clean(value, LONGEST) if isinstance(value, str) else ""


def answers(form: FormData) -> dict[str, str]:
    """Question id to answer."""
    return {name.removeprefix(ANSWER): text(form, name) for name in form if name.startswith(ANSWER)}


def began(written: str, now: int) -> int | None:
    """When the form was opened; None for what cannot be."""
    if not written.isascii() or not written.isdigit() or len(written) > 15:
        return None
    return int(written) if now - OLDEST_MS <= int(written) <= now else None
