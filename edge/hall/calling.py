"""Who is called next, and why: the published rule of the hall (S1-4), the same for decisions and displays.

1. Aged: who has waited longer than `ageing_s` for any service of the counter is called first, longest first.
2. A counter's groups of services are looked at best first; a later one only while those before are empty.
3. In a group the priority lane and the ordinary lane are each first come, first called (line_order.py).
   A booked customer on time is in the lane of the ticket from the slot's start on, placed as if the
   ticket had been taken at that moment.
4. While both lanes wait, they take turns in cycles: of `priority + ordinary` calls the first `priority`
   go to the priority lane and the rest to the ordinary lane. Calls made while only one lane waited
   count as well (the priority part no further than full), so nobody's turn comes late because it was
   quiet before.
5. Booked customers whose slot has not begun are called only when nobody else waits in the group, by
   slot start, as ordinary ones.
6. The deferred (late while it was busy) are called when nobody else waits for the counter, longest first.

Nobody starves. While an ordinary ticket waits in a cycle's line, that cycle makes at most
`priority × (1 + ceil(o / ordinary))` priority calls during its `o` ordinary calls; while a priority
ticket waits, at most `ordinary × (1 + ceil(p / priority))` ordinary calls during `p` priority calls.
Calls of the aged, the deferred and the chosen are outside the cycles and move none. With ageing, who
has waited `ageing_s` sees nobody called before who came later, at any counter that serves them.

A cycle belongs to a group, whichever counter calls: "deposit+loan". A counter for which a ticket of
the group waits that was transferred to it alone runs a cycle of its own meanwhile, "deposit+loan@3",
else the other counters' calls could keep that ticket's turn from ever coming up.

The policies recorded in `Why`: `first_come` only the ordinary lane waits; `only_lane` only the
priority lane waits; `priority_turn` and `ordinary_turn` both wait and the cycle decided; `aged`,
`deferred` as above; `chosen` a person decided, with a reason (decide_chosen.py).
"""

from typing import Literal, NamedTuple

from contract.catalogue import Counter, Rules
from contract.events import Lane, Why
from edge.hall.line_order import Lanes, Waiting, in_lanes
from edge.hall.state import State, Ticket

Policy = Literal["first_come", "priority_turn", "ordinary_turn", "only_lane", "aged", "deferred"]
TURNS = frozenset({"first_come", "priority_turn", "ordinary_turn", "only_lane"})
"""Policies whose calls move the cycle."""
Cycle = tuple[int, int]
"""(priority, ordinary) calls so far."""


class Call(NamedTuple):
    """`rank` is that of the counter's group it comes from, `lane` the lane it is called from."""

    ticket: Ticket
    policy: Policy
    rank: int
    lane: Lane


def choose(counter: Counter, waiting: Waiting, rules: Rules) -> tuple[Ticket, Why] | None:
    """The ticket this counter calls now and the reason to record; None when nobody waits for it."""
    calls = in_line(counter, waiting, rules, 1)
    if not calls:
        return None
    ticket, policy, rank, lane = calls[0]
    group = counter.serves[rank]
    count = line_length(counter.id, group, waiting)
    return ticket, Why(policy, "+".join(group), rank, count, None if lane == ticket.lane else lane)


def upcoming(counter: Counter, waiting: Waiting, rules: Rules, most: int) -> list[Ticket]:
    """The next `most` tickets as this counter would call them, if nobody else called or came."""
    return [call.ticket for call in in_line(counter, waiting, rules, most)]


def in_line(counter: Counter, waiting: Waiting, rules: Rules, most: int) -> list[Call]:
    """The next `most` calls of this counter, if nobody else called or came."""
    found = _aged(counter, waiting, rules)[:most] if rules.ageing_s else []
    gone = {call.ticket.id for call in found}
    for rank, group in enumerate(counter.serves):
        left = most - len(found)
        if left <= 0:
            break
        lanes = in_lanes(counter.id, group, waiting, left + len(gone))
        if gone:
            lanes = _without(lanes[0], gone), _without(lanes[1], gone)
        if lanes[0] or lanes[1]:
            cycle = waiting.mix.get(_cycle_of(counter.id, group, waiting), (0, 0))
            found += _turns(lanes, cycle, rules, left, rank)
        found += [Call(each, "first_come", rank, "ordinary") for each in _early(group, waiting)[: most - len(found)]]
    return found + _deferred(counter, waiting, gone)[: max(0, most - len(found))]


def line_length(counter: str, group: tuple[str, ...], waiting: Waiting) -> int:
    """How many wait in the group for this counter, the early and the deferred included."""
    count = sum(ticket.service in group for ticket in waiting.bound.get(counter, ()))
    for service in group:
        lanes = waiting.free[service]
        count += len(lanes[0]) + len(lanes[1])
        count += len(waiting.early.get(service, ())) + len(waiting.deferred.get(service, ()))
    return count


def called(state: State, ticket: Ticket, counter: str, why: Why) -> None:
    """Counts the call of a still waiting `ticket` in its cycle. For `apply` only."""
    if why.policy not in TURNS:
        return
    services = why.group.split("+")
    own = any(state.tickets[id_].counter == counter for service in services for id_ in state.queues.get(service, ()))
    key = f"{why.group}@{counter}" if own else why.group
    state.mix[key] = after_call(state.mix.get(key, (0, 0)), why.lane or ticket.lane, state.rules)


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


def _aged(counter: Counter, waiting: Waiting, rules: Rules) -> list[Call]:
    """Who has waited too long for this counter's services, longest first."""
    since = waiting.at - rules.ageing_s * 1000
    found: list[Call] = []
    for rank, group in enumerate(counter.serves):
        lanes = in_lanes(counter.id, group, waiting, None)
        late = [each for service in group for each in waiting.deferred.get(service, ())]
        everybody = [*lanes[0], *lanes[1], *late]
        found += [Call(each, "aged", rank, each.lane) for each in everybody if each.waiting_since < since]
    found.sort(key=lambda call: (call.ticket.waiting_since, call.ticket.arrival))
    return found


def _early(group: tuple[str, ...], waiting: Waiting) -> list[Ticket]:
    found = [each for service in group for each in waiting.early.get(service, ())]
    found.sort(key=lambda ticket: (ticket.slot_at or 0, ticket.arrival))
    return found


def _deferred(counter: Counter, waiting: Waiting, gone: set[str]) -> list[Call]:
    found = [
        Call(each, "deferred", rank, each.lane)
        for rank, group in enumerate(counter.serves)
        for service in group
        for each in waiting.deferred.get(service, ())
        if each.id not in gone
    ]
    found.sort(key=lambda call: (call.ticket.waiting_since, call.ticket.arrival))
    return found


def _without(line: list[Ticket], gone: set[str]) -> list[Ticket]:
    return [ticket for ticket in line if ticket.id not in gone]


def _turns(lanes: Lanes, cycle: Cycle, rules: Rules, most: int, rank: int) -> list[Call]:
    """The first `most` of both lanes in calling order."""
    priority, ordinary = lanes
    if not priority:
        return [Call(each, "first_come", rank, "ordinary") for each in ordinary[:most]]
    if not ordinary:
        return [Call(each, "only_lane", rank, "priority") for each in priority[:most]]
    found: list[Call] = []
    p = o = 0
    while len(found) < most and (p < len(priority) or o < len(ordinary)):
        both = p < len(priority) and o < len(ordinary)
        if p < len(priority) and (not both or cycle[0] < rules.priority):
            found.append(Call(priority[p], "priority_turn" if both else "only_lane", rank, "priority"))
            p += 1
        else:
            found.append(Call(ordinary[o], "ordinary_turn" if both else "first_come", rank, "ordinary"))
            o += 1
        cycle = after_call(cycle, found[-1].lane, rules)
    return found
