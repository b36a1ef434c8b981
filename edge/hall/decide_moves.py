"""Deciding about "I need ten more minutes": a customer moved back, the number kept.

The ticket goes as many places back in its service's queue as tickets will be called in `move_back_s`:
that time, over the median handling time, times the open counters; at least one of its own lane, at
most to the end. A booked customer who is on time joins the queue there, once the slot has begun;
before, the slot itself is waited for. A deferred one is behind everybody already. One sent to a single
counter keeps that counter.
"""

from contract.events import Event, TicketMovedBack
from edge.errors import Refused, Unknown
from edge.hall import check, find, places
from edge.hall.commands import MoveBack
from edge.hall.line_order import due_place
from edge.hall.state import State, Ticket
from edge.hall.waits import handling, staffing


def move_back(state: State, command: MoveBack, at: int) -> tuple[Event, ...]:
    by = check.text(command.by, "by")
    ticket = state.tickets.get(state.by_token.get(command.token, ""))
    if ticket is None:
        raise Unknown("No ticket of today belongs to this code.", "token", "unknown_token")
    against = why_not(state, ticket, at)
    if against is not None:
        raise Refused(against[1], "token", against[0])
    return (TicketMovedBack(ticket.id, ticket.number, _after(state, ticket), ticket.moves + 1, by),)


def why_not(state: State, ticket: Ticket, at: int) -> tuple[str, str] | None:
    """(code, sentence) of the reason against it; None: it can be moved back."""
    if ticket.status != "waiting":
        return "not_waiting", f"Ticket {ticket.number} is {ticket.status}: only one that waits can be moved back."
    if ticket.moves >= state.rules.move_backs_max:
        return "moved_too_often", f"Ticket {ticket.number} was moved back {ticket.moves} times already."
    if ticket.held == "slot" and at < (ticket.slot_at or 0):
        return "before_slot", f"Ticket {ticket.number} is called from its booked time on, not before."
    if ticket.held == "deferred" or not _anybody_behind(state, ticket):
        return "nobody_behind", f"Nobody waits behind {ticket.number}: it cannot be moved back."
    return None


def _place(state: State, ticket: Ticket) -> int:
    return due_place(state, ticket) if ticket.held == "slot" else ticket.order


def _anybody_behind(state: State, ticket: Ticket) -> bool:
    """In its queue, or in the queues that stand in one line with it."""
    services = places.beside(state, ticket.service)
    waiting = (state.tickets[id_] for service in services for id_ in state.queues.get(service, ()))
    place = _place(state, ticket)
    mine = state.queues[ticket.service]
    index = mine.index(ticket.id) if not ticket.held else len(mine)
    return index + 1 < len(mine) or any(each.order > place for each in waiting if each.id != ticket.id)


def _after(state: State, ticket: Ticket) -> int:
    """Its index in the queue without it."""
    queue = state.queues[ticket.service]
    others = [id_ for id_ in queue if id_ != ticket.id]
    start = places.index_of(state, ticket.service, _place(state, ticket)) if ticket.held else queue.index(ticket.id)
    index = min(start + _called_meanwhile(state, ticket.service), len(others))
    lanes = [state.tickets[id_].lane for id_ in others]
    own = next((place for place in range(start, len(others)) if lanes[place] == ticket.lane), None)
    return index if own is None else max(index, own + 1)


def _called_meanwhile(state: State, service: str) -> int:
    """How many of the service are called in `move_back_s`, at least one."""
    found = staffing(state).get(service)
    counters = max(1, found.open or found.paused) if found is not None else 1
    median = handling(state.totals.get(service), find.service(state, service))[0]
    return max(1, round(state.rules.move_back_s * 1000 * counters / max(1, median)))
