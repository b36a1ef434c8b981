"""Places in the queues: where a ticket goes in, and the `order` it gets there.

Every queue is one service's list, sorted by the tickets' `order`. The scale is common to the whole
hall, so a counter that serves several services in one group sees one line: first come across them all.

* A new ticket, or one transferred to the "end", gets the next place of all: `arrivals` × `GAP`.
* One transferred to its "original" place gets the order of its issue back.
* A passed number brought back goes behind `return_after` tickets of its own lane in its service's
  queue; when fewer wait, behind all of them, and behind `return_after` of whoever waits in the
  services that share a counter's group with it, so that an empty queue is no short cut.
* One taken back from a counter (undo) goes to the head of its queue.

Two tickets may share an order; the list then decides within a service, the catalogue's order across.
"""

from bisect import bisect_right

from edge.hall.state import GAP, State, Ticket


def take_end(state: State) -> int:
    """The next place behind everybody. Changes `state.arrivals`: for `apply` only."""
    state.arrivals += 1
    return state.arrivals * GAP


def original_index(state: State, service: str, ticket: Ticket) -> int:
    """Index in the service's queue by time of issue."""
    return bisect_right(state.queues[service], ticket.arrival, key=lambda id_: state.tickets[id_].order)


def return_index(state: State, ticket: Ticket) -> int:
    """Index in its service's queue for a passed number brought back."""
    wanted, seen, index = state.rules.return_after, 0, 0
    queue = state.queues[ticket.service]
    for place, waiting in enumerate(queue, start=1):
        if seen == wanted:
            break
        if state.tickets[waiting].lane == ticket.lane:
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


def return_wish(state: State, ticket: Ticket) -> int:
    """The order behind `return_after` of whoever waits in the services in one line with the ticket's."""
    beside = {ticket.service}
    for counter in state.catalogue.counters if state.catalogue else ():
        beside.update(*(group for group in counter.serves if ticket.service in group))
    orders = sorted(state.tickets[id_].order for service in beside for id_ in state.queues.get(service, ()))
    behind = orders[: state.rules.return_after]
    return max(ticket.order, behind[-1] + 1 if behind else 0)


def insert(state: State, ticket: Ticket, index: int, wish: int) -> None:
    """Puts the ticket into its service's queue. For `apply` only."""
    ticket.order = order_at(state, ticket.service, index, wish)
    state.queues[ticket.service].insert(index, ticket.id)
