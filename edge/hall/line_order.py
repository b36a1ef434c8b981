"""Everybody who waits, in line: the order inside one lane of one group, whoever calls.

Tickets of a queue stand by their `order` (places.py). A booked customer who was on time stands, from
the slot's start on, where a ticket taken at that moment would: behind the last ticket issued up to
then. So trap 2 of domain.md holds: the slot's start counts, not the check-in. Several of one slot
stand by check-in.
"""

from collections.abc import Iterable
from typing import NamedTuple

from edge.hall.state import State, Ticket

Lanes = tuple[list[Ticket], list[Ticket]]
"""(priority, ordinary) tickets, each in calling order."""


class Waiting(NamedTuple):
    """Everybody who waits at `at` (ms), sorted for choosing."""

    at: int
    free: dict[str, Lanes]
    """Service to those any of its counters may call: its queue, and the booked whose slot has begun."""
    early: dict[str, list[Ticket]]
    """Service to the booked whose slot has not begun, by slot."""
    deferred: dict[str, list[Ticket]]
    """Service to the deferred, oldest first."""
    bound: dict[str, list[Ticket]]
    """Counter to those transferred to it alone."""
    due: dict[str, int]
    """Booked ticket whose slot has begun to its place on the scale of `Ticket.order`."""
    mix: dict[str, tuple[int, int]]


def waiting_in(state: State, at: int) -> Waiting:
    """One pass over the queues."""
    free: dict[str, Lanes] = {}
    bound: dict[str, list[Ticket]] = {}
    tickets = state.tickets
    for service, queue in state.queues.items():
        priority: list[Ticket] = []
        ordinary: list[Ticket] = []
        for id_ in queue:
            ticket = tickets[id_]
            if ticket.counter is not None:
                bound.setdefault(ticket.counter, []).append(ticket)
            elif ticket.lane == "ordinary":
                ordinary.append(ticket)
            else:
                priority.append(ticket)
        free[service] = (priority, ordinary)
    deferred = {service: [tickets[id_] for id_ in ids] for service, ids in state.deferred.items() if ids}
    booked = {service: [tickets[id_] for id_ in ids] for service, ids in state.booked.items() if ids}
    early = {service: [each for each in line if _slot(each) > at] for service, line in booked.items()}
    due = _due_places(state, [each for line in booked.values() for each in line if _slot(each) <= at])
    waiting = Waiting(at, free, early, deferred, bound, due, state.mix)
    for service, line in booked.items():
        _join(waiting, service, [each for each in line if _slot(each) <= at])
    return waiting


def due_place(state: State, ticket: Ticket) -> int:
    """Where a booked ticket stands on the scale of `Ticket.order` once its slot has begun."""
    return _due_places(state, [ticket])[ticket.id]


def in_lanes(counter: str, group: tuple[str, ...], waiting: Waiting, most: int | None) -> Lanes:
    """Both lanes of one group as this counter sees them, at least the first `most` of each."""
    bound = [ticket for ticket in waiting.bound.get(counter, ()) if ticket.service in group]
    if len(group) == 1 and not bound:
        priority, ordinary = waiting.free[group[0]]
        return priority[:most], ordinary[:most]
    free = [waiting.free[service] for service in group]
    return (
        _merged([*(lanes[0][:most] for lanes in free), [each for each in bound if each.lane == "priority"]], waiting),
        _merged([*(lanes[1][:most] for lanes in free), [each for each in bound if each.lane == "ordinary"]], waiting),
    )


def _slot(ticket: Ticket) -> int:
    return ticket.slot_at or 0


def _due_places(state: State, due: list[Ticket]) -> dict[str, int]:
    """Tickets are kept in order of issue, so the way back from the newest is short."""
    places: dict[str, int] = {}
    issued = reversed(state.tickets.values())
    last = next(issued, None)
    for ticket in sorted(due, key=_slot, reverse=True):
        while last is not None and last.issued_at > _slot(ticket):
            last = next(issued, None)
        places[ticket.id] = 0 if last is None else last.arrival + 1
    return places


def _join(waiting: Waiting, service: str, due: list[Ticket]) -> None:
    priority, ordinary = waiting.free[service]
    if any(each.lane == "priority" for each in due):
        priority = _merged([priority, [each for each in due if each.lane == "priority"]], waiting)
    if any(each.lane == "ordinary" for each in due):
        ordinary = _merged([ordinary, [each for each in due if each.lane == "ordinary"]], waiting)
    waiting.free[service] = (priority, ordinary)


def _merged(lines: Iterable[list[Ticket]], waiting: Waiting) -> list[Ticket]:
    """Stable: what shares a place stays as it came."""
    merged = [ticket for line in lines for ticket in line]
    if waiting.due:
        due = waiting.due
        merged.sort(key=lambda each: (due[each.id], _slot(each)) if each.id in due else (each.order, 0))
    else:
        merged.sort(key=_order)
    return merged


def _order(ticket: Ticket) -> int:
    return ticket.order
