"""Deciding about the hall's own share of places: one sold at the desk (S0-11, S0-13), or what is left given back."""

import re

from contract import booking_code
from contract.events import Event, PlaceSold, ShareReturned
from edge.errors import Invalid, Refused, Settled, Unknown
from edge.hall import check, find, rights
from edge.hall.commands import ReturnShare, SellPlace
from edge.hall.roster import key_of
from edge.hall.shares import spendable
from edge.hall.state import Booking, Grant, State

CENTRE = "centre"
"""Whoever returns a share because the centre asked for it."""
_CODE = re.compile(f"[{booking_code.ALPHABET}]{{{booking_code.LENGTH}}}")
_SEALED = re.compile(r"[A-Za-z0-9+/]{64,4096}={0,2}")


def sell(state: State, command: SellPlace, at: int) -> tuple[Event, ...]:
    """Refused where the details were not read back, no place is left, or the person has such a booking already."""
    service = find.service(state, command.service)
    by = check.text(command.by, "by")
    rights.role_of(state, by, "by")
    id_hmac, phone_hmac = _hmac(command.id_hmac, "id_hmac"), _hmac(command.phone_hmac, "phone_hmac")
    name, phone = check.masked(command.name, "name"), check.masked(command.phone, "phone")
    class_ = find.priority_class(state, command.priority_class)
    matter = find.matter(state, command.matter, service.id) if command.matter is not None else None
    code = _code(state, command.code)
    if not _SEALED.fullmatch(command.sealed):
        raise Invalid("sealed must be base64 of what only the centre can open.", "sealed", "bad_sealed")
    if command.readback is not True:
        text = "Read the details back to the customer, then tick that they agreed: nothing is booked before."
        raise Refused(text, "readback", "readback_needed")
    grant = _grant(state, command, at)
    _check_one_open(state, service.id, id_hmac, phone_hmac, at)
    return (
        PlaceSold(
            grant=grant.id,
            slot=grant.slot,
            code=code,
            day=grant.day,
            service=service.id,
            starts_at=grant.starts_at,
            ends_at=grant.ends_at,
            name=name,
            phone=phone,
            id_hmac=id_hmac,
            phone_hmac=phone_hmac,
            sealed=command.sealed,
            by=by,
            readback=True,
            matter=matter.id if matter is not None else None,
            priority_class=class_,
        ),
    )


def return_(state: State, command: ReturnShare, at: int) -> tuple[Event, ...]:
    """Raises Settled where nothing is left to return, so that no place is ever credited twice."""
    if command.by != CENTRE:
        rights.receptionist(state, check.text(command.by, "by"), "by", "give places back")
    grant = state.grants.get(command.grant)
    if grant is None:
        raise Settled(f"No grant {command.grant!r} of this hall stands.", "grant", "unknown_grant")
    if grant.closed:
        raise Settled("Nothing is left of this grant: it was given back, or has ended.", "grant", "grant_closed")
    if grant.stale and command.by != CENTRE:
        text = "The centre is telling anew which places this hall may sell: try again when it has done so."
        raise Refused(text, "grant", "grant_stale")
    return (ShareReturned(grant.id, grant.left, command.by),)


def _hmac(value: str | None, field: str) -> str | None:
    return None if value is None else check.hmac(value, field)


def _code(state: State, code: str) -> str:
    if not _CODE.fullmatch(code):
        text = f"code must be {booking_code.LENGTH} signs of {booking_code.ALPHABET}."
        raise Invalid(text, "code", "bad_code")
    if key_of(code) in state.bookings:
        raise Refused("This code is taken: make a fresh one.", "code", "code_taken")
    return code


def _grant(state: State, command: SellPlace, at: int) -> Grant:
    """The oldest grant of the slot that has a place left."""
    if (command.slot is None) == (command.grant is None):
        raise Invalid("Say either which slot or which grant.", "slot", "one_slot")
    field = "slot" if command.grant is None else "grant"
    wanted = [each for each in state.grants.values() if command.slot == each.slot or command.grant == each.id]
    if not wanted:
        raise Unknown("This hall has no places of its own there: take another slot.", field, "unknown_slot")
    if wanted[0].service != command.service:
        raise Refused(f"These places are for {wanted[0].service}.", "service", "other_service")
    if at >= wanted[0].starts_at:
        raise Refused("This slot has begun: take a later one, or a ticket.", field, "slot_begun")
    if any(each.stale for each in wanted):
        text = "The centre is telling anew which places this hall may sell: try again in a minute."
        raise Refused(text, field, "grant_stale")
    free = next((each for each in wanted if spendable(each, at)), None)
    if free is None:
        raise Refused("No place of this slot is left: take another one.", field, "no_place")
    return free


def _check_one_open(state: State, service: str, id_hmac: str | None, phone_hmac: str | None, at: int) -> None:
    """One open booking for a person and a service (booking.auto_rules); by telephone where no document was given."""
    for booking in state.bookings.values():
        if booking.service == service and booking.status == "booked" and booking.starts_at > at:
            mine = booking.id_hmac == id_hmac if id_hmac is not None else _same_phone(booking, phone_hmac)
            if mine:
                text = f"This person has a booking for it already, on {booking.day}: change or cancel that one first."
                raise Refused(text, "id_number", "booked_already")


def _same_phone(booking: Booking, phone_hmac: str | None) -> bool:
    return phone_hmac is not None and booking.phone_hmac == phone_hmac
