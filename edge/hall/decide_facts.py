"""Deciding about facts the shell found: only those that need no decision, and slips only in their order."""

from collections.abc import Callable
from typing import Any

from contract.events import (
    ClockSynced,
    DeviceFailed,
    DeviceRecovered,
    DevicesTested,
    DirectiveAnswered,
    DirectiveTaken,
    DocumentsRebuilt,
    EpochBegun,
    Event,
    GuidancePrinted,
    KioskSessionEnded,
    NodeStarted,
    SlipFailed,
    SlipLeftToStaff,
    SlipPrinted,
    SlipStarted,
)
from edge.errors import Invalid, Refused, Unknown
from edge.hall import check, roster_report
from edge.hall.commands import Record
from edge.hall.state import State, Ticket

_PLAIN = (
    DeviceFailed,
    DeviceRecovered,
    ClockSynced,
    NodeStarted,
    EpochBegun,
    DocumentsRebuilt,
    DirectiveAnswered,
)
DEVICES = 100
"""The most devices of one self-test: all results must fit one event."""
_RESULTS = ("ok", "degraded", "failed")
_OUTCOMES = ("completed", "abandoned", "failed")


def record(state: State, command: Record, at: int) -> tuple[Event, ...]:
    event = command.event
    if isinstance(event, DirectiveTaken):
        return (event, *roster_report.report(state, event))
    if isinstance(event, _PLAIN):
        return (event,)
    checked = _CHECKED.get(type(event))
    if checked is None:
        text = f"{type(event).__name__} comes from a decision only, it cannot be recorded."
        raise Invalid(text, "event", "not_recordable")
    checked(state, event)
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


def _tested(state: State, event: DevicesTested) -> None:
    check.text(event.by, "by")
    check.number(len(event.results), "event.results", 0, DEVICES)
    for device, result in event.results.items():
        check.text(device, "event.results")
        if result not in _RESULTS:
            raise Invalid(f"{device}: a result is one of {', '.join(_RESULTS)}.", "event.results", "bad_results")


def _session_ended(state: State, event: KioskSessionEnded) -> None:
    check.text(event.kiosk, "event.kiosk")
    check.text(event.flow, "event.flow")
    check.number(event.steps, "event.steps", 0, 10_000)
    check.number(event.seconds, "event.seconds", 0, 86_400)
    if event.outcome not in _OUTCOMES:
        raise Invalid(f"An outcome is one of {', '.join(_OUTCOMES)}.", "event.outcome", "bad_outcome")
    if event.reason:
        check.masked(event.reason, "event.reason", 200)


def _guidance(state: State, event: GuidancePrinted) -> None:
    check.text(event.by, "event.by")


_CHECKED: dict[type[Event], Callable[[State, Any], None]] = {
    SlipStarted: _started,
    SlipPrinted: _printed,
    SlipFailed: _failed,
    SlipLeftToStaff: _left,
    DevicesTested: _tested,
    KioskSessionEnded: _session_ended,
    GuidancePrinted: _guidance,
}
