"""What the counters' clocks bring when they are due: warnings, and the hall's own calls and passes."""

from contract.events import CounterWarned, Event, TicketPassed, TicketRecalled
from edge.hall.clocks import Moment, moments
from edge.hall.state import State


def due_events(state: State, at: int) -> tuple[Event, ...]:
    """One event for each counter whose moment is reached at `at` (ms)."""
    return tuple(_event(state, moment) for moment in moments(state) if moment.at <= at)


def _event(state: State, moment: Moment) -> Event:
    if moment.kind == "ring":
        return _ring(state, moment.ticket or "", moment.counter)
    clerk = state.counters[moment.counter].clerk or ""
    return CounterWarned(moment.counter, clerk, moment.kind, moment.ticket, moment.since)


def _ring(state: State, id_: str, counter: str) -> Event:
    """Called again until `rules.rings` calls; who has not come one `ring_s` after the last of them is passed."""
    ticket = state.tickets[id_]
    if ticket.calls < state.rules.rings:
        return TicketRecalled(ticket.id, ticket.number, counter, ticket.calls + 1, by_hall=True)
    return TicketPassed(ticket.id, ticket.number, counter, by_hall=True)
