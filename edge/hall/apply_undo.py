"""A pass or a finish taken back, applied: as if it had not been."""

from contract.events import StepUndone
from edge.hall import places
from edge.hall.clocks import handled, told_before
from edge.hall.state import CounterState, State, Ticket


def undone(state: State, event: StepUndone, at: int) -> None:
    desk = state.counters[event.counter]
    if event.returned is not None:
        _return(state, state.tickets[event.returned])
    ticket = state.tickets[event.ticket]
    if event.step == "pass":
        state.passed.remove(ticket.id)
        state.totals[ticket.service].passed -= 1
    else:
        _unfinish(state, ticket, desk)
    ticket.status, ticket.ended_at = event.back_to, None
    desk.status, desk.ticket, desk.since, desk.rung_at = event.back_to, ticket.id, at, at
    desk.last, desk.last_step = None, None
    desk.warned = told_before(state, ticket, at) if event.back_to == "serving" else []


def _return(state: State, ticket: Ticket) -> None:
    """Called too early: where it was, or to the head of its queue, as if it had never been called."""
    ticket.status, ticket.calls = "waiting", 0
    ticket.counter = ticket.counter if ticket.directed else None
    ticket.clerk = ticket.called_at = ticket.why = None
    places.put_back(state, ticket)
    state.recent = [call for call in state.recent if call.ticket != ticket.id]


def _unfinish(state: State, ticket: Ticket, desk: CounterState) -> None:
    totals = state.totals[ticket.service]
    took = handled(ticket, ticket.ended_at or 0)
    totals.served -= 1
    totals.handling_sum -= took
    if took in totals.handling:
        last = len(totals.handling) - 1 - totals.handling[::-1].index(took)
        del totals.handling[last]
    state.ratable.pop(ticket.token, None)
    desk.rate_token = None
