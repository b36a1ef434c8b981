"""一票到底: one ticket through several services, and how a service ends for it."""

from typing import NamedTuple

from msgspec.structs import replace

from contract.catalogue import Journey
from contract.events import Event, ServiceFinished, TicketForwarded
from edge.errors import Invalid, Refused, Unknown
from edge.hall import find, places
from edge.hall.state import CounterState, State, Ticket

STAGES = 12
"""Services still to come with one ticket, at most."""


def journey(state: State, wanted: str, service: str) -> Journey:
    """The catalogue's journey, which must begin with `service`."""
    known = find.catalogue(state).journeys
    found = next((each for each in known if each.id == wanted), None)
    if found is None:
        text = f"No journey {wanted!r} here; there are: {', '.join(each.id for each in known) or 'none'}."
        raise Unknown(text, "journey", "unknown_journey")
    if not found.services or found.services[0] != service:
        text = f"The journey {wanted} begins with {found.services[0] if found.services else 'nothing'}, not {service}."
        raise Invalid(text, "service", "wrong_journey")
    return found


def check_then(state: State, ticket: Ticket, then: tuple[str, ...]) -> None:
    """Raises where the customer cannot be sent on to these services."""
    for each in then:
        find.service(state, each, "then")
        if not _served(state, each):
            raise Refused(f"No counter serves {each}: nobody would call {ticket.number}.", "then", "not_served")
    if len(ticket.then) + len(then) > STAGES:
        raise Invalid(f"At most {STAGES} services can still be to come.", "then", "bad_then")


class Ended(NamedTuple):
    """`events` finish the service; `after` is the hall as the next choice finds it."""

    events: tuple[Event, ...]
    after: State


def end(state: State, desk: CounterState, at: int, by_next: bool = False, then: tuple[str, ...] = ()) -> Ended:
    """The service at the counter done; its ticket goes on to the next, if there is one that still exists."""
    ticket = state.tickets[desk.ticket or ""]
    finished = ServiceFinished(ticket.id, desk.id, find.desk_clerk(desk), by_next)
    stages = tuple(each for each in (*ticket.then, *then) if each in state.queues and _served(state, each))
    if not stages:
        return Ended((finished,), state)
    to = stages[0]
    original = state.rules.transfer_place == "original"
    position = places.original_index(state, to, ticket) if original else len(state.queues[to])
    forwarded = TicketForwarded(ticket.id, ticket.number, desk.id, ticket.service, to, position, stages[1:])
    return Ended((finished, forwarded), _with(state, ticket, forwarded, at))


def _with(state: State, ticket: Ticket, forwarded: TicketForwarded, at: int) -> State:
    """The hall with the ticket in its next queue, for choosing only; shares the rest with `state`."""
    to, original = forwarded.to_service, state.rules.transfer_place == "original"
    wish = ticket.arrival if original else places.end_of(state)
    order = places.order_at(state, to, forwarded.position, wish)
    waits = replace(
        ticket, service=to, status="waiting", waiting_since=at, counter=None, directed=False, held="", order=order
    )
    queue = [*state.queues[to]]
    queue.insert(forwarded.position, ticket.id)
    return replace(state, tickets=state.tickets | {ticket.id: waits}, queues=state.queues | {to: queue})


def _served(state: State, service: str) -> bool:
    return any(service in group for counter in find.catalogue(state).counters for group in counter.serves)
