"""What the form of a new booking shows beside what was typed: matters, days and times, what is to be read out."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Row
from sqlalchemy.orm import Session
from starlette_admin.i18n import gettext as _

from central.booking.application import ID_TYPES
from central.booking.desk import BookingDesk
from central.booking.offer import HallOffer
from central.booking.sentences import BookingRefused
from central.console.booking import labels
from central.console.booking.answered import answer_said
from central.console.booking.forms import ANSWER, Typed
from central.console.booking.offered import Offered, offered
from central.console.booking.taking import Outcome
from central.console.booking.teller import Teller
from central.console.language import said
from central.db.tables import Hall
from identity_numbers import dialled, kinds

_ORDER = ("hall", "matter", "slot", "name", "id_type", "id_number", "phone", "email", "detail", "flags",
          "priority_class", "language", "ref", "readback")  # fmt: skip


class Sight(msgspec.Struct, frozen=True):
    """`offer` and `matter`: None where none is chosen, or the chosen one is not offered any more."""

    offer: HallOffer | None
    matter: Mapping[str, Any] | None
    times: Offered
    before: Row[Any] | None
    tell: Teller


def sight(session: Session, desk: BookingDesk, typed: Typed, before: Row[Any] | None) -> Sight:
    """Everything about the chosen hall and matter, as it stands now."""
    offer, matter, times = None, None, Offered([])
    try:
        offer = desk.offer(typed.hall)
        matter = offer.matter(typed.matter)
        times = offered(session.connection(), offer, matter["service"], desk.wall())
    except BookingRefused:
        pass  # what is not chosen yet, or gone, is not shown; the desk says why when it is asked for
    return Sight(offer, matter, times, before, Teller(session))


def context(sight: Sight, typed: Typed, halls: list[Hall], outcome: Outcome, now: int) -> dict[str, Any]:
    """For booking/new.html."""
    offer, matter = sight.offer, sight.matter
    rules = offer.rules if offer else None
    asking = outcome.found is not None and not outcome.faults
    return {
        "typed": typed,
        "halls": halls,
        "groups": _matters(offer) if offer else [],
        "matter": matter,
        "materials": _materials(offer, matter) if offer and matter else [],
        "offer": offer,
        "times": sight.times,
        "day": sight.times.day_of(typed.slot) or (sight.times.days[0].day if sight.times.days else ""),
        "before": sight.before,
        "tell": sight.tell,
        "id_types": [kind for kind in kinds() if kind.id in ID_TYPES],
        "classes": offer.classes if offer else {},
        "flag_words": labels.FLAGS,
        "languages": labels.LANGUAGES,
        "faults": outcome.faults,
        "can_hold": outcome.found is not None and bool(outcome.faults) and "phone" not in outcome.faults,
        "read_out": _read_out(sight, typed, outcome) if asking else [],
        "readback": rules.readback if rules else True,
        "limit_s": rules.review_min * 60 if rules else 600,
        "focus": _focus(typed, outcome, asking),
        "now": now,
    }


def _matters(offer: HallOffer) -> list[tuple[str, list[Mapping[str, Any]]]]:
    groups = groupby(offer.bookable(), key=lambda one: one["business_type"])
    found = [list(rows) for _id, rows in groups]
    return [(said(rows[0]["type_name"], rows[0]["business_type"]), rows) for rows in found]


def _materials(offer: HallOffer, matter: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [offer.materials[id_] for id_ in matter["materials"] if id_ in offer.materials]


def _focus(typed: Typed, outcome: Outcome, asking: bool) -> str:
    """The field the cursor is put in: the first faulty one, else the next to fill."""
    for name in _ORDER:
        if name in outcome.faults:
            return name
    if outcome.faults:
        return next(iter(outcome.faults))
    if asking:
        return "readback"
    return "slot" if typed.matter else "matter"


def _read_out(sight: Sight, typed: Typed, outcome: Outcome) -> list[tuple[str, str]]:
    """What is read back to the customer, in the order of the form; of who booked before only what is masked."""
    offer, matter, found = sight.offer, sight.matter, outcome.found
    if offer is None or matter is None or found is None:
        return []
    day = next((day for day in sight.times.days if any(time.id == typed.slot for time in day.times)), None)
    time = next((time.label for time in day.times if time.id == typed.slot), "") if day else ""
    person, before = found.person, sight.before
    lines = [
        (_("Hall"), said(offer.name, offer.hall)),
        (_("Matter"), said(matter["name"], matter["id"])),
        (_("Time"), f"{day.label if day else ''} {time}"),
        (_("Name of the customer"), person.name if typed.name or before is None else before.name_masked),
        (_("Number of the document"),
         spaced(person.id_number) if typed.id_number or before is None else before.id_masked),
        (_("Mobile number"), spaced(dialled(person.phone)) if typed.phone or before is None else before.phone_masked),
        (_("E-mail"), person.email if typed.email or before is None else ""),
        (_("Description"), typed.detail.strip()),
    ]  # fmt: skip
    lines += [
        (said(question["text"], question["id"]), answer_said(question, typed.answers.get(question["id"], "").strip()))
        for question in matter["questions"]
    ]
    return [(label, text) for label, text in lines if text]


def spaced(number: str) -> str:
    """In groups as they are read out: 138 1234 1234, 110101 19900307 0016."""
    if len(number) == 11 and number.isdigit():
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    if len(number) == 18:
        return f"{number[:6]} {number[6:14]} {number[14:]}"
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def field_of(question: str) -> str:
    """The name of its field in the form."""
    return ANSWER + question
