"""The row an application makes: what is kept of the customer, of the place, and of what was decided."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Row

from central.booking import life
from central.booking.application import LONGEST_ANSWER, LONGEST_DETAIL, Application, Examination
from central.booking.offer import HallOffer
from central.booking.work import ASSISTED, Work
from central.ingest.words import clean
from central.roster_key import fingerprint
from identity_numbers import masked_name, masked_phone

DETAILS = "booking details"
KEPT = frozenset(
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


def new_row(
    work: Work,
    offer: HallOffer,
    matter: Mapping[str, Any],
    slot: Row[Any],
    asked: Application,
    found: Examination,
    caller: Caller,
    code: str,
) -> dict[str, Any]:
    """A new row of `bookings`. What is faulty stays with the application, so that only it need be mended."""
    return {
        "code": code,
        "matter": asked.matter,
        "business_type": matter["business_type"],
        **_place(slot),
        **_way(asked, caller),
        **_customer(work, found, caller),
        "flags": list(found.flags),
        "priority_class": asked.priority_class,
        "detail": work.vault.keep(msgspec.json.encode(_details(matter, asked)), DETAILS).text,
        "choices": _choices(matter, asked),
        "applied_at": work.at,
        "attempts": 1,
        **_decision(work, matter, found, caller),
        "faults": [{"field": one.field, "why": one.why, "text": one.said(asked.language)} for one in found.faults],
        "deadline": life.mend_deadline(offer.rules, slot.starts_at, work.at) if found.faults else None,
        "reason": "",
        "reason_code": "",
        "review_s": _review_s(asked, caller, work.at),
        "late_cancel": False,
        "flag": "",
        "rev": 1,
        "told_rev": 0,
        "rules_version": offer.rules_version,
    }


def _place(slot: Row[Any]) -> dict[str, Any]:
    return {
        "hall": slot.hall,
        "service": slot.service,
        "slot": slot.id,
        "day": slot.day,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "open": True,
        "holds": True,
    }


def _way(asked: Application, caller: Caller) -> dict[str, Any]:
    return {
        "channel": caller.channel,
        "channel_ref": clean(asked.ref, 64),
        "partner": caller.partner,
        "language": asked.language if asked.language in ("zh", "en") else "zh",
        "assisted_by": caller.assisted_by,
        "readback": asked.readback,
    }


def _customer(work: Work, found: Examination, caller: Caller) -> dict[str, Any]:
    """Sealed, masked, and by the keys it is searched by; a faulty number is searched by nobody."""
    person, identity = found.person, found.identity
    kept = work.vault.keep_person(person)
    return {
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
    }


def _details(matter: Mapping[str, Any], asked: Application) -> Details:
    """Only what was asked for, and no more of it than is allowed: the fault says so where it was longer."""
    ids = [question["id"] for question in matter["questions"]]
    answers = {id_: clean(asked.answers[id_].strip(), LONGEST_ANSWER) for id_ in ids if id_ in asked.answers}
    return Details(clean(asked.detail.strip(), LONGEST_DETAIL), answers)


def _choices(matter: Mapping[str, Any], asked: Application) -> dict[str, str]:
    """What was chosen and not written: the hall may know it as it is (S2-54)."""
    found = {}
    for question in matter["questions"]:
        answer = asked.answers.get(question["id"], "").strip()
        if any(answer == one["id"] for one in question.get("choices", ())):
            found[question["id"]] = answer
    return found


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
