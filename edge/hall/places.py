"""Places in the lines: where a ticket goes in, and the `order` it gets there.

Every queue is one service's list, sorted by the tickets' `order`. The scale is common to the whole
hall, so a counter that serves several services in one group sees one line: first come across them all.

* A new ticket, or one transferred to the "end", gets the next place of all: `arrivals` × `GAP`.
* One transferred to its "original" place gets the order of its issue back.
* A passed number brought back goes behind `return_after` tickets of its own lane in its service's
  queue; when fewer wait, behind all of them, and behind `return_after` of whoever waits in the
  services that share a counter's group with it, so that an empty queue is no short cut. One late for
  its booking goes behind `insert_after` in the same way.
* One moved back at its customer's wish goes behind the ticket before its new index; at the end of its
  queue, behind everybody.
* One taken back from a counter (undo) goes to the head of its queue, or into the list it came from.

Two tickets may share an order; the list then decides within a service, the catalogue's order across.
Booked tickets that are on time wait beside the queue, by slot start and check-in; the deferred too,
oldest first.
"""

from bisect import bisect_right

from contract.events import Lane
from edge.hall.state import GAP, State, Ticket


def take_end(state: State) -> int:
    """The next place behind everybody. Changes `state.arrivals`: for `apply` only."""
    state.arrivals += 1
    return state.arrivals * GAP


def end_of(state: State) -> int:
    """The place the next to come would get."""
    return (state.arrivals + 1) * GAP


def original_index(state: State, service: str, ticket: Ticket) -> int:
    """Index in the service's queue by time of issue."""
    return index_of(state, service, ticket.arrival)


def index_of(state: State, service: str, order: int) -> int:
    """Index in the service's queue behind whoever has this order or a lower one."""
    return bisect_right(state.queues[service], order, key=lambda id_: state.tickets[id_].order)


def index_behind(state: State, service: str, lane: Lane, wanted: int) -> int:
    """Index in the service's queue behind `wanted` tickets of the lane; fewer waiting, behind as many of all."""
    seen, index = 0, 0
    queue = state.queues[service]
    for place, waiting in enumerate(queue, start=1):
        if seen == wanted:
            break
        if state.tickets[waiting].lane == lane:
            seen, index = seen + 1, place
    return index if seen == wanted else max(index, min(wanted, len(queue)))


def order_at(state: State, service: str, index: int, wish: int) -> int:
    """The order nearest to `wish` that keeps the queue sorted when inserted at `index`."""
    queue = state.queues[service]
    low = state.tickets[queue[index - 1]].order if index > 0 else None
    high = state.tickets[queue[index]].order if index < len(queue) else None
    if low is not None and wish < low:
        return low if high is None else (low + high) // 2
    if high is not None and wish > high:
        return high if low is None else (low + high) // 2
    return wish


def beside(state: State, service: str) -> set[str]:
    """The services in one line with this one at some counter, itself included."""
    found = {service}
    for counter in state.catalogue.counters if state.catalogue else ():
        found.update(*(group for group in counter.serves if service in group))
    return found


def wish_behind(state: State, ticket: Ticket, wanted: int) -> int:
    """The order behind `wanted` of whoever waits in the services in one line with the ticket's."""
    services = beside(state, ticket.service)
    orders = sorted(state.tickets[id_].order for service in services for id_ in state.queues.get(service, ()))
    behind = orders[:wanted]
    return max(ticket.order, behind[-1] + 1 if behind else 0)


def insert(state: State, ticket: Ticket, index: int, wish: int) -> None:
    """Puts the ticket into its service's queue. For `apply` only."""
    ticket.held = ""
    ticket.order = order_at(state, ticket.service, index, wish)
    state.queues[ticket.service].insert(index, ticket.id)


def hold(state: State, ticket: Ticket) -> None:
    """Puts a booked or deferred ticket (`held`) into its list. For `apply` only."""

    def rank(id_: str) -> tuple[int, int]:
        each = state.tickets[id_]
        return (each.slot_at or 0 if each.held == "slot" else 0), each.arrival

    lists = state.booked if ticket.held == "slot" else state.deferred
    line = lists.setdefault(ticket.service, [])
    line.insert(bisect_right(line, rank(ticket.id), key=rank), ticket.id)


def take_out(state: State, ticket: Ticket) -> None:
    """Takes a waiting or passed ticket out of the one list it is in; `held` stays. For `apply` only."""
    if ticket.status == "passed":
        state.passed.remove(ticket.id)
    elif ticket.held == "slot":
        state.booked[ticket.service].remove(ticket.id)
    elif ticket.held == "deferred":
        state.deferred[ticket.service].remove(ticket.id)
    else:
        state.queues[ticket.service].remove(ticket.id)


def put_back(state: State, ticket: Ticket) -> None:
    """Called too early: where it was, or to the head of its queue. For `apply` only."""
    if ticket.held:
        hold(state, ticket)
    else:
        insert(state, ticket, 0, ticket.order)
