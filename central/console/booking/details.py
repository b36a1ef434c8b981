"""What a customer wrote of a matter, opened: for a reviewer, with a mark in the trail; or unseen, to be mended."""

from typing import Any

import msgspec
from sqlalchemy import Row

from central import audit
from central.audit import Actor
from central.booking.application import Application
from central.booking.desk import BookingDesk
from central.booking.written import DETAILS, Details
from central.vault import Vault
from contract.person import Person
from identity_numbers import dialled


def opened(vault: Vault, booking: Row[Any]) -> Details:
    """Raises StorageError where it does not open."""
    if booking.detail is None:
        return Details()
    return msgspec.json.decode(vault.open(booking.detail, booking.person_kid, DETAILS), type=Details)


def viewed(desk: BookingDesk, booking: Row[Any], by: Actor, purpose: str) -> Details:
    """For a person's eyes: recorded before it is shown. Raises StorageError."""
    with desk.working(by, staff=True) as work:
        audit.record(
            work.connection, by, "booking.details_viewed", "booking", booking.code, at=work.at, purpose=purpose
        )
    return opened(desk.vault, booking)


def mended(vault: Vault, booking: Row[Any], mends: dict[str, str], answers: dict[str, str]) -> Application:
    """The application as it was, with what was mended: fields replaced, words added to the description (S0-24)."""
    person = vault.person(booking.person, booking.person_kid) if booking.person is not None else Person("")
    before = opened(vault, booking)
    detail = "\n".join(text for text in (before.text, mends.get("detail", "").strip()) if text)
    return Application(
        hall=booking.hall,
        matter=booking.matter or "",
        slot=booking.slot or "",
        name=mends.get("name", person.name),
        phone=mends.get("phone", dialled(person.phone)),
        email=mends.get("email", person.email),
        id_type=mends.get("id_type", person.id_type or "resident-id"),
        id_number=mends.get("id_number", person.id_number),
        detail=detail,
        answers=before.answers | answers,
        flags=tuple(booking.flags),
        priority_class=booking.priority_class,
        language=booking.language,
        openid=person.openid,
        ref=booking.channel_ref,
        readback=booking.readback,
    )
