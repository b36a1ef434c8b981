"""Who is called next, and why: the published rule of the hall (S1-4), the same for decisions and displays.

1. A counter's groups of services are looked at best first; a later one only while those before are empty.
2. In a group the priority lane and the ordinary lane are each first come, first called (by `order`).
3. While both lanes wait, they take turns in cycles: of `priority + ordinary` calls the first `priority`
   go to the priority lane and the rest to the ordinary lane. Calls made while only one lane waited
   count as well (the priority part no further than full), so nobody's turn comes late because it was
   quiet before.

Nobody starves. While an ordinary ticket waits in a cycle's line, that cycle makes at most
`priority × (1 + ceil(o / ordinary))` priority calls during its `o` ordinary calls; while a priority
ticket waits, at most `ordinary × (1 + ceil(p / priority))` ordinary calls during `p` priority calls.

A cycle belongs to a group, whichever counter calls: "deposit+loan". A counter for which a ticket of
the group waits that was transferred to it alone runs a cycle of its own meanwhile, "deposit+loan@3",
else the other counters' calls could keep that ticket's turn from ever coming up.

The policies recorded in `Why`: `first_come` only the ordinary lane waits; `only_lane` only the
priority lane waits; `priority_turn` and `ordinary_turn` both wait and the cycle decided.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from contract.catalogue import Counter, Rules
from contract.events import Lane, Why
from edge.hall.state import State, Ticket

Policy = Literal["first_come", "priority_turn", "ordinary_turn", "only_lane"]
Cycle = tuple[int, int]
"""(priority, ordinary) calls so far."""
Lanes = tuple[list[Ticket], list[Ticket]]
"""(priority, ordinary) tickets, each in calling order."""


class Waiting(NamedTuple):
    """Everybody who waits, sorted for choosing."""

    free: dict[str, Lanes]
    """Service to those any of its counters may call."""
    bound: dict[str, list[Ticket]]
    """Counter to those transferred to it alone."""
    mix: dict[str, Cycle]


def waiting_in(state: State) -> Waiting:
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
    return Waiting(free, bound, state.mix)


def choose(counter: Counter, waiting: Waiting, rules: Rules) -> tuple[Ticket, Why] | None:
    """The ticket this counter calls now and the reason to record; None when nobody waits for it."""
    for rank, group in enumerate(counter.serves):
        lanes = _lanes(counter.id, group, waiting, None)
        line = _line(lanes, waiting.mix.get(_cycle_of(counter.id, group, waiting), (0, 0)), rules, 1)
        if line:
            policy = _policy(lanes, line[0].lane)
            return line[0], Why(policy, "+".join(group), rank, len(lanes[0]) + len(lanes[1]))
    return None


def upcoming(counter: Counter, waiting: Waiting, rules: Rules, most: int) -> list[Ticket]:
    """The next `most` tickets as this counter would call them, if nobody else called or came."""
    found: list[Ticket] = []
    for group in counter.serves:
        left = most - len(found)
        if left <= 0:
            break
        lanes = _lanes(counter.id, group, waiting, left)
        if lanes[0] or lanes[1]:
            cycle = waiting.mix.get(_cycle_of(counter.id, group, waiting), (0, 0))
            found += _line(lanes, cycle, rules, left)
    return found


def called(state: State, ticket: Ticket, counter: str, group: str) -> None:
    """Counts the call of a still waiting `ticket` in its cycle. For `apply` only."""
    own = any(
        state.tickets[id_].counter == counter for service in group.split("+") for id_ in state.queues.get(service, ())
    )
    key = f"{group}@{counter}" if own else group
    state.mix[key] = after_call(state.mix.get(key, (0, 0)), ticket.lane, state.rules)


def after_call(cycle: Cycle, lane: Lane, rules: Rules) -> Cycle:
    """The cycle after one more call; the ordinary part full, a new one begins."""
    priority, ordinary = cycle
    if lane == "priority":
        return min(priority + 1, rules.priority), ordinary
    return (0, 0) if ordinary + 1 >= rules.ordinary else (priority, ordinary + 1)


def _cycle_of(counter: str, group: tuple[str, ...], waiting: Waiting) -> str:
    key = "+".join(group)
    own = any(ticket.service in group for ticket in waiting.bound.get(counter, ()))
    return f"{key}@{counter}" if own else key


def _lanes(counter: str, group: tuple[str, ...], waiting: Waiting, most: int | None) -> Lanes:
    """Both lanes of one group as this counter sees them, at least the first `most` of each."""
    bound = [ticket for ticket in waiting.bound.get(counter, ()) if ticket.service in group]
    if len(group) == 1 and not bound:
        priority, ordinary = waiting.free[group[0]]
        return priority[:most], ordinary[:most]
    free = [waiting.free[service] for service in group]
    return (
        _merged([lanes[0][:most] for lanes in free], [ticket for ticket in bound if ticket.lane == "priority"]),
        _merged([lanes[1][:most] for lanes in free], [ticket for ticket in bound if ticket.lane == "ordinary"]),
    )


def _merged(lines: Iterable[list[Ticket]], bound: list[Ticket]) -> list[Ticket]:
    merged = [ticket for line in lines for ticket in line] + bound
    merged.sort(key=_order)
    return merged


def _order(ticket: Ticket) -> int:
    return ticket.order


def _line(lanes: Lanes, cycle: Cycle, rules: Rules, most: int) -> list[Ticket]:
    """The first `most` of both lanes in calling order."""
    priority, ordinary = lanes
    if not priority:
        return ordinary[:most]
    if not ordinary:
        return priority[:most]
    found: list[Ticket] = []
    p = o = 0
    while len(found) < most and (p < len(priority) or o < len(ordinary)):
        turn = cycle[0] < rules.priority
        if p < len(priority) and (turn or o == len(ordinary)):
            found.append(priority[p])
            p += 1
        else:
            found.append(ordinary[o])
            o += 1
        cycle = after_call(cycle, found[-1].lane, rules)
    return found


def _policy(lanes: Lanes, lane: Lane) -> Policy:
    if not lanes[0]:
        return "first_come"
    if not lanes[1]:
        return "only_lane"
    return "priority_turn" if lane == "priority" else "ordinary_turn"
