"""Deciding about one customer's case at the window: welcome, suspend (挂起), continue."""

from contract.events import CaseContinued, CaseSuspended, CustomerWelcomed, Event
from edge.errors import Invalid, Refused
from edge.hall import check, find
from edge.hall.commands import Continue, Suspend, Welcome
from edge.hall.decide_safety import check_calm
from edge.hall.state import CounterState, State, Ticket

KINDS = ("papers_out", "papers_kept", "step")


def welcome(state: State, command: Welcome, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    ticket = find.ticket_at(state, desk, "called", "serving")
    return (CustomerWelcomed(ticket.id, desk.id, find.desk_clerk(desk)),)


def suspend(state: State, command: Suspend, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    ticket = find.ticket_at(state, desk, "serving")
    if command.kind not in KINDS:
        raise Invalid(f"kind must be one of {', '.join(KINDS)}.", "kind", "bad_kind")
    reason = check.said(command.reason, "reason")
    return (CaseSuspended(ticket.id, ticket.number, desk.id, find.desk_clerk(desk), command.kind, reason),)


def continue_(state: State, command: Continue, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    check_calm(state)
    _check_idle(state, desk)
    ticket = find.by_number(state, command.number)
    if ticket.status != "suspended":
        text = f"Ticket {ticket.number} is {ticket.status}; only a suspended case can be continued."
        raise Refused(text, "number", "not_suspended")
    _check_window(state, ticket, desk)
    lasted = max(0, at - ticket.suspended_at) // 1000
    return (CaseContinued(ticket.id, ticket.number, desk.id, find.desk_clerk(desk), lasted),)


def _check_idle(state: State, desk: CounterState) -> None:
    if desk.status == "paused":
        raise Refused(f"Counter {desk.id} is paused: resume first.", "counter", "counter_paused")
    if desk.ticket is not None:
        number = state.tickets[desk.ticket].number
        text = f"Ticket {number} is at counter {desk.id}: finish, pass, transfer or suspend it first."
        raise Refused(text, "counter", "has_customer")


def _check_window(state: State, ticket: Ticket, desk: CounterState) -> None:
    """Papers kept, or a step waited for, are at the window that suspended; papers taken out go anywhere."""
    if ticket.suspended != "papers_out" and ticket.counter != desk.id:
        text = f"The papers of {ticket.number} are at counter {ticket.counter}: it goes on there."
        raise Refused(text, "counter", "wrong_counter")
    if not any(ticket.service in group for group in find.counter(state, desk.id).serves):
        text = f"Counter {desk.id} does not serve {ticket.service}, which {ticket.number} is for."
        raise Refused(text, "number", "not_served_there")
