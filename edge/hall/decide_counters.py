"""Deciding for clerks: opening and closing a window, and the ticket at it."""

from contract.events import (
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    Event,
    ServiceStarted,
    TicketCalled,
    TicketPassed,
    TicketRecalled,
)
from edge.errors import Refused, Unknown
from edge.hall import calling, check, find, journeys
from edge.hall.commands import CallNext, Finish, LogIn, LogOut, Pass, Pause, Recall, Resume, Start
from edge.hall.decide_identity import check_start
from edge.hall.decide_safety import check_calm
from edge.hall.line_order import waiting_in
from edge.hall.state import CounterState, State, Ticket


def log_in(state: State, command: LogIn, at: int) -> tuple[Event, ...]:
    desk = find.desk(state, command.counter)
    clerk = check.text(command.clerk, "clerk")
    _check_clerk(state, clerk, "clerk")
    if desk.status != "closed":
        raise Refused(f"{desk.clerk} is logged in at counter {desk.id}: log out first.", "counter", "counter_taken")
    elsewhere = [each.id for each in state.counters.values() if each.clerk == clerk]
    if elsewhere:
        text = f"{clerk} is logged in at counter {elsewhere[0]}: log out there first."
        raise Refused(text, "clerk", "clerk_elsewhere")
    return (CounterOpened(desk.id, clerk),)


def _check_clerk(state: State, clerk: str, field: str) -> None:
    known = find.catalogue(state).clerks
    if known and clerk not in (each.id for each in known):
        raise Unknown(f"No clerk {clerk!r} in this hall.", field, "unknown_clerk")


def log_out(state: State, command: LogOut, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    _check_no_customer(state, desk)
    return (CounterClosed(desk.id, find.desk_clerk(desk)),)


def _check_no_customer(state: State, desk: CounterState) -> None:
    if desk.ticket is not None:
        number = state.tickets[desk.ticket].number
        text = f"Ticket {number} is at counter {desk.id}: finish, pass or transfer it first."
        raise Refused(text, "counter", "has_customer")


def call_next(state: State, command: CallNext, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    if desk.status == "paused":
        raise Refused(f"Counter {desk.id} is paused: resume first.", "counter", "counter_paused")
    check_calm(state)
    ended = ended_by_next(state, desk, at)
    chosen = calling.choose(find.counter(state, desk.id), waiting_in(ended.after, at), state.rules)
    if chosen is None and not ended.events:
        raise Refused(f"Nobody waits for counter {desk.id}.", "counter", "nobody_waiting")
    if chosen is None:
        return ended.events
    ticket, why = chosen
    return *ended.events, TicketCalled(ticket.id, ticket.number, desk.id, find.desk_clerk(desk), why)


def ended_by_next(state: State, desk: CounterState, at: int) -> journeys.Ended:
    """Who does not come is passed, who is served is finished: by "next", but never silently."""
    if desk.ticket is None:
        return journeys.Ended((), state)
    if desk.status == "serving":
        return journeys.end(state, desk, at, by_next=True)
    ticket = state.tickets[desk.ticket]
    return journeys.Ended((TicketPassed(ticket.id, ticket.number, desk.id, by_next=True),), state)


def recall(state: State, command: Recall, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    ticket = find.ticket_at(state, desk, "called")
    check_calm(state)
    return (TicketRecalled(ticket.id, ticket.number, desk.id, ticket.calls + 1),)


def start(state: State, command: Start, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    ticket = find.ticket_at(state, desk, "called")
    return (_started(state, ticket, desk),)


def _started(state: State, ticket: Ticket, desk: CounterState) -> ServiceStarted:
    check_start(state, ticket)
    return ServiceStarted(ticket.id, desk.id, find.desk_clerk(desk))


def finish(state: State, command: Finish, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    ticket = find.ticket_at(state, desk, "serving", "called")
    journeys.check_then(state, ticket, command.then)
    ended = journeys.end(state, desk, at, then=command.then).events
    return ended if ticket.status == "serving" else (_started(state, ticket, desk), *ended)


def pass_(state: State, command: Pass, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    ticket = find.ticket_at(state, desk, "called")
    return (TicketPassed(ticket.id, ticket.number, desk.id),)


def pause(state: State, command: Pause, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    reason = check.said(command.reason, "reason", 64)
    known = [each.id for each in find.catalogue(state).pause_reasons]
    if known and reason not in known:
        text = f"No pause reason {reason!r} here; there are: {', '.join(known)}."
        raise Unknown(text, "reason", "unknown_reason")
    cover = None if command.cover is None else check.text(command.cover, "cover")
    if cover is not None:
        _check_clerk(state, cover, "cover")
        if cover == desk.clerk:
            raise Refused("Nobody covers for themselves: name a colleague.", "cover", "own_cover")
    if desk.status == "paused":
        raise Refused(f"Counter {desk.id} is paused already.", "counter", "already_paused")
    _check_no_customer(state, desk)
    rerouted = _directed(state, desk) if command.reroute else ()
    return (CounterPaused(desk.id, find.desk_clerk(desk), reason, cover, rerouted),)


def _directed(state: State, desk: CounterState) -> tuple[str, ...]:
    """Who waits for this counter alone (S1-20)."""
    queues = (*state.queues.values(), *state.booked.values(), *state.deferred.values())
    return tuple(id_ for queue in queues for id_ in queue if state.tickets[id_].counter == desk.id)


def resume(state: State, command: Resume, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    if desk.status != "paused":
        raise Refused(f"Counter {desk.id} is not paused.", "counter", "not_paused")
    return (CounterResumed(desk.id, find.desk_clerk(desk)),)
