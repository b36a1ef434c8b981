"""An application and its automatic review: confirmed, passed to a reviewer, or returned with what is to be mended."""

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, insert, select

from central.booking import life, repeats, store
from central.booking.application import LONGEST_ANSWER, LONGEST_DETAIL, Application, Examination, examination
from central.booking.offer import HallOffer
from central.booking.sentences import BookingRefused
from central.booking.work import ASSISTED, Work
from central.db.tables import Booking, ContactTask
from central.ingest.words import clean
from central.roster_key import fingerprint
from contract.booking_code import ALPHABET, LENGTH
from identity_numbers import masked_name, masked_phone

DETAILS = "booking details"
_FIRST = frozenset(
    {
        "code", "applied_at", "channel", "channel_ref", "partner", "deadline", "attempts", "rev", "told_rev", "flag",
        "readback", "review_s",
    }
)  # fmt: skip
"""What an application keeps when it is mended."""


class Details(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the customer wrote of the matter; kept encrypted."""

    text: str = ""
    answers: dict[str, str] = {}


class Caller(msgspec.Struct, frozen=True):
    """Through which channel it came. `idempotency`: caller and key of a repeated request; `roster_key`: of the hall."""

    channel: str
    roster_key: str
    partner: int | None = None
    assisted_by: str | None = None
    idempotency: tuple[str, str] | None = None


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
    values = _values(work, offer, matter, slot, asked, found, caller, code)
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
    values = _values(work, offer, matter, slot, same, found, caller, booking.code)
    new = {name: value for name, value in values.items() if name not in _FIRST} | {
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


def _answered(work: Work, asked: Application, caller: Caller, code: str) -> Row[Any] | None:
    """The booking of the same request before, or None after this one is noted."""
    if caller.idempotency is None:
        return None
    before = repeats.before(work.connection, *caller.idempotency, asked, code, work.at)
    return None if before is None else store.by_code(work.connection, before)


def _values(
    work: Work,
    offer: HallOffer,
    matter: Mapping[str, Any],
    slot: Row[Any],
    asked: Application,
    found: Examination,
    caller: Caller,
    code: str,
) -> dict[str, Any]:
    """A new row. What is faulty stays with the application, so that only it need be mended."""
    person, identity = found.person, found.identity
    kept = work.vault.keep_person(person)
    detail = work.vault.keep(msgspec.json.encode(_details(matter, asked)), DETAILS)
    return {
        "code": code,
        "hall": asked.hall,
        "matter": asked.matter,
        "business_type": matter["business_type"],
        "service": slot.service,
        "slot": slot.id,
        "day": slot.day,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "open": True,
        "holds": True,
        "channel": caller.channel,
        "channel_ref": clean(asked.ref, 64),
        "partner": caller.partner,
        "language": asked.language if asked.language in ("zh", "en") else "zh",
        "person": kept.text,
        "person_kid": kept.kid,
        "person_key": work.vault.search_key(person.id_type, person.id_number) if identity else None,
        "phone_key": work.vault.search_key("phone", person.phone),
        "roster_id": fingerprint(caller.roster_key, person.id_type, person.id_number) if identity else None,
        "roster_phone": fingerprint(caller.roster_key, "phone", person.phone),
        "name_masked": masked_name(person.name),
        "phone_masked": masked_phone(person.phone),
        "id_masked": identity.masked if identity else "",
        "id_type": person.id_type,
        "has_email": bool(person.email),
        "flags": list(found.flags),
        "priority_class": asked.priority_class,
        "detail": detail.text,
        "applied_at": work.at,
        "attempts": 1,
        **_decision(work, matter, found, caller),
        "faults": [{"field": one.field, "why": one.why, "text": one.said(asked.language)} for one in found.faults],
        "deadline": life.mend_deadline(offer.rules, slot.starts_at, work.at) if found.faults else None,
        "reason": "",
        "reason_code": "",
        "assisted_by": caller.assisted_by,
        "readback": asked.readback,
        "review_s": _review_s(asked, caller, work.at),
        "late_cancel": False,
        "flag": "",
        "rev": 1,
        "told_rev": 0,
        "rules_version": offer.rules_version,
    }


def _details(matter: Mapping[str, Any], asked: Application) -> Details:
    """Only what was asked for, and no more of it than is allowed: the fault says so where it was longer."""
    ids = [question["id"] for question in matter["questions"]]
    answers = {id_: clean(asked.answers[id_].strip(), LONGEST_ANSWER) for id_ in ids if id_ in asked.answers}
    return Details(clean(asked.detail.strip(), LONGEST_DETAIL), answers)


def _status(matter: Mapping[str, Any], found: Examination, caller: Caller) -> str:
    """Staff review at once what they take (S0-25); a complex matter of others waits for a reviewer (S0-18)."""
    if found.faults:
        return "returned"
    return "reviewing" if matter["detail_required"] and caller.channel not in ASSISTED else "confirmed"


def _decision(work: Work, matter: Mapping[str, Any], found: Examination, caller: Caller) -> dict[str, Any]:
    status = _status(matter, found, caller)
    done = status == "confirmed"
    return {
        "status": status,
        "decided_at": work.at if done else None,
        "decided_by": (work.actor.name if work.staff else "system") if done else None,
        "confirmed_at": work.at if done else None,
    }


def _review_s(asked: Application, caller: Caller, at: int) -> int | None:
    if caller.channel not in ASSISTED or asked.began_at is None:
        return None
    return max(0, (at - asked.began_at) // 1000)


def _follow(
    work: Work, offer: HallOffer, matter: Mapping[str, Any], booking: Row[Any], before: Row[Any] | None = None
) -> None:
    """What the review leads to, in the same transaction."""
    if booking.status == "confirmed":
        have_called(work, offer, matter, booking)
    work.tell(f"booking.{booking.status}", booking, before)


def have_called(work: Work, offer: HallOffer, matter: Mapping[str, Any], booking: Row[Any]) -> None:
    """A task to confirm by telephone, where the rules ask for that (S0-28)."""
    why = life.needs_call(offer.rules, matter["important"], tuple(booking.flags))
    if not why:
        return
    due = offer.times.after_working(work.at, offer.rules.phone_confirm_min * 60_000)
    due = min(due, max(work.at, booking.starts_at - 3_600_000))
    work.connection.execute(
        insert(ContactTask).values(
            kind="phone_confirm", hall=booking.hall, booking=booking.id, why=why, due_at=due, created_at=work.at
        )
    )
