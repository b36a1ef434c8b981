"""Counters and the ticket at them, applied."""

from contract.events import (
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    CounterWarned,
    ServiceFinished,
    ServiceStarted,
    TicketCalled,
    TicketPassed,
    TicketRecalled,
)
from edge.hall import calling, places
from edge.hall.apply_facts import staff_done
from edge.hall.clocks import handled, waited
from edge.hall.state import CounterState, Ratable, RecentCall, State, Ticket

RECENT = 8
_DAY_MS = 86_400_000


def called(state: State, event: TicketCalled, at: int) -> None:
    ticket = state.tickets[event.ticket]
    calling.called(state, ticket, event.counter, event.why)
    places.take_out(state, ticket)
    if ticket.status == "passed":
        # chosen: that was its return
        ticket.returns, ticket.waiting_since, ticket.ended_at = ticket.returns + 1, at, None
    if ticket.counter != event.counter:
        ticket.directed = False
    ticket.status, ticket.counter, ticket.clerk = "called", event.counter, event.clerk
    ticket.called_at, ticket.calls, ticket.why = at, 1, event.why
    desk = state.counters[event.counter]
    desk.status, desk.since, desk.ticket = "called", at, ticket.id
    desk.rung_at, desk.warned = at, []
    _show(state, ticket, event.counter, at)


def recalled(state: State, event: TicketRecalled, at: int) -> None:
    ticket = state.tickets[event.ticket]
    ticket.calls = event.calls
    state.counters[event.counter].rung_at = at
    _show(state, ticket, event.counter, at)


def _show(state: State, ticket: Ticket, counter: str, at: int) -> None:
    others = [call for call in state.recent if call.ticket != ticket.id]
    call = RecentCall(ticket.id, ticket.number, ticket.service, counter, at, ticket.calls)
    state.recent = [call, *others][:RECENT]


def started(state: State, event: ServiceStarted, at: int) -> None:
    ticket = state.tickets[event.ticket]
    ticket.status, ticket.started_at = "serving", at
    staff_done(state, ticket.id)
    desk = state.counters[event.counter]
    desk.status, desk.since = "serving", at
    wait = waited(ticket, at)
    totals = state.totals[ticket.service]
    totals.waits += 1
    totals.wait_sum += wait
    totals.wait_max = max(totals.wait_max, wait)


def finished(state: State, event: ServiceFinished, at: int) -> None:
    ticket = state.tickets[event.ticket]
    took = handled(ticket, at)
    ticket.status, ticket.ended_at = "done", at
    staff_done(state, ticket.id)
    measure(state, ticket.service, took)
    totals = state.totals[ticket.service]
    totals.served += 1
    totals.handling_sum += took
    desk = leave(state, event.counter, at)
    desk.last, desk.last_step, desk.last_at = ticket.id, "finish", at
    desk.rate_token, desk.rate_until = ticket.token, at + state.rules.rating_within_s * 1000
    state.ratable[ticket.token] = Ratable(
        ticket=ticket.id,
        counter=event.counter,
        clerk=event.clerk,
        service=ticket.service,
        until=at + state.rules.rating_token_days * _DAY_MS,
        day=state.plan.day if state.plan else ticket.day,
        level=ticket.level,
        stage=len(ticket.stages),
        at=at,
    )


def passed(state: State, event: TicketPassed, at: int) -> None:
    ticket = state.tickets[event.ticket]
    ticket.status, ticket.ended_at = "passed", at
    state.passed.append(ticket.id)
    state.totals[ticket.service].passed += 1
    desk = leave(state, event.counter, at)
    desk.last, desk.last_step, desk.last_at = ticket.id, "pass", at


def leave(state: State, counter: str, at: int) -> CounterState:
    """The ticket is no longer at the counter; what an undo means is the caller's to set."""
    desk = state.counters[counter]
    desk.status, desk.since, desk.ticket, desk.warned = "idle", at, None, []
    return desk


def measure(state: State, service: str, took: int) -> None:
    """One more handling time (ms) for the estimates."""
    handling = state.totals[service].handling
    handling.append(max(0, took))
    del handling[: -state.rules.eta_window]


def opened(state: State, event: CounterOpened, at: int) -> None:
    state.counters[event.counter] = CounterState(event.counter, "idle", at, clerk=event.clerk)


def closed(state: State, event: CounterClosed, at: int) -> None:
    """Those transferred to this counter alone may now be called by any that serves them."""
    desk = state.counters[event.counter]
    state.counters[event.counter] = CounterState(
        event.counter, "closed", at, rate_token=desk.rate_token, rate_until=desk.rate_until
    )
    for ticket in state.tickets.values():
        if ticket.directed and ticket.counter == event.counter:
            ticket.directed = False
            if ticket.status == "waiting":
                ticket.counter = None


def paused(state: State, event: CounterPaused, at: int) -> None:
    """Those sent to this counter alone may be called by others where the pause says so."""
    desk = state.counters[event.counter]
    desk.status, desk.since, desk.pause_reason, desk.cover = "paused", at, event.reason, event.cover
    desk.warned = []
    for id_ in event.rerouted:
        state.tickets[id_].counter, state.tickets[id_].directed = None, False


def resumed(state: State, event: CounterResumed, at: int) -> None:
    desk = state.counters[event.counter]
    desk.status, desk.since, desk.pause_reason, desk.cover = "idle", at, None, None
    desk.warned = []


def warned(state: State, event: CounterWarned, at: int) -> None:
    state.counters[event.counter].warned.append(event.kind)
