"""Bookings that come from a hall: sold there from its own share, or rebuilt from its roster after the centre's loss."""

from typing import Any

from sqlalchemy import Row

from central.booking import closing, opening, shares, store
from central.booking.offer import HallOffer
from central.booking.slots import Span, new_row
from central.booking.work import Work
from central.db.tables import Slot
from central.errors import CentralError
from contract import events as e
from contract.booking_code import tidy
from contract.person import Person


def sold(work: Work, hall: str, node: str, event: e.PlaceSold) -> None:
    """A place of the hall's own share became a booking (S0-11)."""
    person = _unsealed(work, event)
    before = store.by_code(work.connection, tidy(event.code), lock=True)
    if before is not None:
        _complete(work, before, event, person)
        return
    offer = work.offer(hall)
    id_ = ensure_slot(work, offer, event.service, event.day, event.starts_at, event.ends_at)
    known = shares.sold(work.connection, event.grant, node, id_, work.at)
    beyond = False if known else store.take_at_any_rate(work.connection, id_)
    matter = event.matter or matter_of(offer, event.service)
    values = _row(work, offer, matter, event.service, event.day, event.starts_at, event.ends_at, id_) | {
        "code": tidy(event.code),
        "status": "confirmed",
        "channel": "hall",
        "grant": event.grant,
        "assisted_by": event.by,
        "readback": event.readback,
        "name_masked": event.name,
        "phone_masked": event.phone,
        "roster_id": event.id_hmac,
        "roster_phone": event.phone_hmac,
        "priority_class": event.priority_class,
        "flag": "excess" if beyond else "details_lost" if person is None else "",
    }
    if person is not None:
        values |= _person(work, person)
    closing.hit_late(work, add(work, values))


def _complete(work: Work, booking: Row[Any], event: e.PlaceSold, person: Person | None) -> None:
    """The sale of a booking that was rebuilt from the roster before it came: now its customer is known."""
    if person is None or booking.channel != "rebuilt" or booking.person is not None:
        return
    values = _person(work, person) | {
        "channel": "hall", "assisted_by": event.by, "readback": event.readback, "phone_masked": event.phone,
        "flag": "" if booking.flag == "details_lost" else booking.flag,
    }  # fmt: skip
    if store.change_kind(work.connection, booking, **values) is None:
        store.change(work.connection, booking, **values | {"person_key": None, "flag": booking.flag or "double"})


def rebuilt(work: Work, hall: str, node: str, entry: e.RosterEntry) -> Row[Any]:
    """A confirmed booking the centre has lost. It stands, also beyond the capacity; a person sees to that."""
    offer = work.offer(hall)
    id_ = ensure_slot(work, offer, entry.service, entry.day, entry.starts_at, entry.ends_at)
    known = entry.grant is not None and shares.sold(work.connection, entry.grant, node, id_, work.at)
    beyond = False if known else store.take_at_any_rate(work.connection, id_)
    matter = matter_of(offer, entry.service)
    status = {"booked": "confirmed"}.get(entry.status, entry.status)
    values = _row(work, offer, matter, entry.service, entry.day, entry.starts_at, entry.ends_at, id_) | {
        "code": tidy(entry.code),
        "status": status,
        "open": status == "confirmed",
        "channel": "rebuilt",
        "grant": entry.grant,
        "name_masked": entry.name,
        "roster_id": entry.id_hmac,
        "roster_phone": entry.phone_hmac,
        "priority_class": entry.priority_class,
        "flag": "excess" if beyond else "details_lost",
        "rev": max(1, entry.rev),
    }
    return add(work, values, "booking.rebuilt")


def add(work: Work, values: dict[str, Any], event: str = "booking.confirmed") -> Row[Any]:
    """The row; `event`: as it is told. A person who has another open booking of that business keeps both, and somebody
    of the office looks."""
    made = store.add(work.connection, values)
    if made is None:
        made = store.add(work.connection, values | {"person_key": None, "flag": values["flag"] or "double"})
    assert made is not None, "codes were compared before"
    work.tell(event, made)
    return made


def ensure_slot(work: Work, offer: HallOffer, service: str, day: str, starts_at: int, ends_at: int) -> str:
    """The slot's id; one the centre has lost is made again, as large as it would be opened."""
    size = opening.planned(offer, service, opening.mean_s(work.connection, offer, service, work.at))
    row = new_row(offer.hall, service, day, Span(starts_at, ends_at), size)
    work.connection.execute(store.quiet_insert(work.connection, Slot).values(row))
    return str(row["id"])


def _unsealed(work: Work, event: e.PlaceSold) -> Person | None:
    try:
        return work.vault.unseal(event.sealed)
    except CentralError:
        return None


def matter_of(offer: HallOffer, service: str) -> str | None:
    """The queue's first matter, where the hall did not say which."""
    return next((one["id"] for one in offer.bookable() if one["service"] == service), None)


def _person(work: Work, person: Person) -> dict[str, Any]:
    kept = work.vault.keep_person(person)
    return {
        "person": kept.text,
        "person_kid": kept.kid,
        "person_key": work.vault.search_key(person.id_type, person.id_number) if person.id_number else None,
        "phone_key": work.vault.search_key("phone", person.phone) if person.phone else None,
        "id_type": person.id_type,
        "has_email": bool(person.email),
    }


def _row(
    work: Work, offer: HallOffer, matter: str | None, service: str, day: str, starts_at: int, ends_at: int, slot: str
) -> dict[str, Any]:
    known = offer.matters.get(matter or "")
    return {
        "hall": offer.hall,
        "matter": known["id"] if known else None,
        "business_type": known["business_type"] if known else service,
        "service": service,
        "slot": slot,
        "day": day,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "open": True,
        "holds": True,
        "flags": [],
        "faults": [],
        "applied_at": work.at,
        "confirmed_at": work.at,
        "decided_at": work.at,
        "decided_by": work.actor.name,
        "rules_version": offer.rules_version,
    }
