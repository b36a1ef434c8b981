"""An application and its automatic review: confirmed, passed to a reviewer, or returned with what is to be mended."""

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, insert, select

from central.booking import life, repeats, store
from central.booking.application import Application, Examination, examination
from central.booking.offer import HallOffer
from central.booking.sentences import BookingRefused
from central.booking.work import ASSISTED, Work
from central.booking.written import KEPT, Caller, new_row
from central.db.tables import Booking, ContactTask
from central.ingest.words import clean
from contract.booking_code import ALPHABET, LENGTH

MOST_RETURNED = 5
"""Applications to be mended that one telephone number may have: a family's."""


def fresh_code() -> str:
    """60 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def apply(work: Work, asked: Application, caller: Caller) -> Row[Any]:
    """The booking: confirmed, reviewing or returned; the same Idempotency-Key gives the same one again.

    Raises BookingRefused where nothing can be held for it: no such place, no way to reach the customer.
    """
    code = fresh_code()
    if (known := _answered(work, asked, caller, code)) is not None:
        return known
    offer = work.offer(asked.hall)
    matter = offer.matter(asked.matter)
    slot = slot_for(work.connection, asked, matter)
    life.check_slot_time(offer.rules, offer.times, slot.starts_at, work.at, assisted=caller.channel in ASSISTED)
    if store.free_places(slot) == 0:
        raise store.why_not(work.connection, asked.slot)
    found = examined(offer, matter, asked, work.at, slot.starts_at)
    if caller.channel in ASSISTED and offer.rules.readback and not asked.readback:
        raise BookingRefused("readback_missing", "readback")
    _require_reachable(found)
    _check_missed(work, offer, found, caller)
    _check_returned(work, found, caller)
    values = new_row(work, offer, matter, slot, asked, found, caller, code)
    made = store.add(work.connection, values)
    if made is None:
        raise BookingRefused("open_booking", "id_number")
    _follow(work, offer, matter, made)
    store.take(work.connection, asked.slot)  # last, so that the lock on a wanted slot is short
    return made


def resubmit(work: Work, booking: Row[Any], asked: Application, caller: Caller) -> Row[Any]:
    """A returned application once more (S0-24), for the place that is held. Raises BookingRefused."""
    if booking.status != "returned":
        raise BookingRefused("not_returned", "code")
    if booking.deadline is not None and work.at > booking.deadline:
        raise BookingRefused("deadline_over", "code")
    offer = work.offer(booking.hall)
    matter = offer.matter(booking.matter)
    slot = store.slot(work.connection, booking.slot)
    same = msgspec.structs.replace(asked, hall=booking.hall, matter=booking.matter, slot=booking.slot)
    found = examined(offer, matter, same, work.at, slot.starts_at)
    _require_reachable(found)
    _check_missed(work, offer, found, caller)
    values = new_row(work, offer, matter, slot, same, found, caller, booking.code)
    new = {name: value for name, value in values.items() if name not in KEPT} | {
        "attempts": booking.attempts + 1,
        "deadline": booking.deadline if found.faults else None,
    }
    changed = store.change_kind(work.connection, booking, **new)
    if changed is None:
        raise BookingRefused("open_booking", "id_number")
    _follow(work, offer, matter, changed, booking)
    return changed


def slot_for(connection: Connection, asked: Application, matter: Mapping[str, Any]) -> Row[Any]:
    """The slot that is asked for. Raises BookingRefused "slot_unknown", also where it is for something else."""
    slot = store.slot(connection, asked.slot)
    if slot.hall != asked.hall or slot.service != matter["service"]:
        raise BookingRefused("slot_unknown", "slot")
    return slot


def examined(offer: HallOffer, matter: Mapping[str, Any], asked: Application, at: int, starts_at: int) -> Examination:
    """The automatic check at `at` of what is asked for a slot that begins at `starts_at`. Raises BookingRefused
    "class_unknown"."""
    if asked.priority_class is not None and asked.priority_class not in offer.classes:
        raise BookingRefused("class_unknown", "priority_class", id=clean(asked.priority_class, 40))
    times = offer.times
    return examination(asked, matter, offer.rules, times.day_of(at), times.day_of(starts_at))


def _require_reachable(found: Examination) -> None:
    """Nothing is held for somebody who could not be told what to mend."""
    for one in found.faults:
        if one.field == "phone":
            raise BookingRefused(one.why, "phone")


def _check_missed(work: Work, offer: HallOffer, found: Examination, caller: Caller) -> None:
    """The limit an admin may set; the sentence explains it to the customer."""
    rules = offer.rules
    if not rules.missed_limit or caller.channel in ASSISTED or found.identity is None:
        return
    keys = work.vault.search_keys(found.person.id_type, found.person.id_number)
    since = work.at - rules.missed_days * 86_400_000
    query = select(func.count()).where(
        Booking.person_key.in_(keys), Booking.status == "void", Booking.starts_at > since, Booking.closure.is_(None)
    )
    missed = work.connection.scalar(query) or 0
    if missed >= rules.missed_limit:
        raise BookingRefused("missed_limit", "id_number", n=missed, days=rules.missed_days)


def _check_returned(work: Work, found: Examination, caller: Caller) -> None:
    """Each that is to be mended holds a place: one telephone number holds few in this way (F50)."""
    if not found.faults or caller.channel in ASSISTED:
        return
    keys = work.vault.search_keys("phone", found.person.phone)
    query = select(func.count()).where(
        Booking.phone_key.in_(keys), Booking.status == "returned", Booking.deadline > work.at
    )
    if (work.connection.scalar(query) or 0) >= MOST_RETURNED:
        raise BookingRefused("returned_many", "phone", n=MOST_RETURNED)


def _answered(work: Work, asked: Application, caller: Caller, code: str) -> Row[Any] | None:
    """The booking of the same request before, or None after this one is noted."""
    if caller.idempotency is None:
        return None
    before = repeats.before(work.connection, *caller.idempotency, asked, code, work.at)
    return None if before is None else store.by_code(work.connection, before)


def _follow(
    work: Work, offer: HallOffer, matter: Mapping[str, Any], booking: Row[Any], before: Row[Any] | None = None
) -> None:
    """What the review leads to, in the same transaction."""
    if booking.status == "confirmed":
        have_called(work, offer, matter, booking)
    work.tell(f"booking.{booking.status}", booking, before)


def have_called(work: Work, offer: HallOffer, matter: Mapping[str, Any], booking: Row[Any]) -> bool:
    """A task to confirm by telephone, where the rules ask for that (S0-28): True."""
    why = life.needs_call(offer.rules, matter["important"], tuple(booking.flags))
    if not why:
        return False
    due = offer.times.after_working(work.at, offer.rules.phone_confirm_min * 60_000)
    work.connection.execute(
        insert(ContactTask).values(
            kind="phone_confirm", hall=booking.hall, booking=booking.id, why=why,
            due_at=life.call_by(due, booking.starts_at, work.at), created_at=work.at,
        )
    )  # fmt: skip
    return True
