"""Deciding about identity: what a reader or a person found out, compared, and bound to a ticket (K5, K6)."""

from typing import Literal

from contract.catalogue import Service
from contract.events import Event, IdentityVerified
from edge.errors import Invalid, Refused
from edge.hall import check, find
from edge.hall.commands import VerifyIdentity
from edge.hall.state import State, Ticket
from identity_numbers.names import name_matches

METHODS = ("card", "scan", "typed")


def verify(state: State, command: VerifyIdentity, at: int) -> tuple[Event, ...]:
    """No number comes into the event: texts are masked, and the comparison is by HMAC."""
    if command.method not in METHODS:
        raise Invalid(f"method must be one of {', '.join(METHODS)}.", "method", "bad_method")
    ticket = _ticket(state, command)
    typed = command.method == "typed"
    hmac = check.hmac(command.id_hmac, "id_hmac")
    return (
        IdentityVerified(
            verification=check.text(command.verification, "verification"),
            ticket=ticket.id,
            booking=ticket.booking,
            stage="arrival" if ticket.status in ("waiting", "passed") else "window",
            method=command.method,
            id_type=check.text(command.id_type, "id_type"),
            id_hmac=hmac,
            id_masked=check.masked(command.id_masked, "id_masked"),
            name_masked=None if command.name_masked is None else check.masked(command.name_masked, "name_masked"),
            match=_compared(state, ticket, hmac),
            assurance="low" if typed else "high",
            reader=None if command.reader is None else check.text(command.reader, "reader"),
            by=check.text(command.by, "by"),
            reason=check.masked(command.reason or "", "reason", 200) if typed or command.reason else None,
            valid_until=None if command.valid_until is None else check.text(command.valid_until, "valid_until", 16),
            name=_names_compared(state, ticket, command.name_masked),
        ),
    )


def _ticket(state: State, command: VerifyIdentity) -> Ticket:
    if command.ticket is not None:
        found = find.by_number(state, command.ticket, "ticket")
        if found.status in ("done", "voided"):
            raise Refused(f"Ticket {found.number} is {found.status}: nobody is served any more.", "ticket", "ended")
        return found
    if command.counter is None:
        raise Invalid("Say whose identity it is: counter or ticket.", "ticket", "bad_ticket")
    desk = find.open_desk(state, command.counter)
    return find.ticket_at(state, desk, "called", "serving")


def _compared(state: State, ticket: Ticket, hmac: str) -> Literal["same", "other", "none"]:
    """With the booking; without one, or where it names nobody, with who was verified before."""
    booking = state.bookings.get(ticket.booking or "")
    known = (booking.id_hmac if booking is not None else None) or ticket.id_hmac
    if known is None:
        return "none"
    return "same" if known == hmac else "other"


def _names_compared(state: State, ticket: Ticket, masked: str | None) -> Literal["same", "other", "none"]:
    """Both masked, by the same rule: all that the roster and the journal have of a name."""
    booking = state.bookings.get(ticket.booking or "")
    if booking is None or not booking.name or masked is None:
        return "none"
    return "same" if name_matches(booking.name, masked) else "other"


def wanted(service: Service, ticket: Ticket) -> bool:
    """The service wants the identity known and it is not: never verified, or as somebody else."""
    asked = service.verify == "always" or (service.verify == "booked" and ticket.booking is not None)
    return asked and ticket.verified in ("", "other")


def check_start(state: State, ticket: Ticket) -> None:
    """Raises Refused "identity_unverified" where the rules require it before a service starts (S0-33)."""
    if state.rules.verify != "require" or not wanted(find.service(state, ticket.service), ticket):
        return
    cause = "is somebody else than before" if ticket.verified == "other" else "is not verified"
    text = f"The customer of {ticket.number} {cause}: read the document, or type its number with a reason."
    raise Refused(text, "counter", "identity_unverified")
