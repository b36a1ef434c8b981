"""A booking made again from a hall's roster gets its customer back. The hall kept a masked name and keyed hashes, so
whoever calls or stands at the desk is the customer only if what he says fits them (decision 0017)."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row

from central import audit
from central.booking import life, store
from central.booking.application import Application, Examination, examination
from central.booking.sentences import BookingRefused, Fault, Faulty, fault
from central.booking.work import Work
from central.db.tables import Booking
from central.roster_key import fingerprint
from contract.person import Person
from identity_numbers import masked_name, masked_phone, name_fits

COMPLETABLE = life.OPEN | {"arrived"}
"""While somebody may still have to be told of it."""
_ASKED_FOR_NOTHING: dict[str, Any] = {"detail_required": False, "questions": []}


def unknown(booking: Row[Any]) -> bool:
    """Whether nobody here knows who this still open booking is for."""
    return booking.person is None and booking.status in COMPLETABLE


def unknown_here() -> tuple[ColumnElement[bool], ...]:
    """The same as conditions of a query."""
    return Booking.person.is_(None), Booking.status.in_(COMPLETABLE)


def examined(work: Work, booking: Row[Any], asked: Application) -> Examination:
    """What is possible by itself: name, numbers and address as of any application."""
    offer = work.offer(booking.hall)
    days = offer.times.day_of(work.at), offer.times.day_of(booking.starts_at)
    return examination(asked, _ASKED_FOR_NOTHING, offer.rules, *days)


def misfits(booking: Row[Any], person: Person, keys: Sequence[str]) -> Iterator[Fault]:
    """PURE. What is not as the hall knows it. `keys`: the hall's roster keys, the present one first; what the hall did
    not keep cannot misfit."""
    if booking.name_masked and not name_fits(person.name, booking.name_masked):
        yield fault("name", "name_unfit", masked=booking.name_masked)
    if booking.roster_id and booking.roster_id not in _prints(keys, person.id_type, person.id_number):
        yield fault("id_number", "id_unfit")
    if not _phone_fits(booking, person.phone, keys):
        yield fault("phone", "phone_unfit")


def complete(work: Work, booking: Row[Any], asked: Application, keys: Sequence[str]) -> Row[Any] | Faulty:
    """The booking with its customer, or all that does not fit: that is put on record, since each misfit says something
    about somebody. Raises Faulty for what is impossible by itself, BookingRefused where there is nothing to complete.
    """
    if not unknown(booking):
        raise BookingRefused("details_known", "code")
    found = examined(work, booking, asked)
    if found.faults:
        raise Faulty(found.faults)
    if wrong := tuple(misfits(booking, found.person, keys)):
        after = {"unfit": [one.field for one in wrong]}
        audit.record(
            work.connection, work.actor, "booking.complete_refused", "booking", booking.code, at=work.at, after=after
        )
        return Faulty(wrong)
    values = _values(work, booking, asked, found, keys[0])
    now = store.change_kind(work.connection, booking, **values)
    if now is None:  # both stand, as where a rebuilt one met another; a person sees to it
        flag = {"flag": booking.flag if booking.flag == "excess" else "double", "flag_seen_by": None}
        now = store.change(work.connection, booking, **values | {"person_key": None} | flag)
    work.tell("booking.completed", now, booking)
    return now


def _values(work: Work, booking: Row[Any], asked: Application, found: Examination, key: str) -> dict[str, Any]:
    person, identity = found.person, found.identity
    assert identity is not None, "an examination without faults has read the number"
    kept = work.vault.keep_person(person)
    return {
        "person": kept.text,
        "person_kid": kept.kid,
        "person_key": work.vault.search_key(person.id_type, person.id_number),
        "phone_key": work.vault.search_key("phone", person.phone),
        "roster_id": fingerprint(key, person.id_type, person.id_number),
        "roster_phone": fingerprint(key, "phone", person.phone),
        "name_masked": masked_name(person.name),
        "phone_masked": masked_phone(person.phone),
        "id_masked": identity.masked,
        "id_type": person.id_type,
        "has_email": bool(person.email),
        "flags": list(found.flags),
        "language": asked.language if asked.language in ("zh", "en") else booking.language,
        "flag": "" if booking.flag == "details_lost" else booking.flag,
        "assisted_by": work.actor.name,
    }


def _prints(keys: Sequence[str], kind: str, normalised: str) -> set[str]:
    return {fingerprint(key, kind, normalised) for key in keys}


def _phone_fits(booking: Row[Any], phone: str, keys: Sequence[str]) -> bool:
    if booking.roster_phone:
        return booking.roster_phone in _prints(keys, "phone", phone)
    return not booking.phone_masked or booking.phone_masked == masked_phone(phone)
