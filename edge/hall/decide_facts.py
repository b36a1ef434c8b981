"""Deciding about facts the shell found: only those that need no decision, and slips only in their order."""

from collections.abc import Callable
from typing import Any

from contract.events import (
    ClockSynced,
    DeviceFailed,
    DeviceRecovered,
    DirectiveAnswered,
    DirectiveTaken,
    DocumentsRebuilt,
    EpochBegun,
    Event,
    NodeStarted,
    SlipFailed,
    SlipLeftToStaff,
    SlipPrinted,
    SlipStarted,
)
from edge.errors import Invalid, Refused, Unknown
from edge.hall.commands import Record
from edge.hall.state import State, Ticket

_PLAIN = (
    DeviceFailed,
    DeviceRecovered,
    ClockSynced,
    NodeStarted,
    EpochBegun,
    DocumentsRebuilt,
    DirectiveTaken,
    DirectiveAnswered,
)


def record(state: State, command: Record, at: int) -> tuple[Event, ...]:
    event = command.event
    if isinstance(event, _PLAIN):
        return (event,)
    check = _SLIPS.get(type(event))
    if check is None:
        text = f"{type(event).__name__} comes from a decision only, it cannot be recorded."
        raise Invalid(text, "event", "not_recordable")
    check(state, event)
    return (event,)


def _ticket(state: State, id_: str) -> Ticket:
    found = state.tickets.get(id_)
    if found is None:
        raise Unknown(f"No ticket {id_!r} in the hall.", "event.ticket", "unknown_ticket")
    return found


def _started(state: State, event: SlipStarted) -> None:
    """The second slip of a ticket is a COPY, whatever became of the first (F03, F04)."""
    ticket = _ticket(state, event.ticket)
    if ticket.slips and not event.copy:
        text = f"A slip of {ticket.number} was started before: another one must be a copy."
        raise Refused(text, "event.copy", "slip_needs_copy")


def _printed(state: State, event: SlipPrinted) -> None:
    ticket = _ticket(state, event.ticket)
    if ticket.slip != "started":
        raise Refused(f"No slip of {ticket.number} was started.", "event.ticket", "slip_not_started")


def _failed(state: State, event: SlipFailed) -> None:
    """Also before a start: a printer that is not ready was never sent anything."""
    ticket = _ticket(state, event.ticket)
    if ticket.slip == "printed" and not event.copy:
        raise Refused(f"The slip of {ticket.number} is printed.", "event.ticket", "slip_printed")


def _left(state: State, event: SlipLeftToStaff) -> None:
    ticket = _ticket(state, event.ticket)
    if ticket.slip == "printed":
        raise Refused(f"The slip of {ticket.number} is printed.", "event.ticket", "slip_printed")
    if ticket.number != event.number:
        raise Refused(f"Ticket {ticket.id} has the number {ticket.number}.", "event.number", "wrong_number")


_SLIPS: dict[type[Event], Callable[[State, Any], None]] = {
    SlipStarted: _started,
    SlipPrinted: _printed,
    SlipFailed: _failed,
    SlipLeftToStaff: _left,
}
