"""The clocks of the counters: what falls due at which moment, out of the state alone.

* "limit_near", "limit_over": the counter time of who is served (S0-38), suspended time not counted.
* "idle": nobody is at an open counter although people wait for it (S1-18).
* "pause_over": away for longer than a pause lasts (S1-19).
* "ring": the hall itself repeats the call, and in the end passes the absent (`rules.ring`).

Asked in every turn of the line, so people who wait are looked at only when a counter stands idle.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from contract.catalogue import Counter, Rules
from edge.hall.state import CounterState, State, Ticket

Kind = Literal["limit_near", "limit_over", "idle", "pause_over", "ring"]


class Moment(NamedTuple):
    """`at`: when it is due, ms; `since`: since when what it tells of lasts, ms."""

    at: int
    kind: Kind
    counter: str
    ticket: str | None
    since: int


def moments(state: State) -> Iterator[Moment]:
    """All that is due some time and was not told yet, at most one for each counter."""
    if state.catalogue is None:
        return
    waiting: _Waiting | None = None
    for counter in state.catalogue.counters:
        desk = state.counters[counter.id]
        moment: Moment | None = None
        if desk.status == "serving":
            moment = _limit(state, desk)
        elif desk.status == "called":
            moment = _ring(state, desk)
        elif desk.status == "paused":
            moment = _pause(state.rules, desk)
        elif desk.status == "idle" and "idle" not in desk.warned and state.emergency is None:
            waiting = waiting or _Waiting(state)
            moment = _idle(state, desk, waiting.longest(counter))
        if moment is not None:
            yield moment


def limit_s(state: State, service: str) -> int:
    """Counter time of a service, seconds (S0-38)."""
    for each in state.catalogue.services if state.catalogue else ():
        if each.id == service:
            return state.rules.limit_complex_s if each.complexity == "complex" else state.rules.limit_s
    return state.rules.limit_s


def waited(ticket: Ticket, at: int) -> int:
    """Wait before the call, until `at` where it is not called yet; of a booking from the slot on (§9); ms."""
    return max(0, (ticket.called_at or at) - ticket.waiting_since)


def handled(ticket: Ticket, at: int) -> int:
    """How long the ticket has been served by `at`, ms: since its start, suspended time not counted."""
    return 0 if ticket.started_at is None else max(0, at - ticket.started_at - ticket.suspended_ms)


def told_before(state: State, ticket: Ticket, at: int) -> list[str]:
    """The limits that were told of while the ticket was served before, when it comes back to a counter."""
    limit, done = limit_s(state, ticket.service) * 1000, handled(ticket, at)
    if done >= limit:
        return ["limit_near", "limit_over"]
    return ["limit_near"] if done >= limit - _early(state.rules, limit) and _early(state.rules, limit) else []


def _early(rules: Rules, limit: int) -> int:
    """How long before the limit it is warned of, ms; 0 where that would be from the start."""
    early = rules.warn_before_s * 1000
    return early if early < limit else 0


def _limit(state: State, desk: CounterState) -> Moment | None:
    if "limit_over" in desk.warned:
        return None
    ticket = state.tickets[desk.ticket or ""]
    started = ticket.started_at or desk.since
    limit = limit_s(state, ticket.service) * 1000
    end = started + ticket.suspended_ms + limit
    early = _early(state.rules, limit)
    if early and "limit_near" not in desk.warned:
        return Moment(end - early, "limit_near", desk.id, ticket.id, started)
    return Moment(end, "limit_over", desk.id, ticket.id, started)


def _ring(state: State, desk: CounterState) -> Moment | None:
    if state.rules.ring != "auto" or state.emergency is not None:
        return None
    rung = max(desk.rung_at, state.calm_at)
    return Moment(rung + state.rules.ring_s * 1000, "ring", desk.id, desk.ticket, rung)


def _pause(rules: Rules, desk: CounterState) -> Moment | None:
    if "pause_over" in desk.warned:
        return None
    return Moment(desk.since + rules.pause_max_s * 1000, "pause_over", desk.id, None, desk.since)


def _idle(state: State, desk: CounterState, longest: int | None) -> Moment | None:
    if longest is None:
        return None
    since = max(desk.since, longest, state.calm_at)
    return Moment(since + state.rules.idle_alert_s * 1000, "idle", desk.id, None, since)


class _Waiting:
    """Since when somebody waits, by service, and by counter for those sent to it alone."""

    def __init__(self, state: State) -> None:
        self._free: dict[str, int] = {}
        self._bound: dict[str, dict[str, int]] = {}
        self._known: dict[tuple[tuple[str, ...], ...], int | None] = {}
        """By what a counter serves: many serve the same."""
        for queues in (state.queues, state.deferred, state.booked):
            for queue in queues.values():
                for id_ in queue:
                    self._add(state.tickets[id_])

    def _add(self, ticket: Ticket) -> None:
        # who was booked and came early waits for nobody before the slot
        since = max(ticket.waiting_since, ticket.slot_at or 0) if ticket.held == "slot" else ticket.waiting_since
        found = self._free if ticket.counter is None else self._bound.setdefault(ticket.counter, {})
        before = found.get(ticket.service)
        if before is None or since < before:
            found[ticket.service] = since

    def longest(self, counter: Counter) -> int | None:
        """Since when somebody waits whom this counter may call."""
        if counter.serves not in self._known:
            self._known[counter.serves] = _earliest(counter, self._free)
        free = self._known[counter.serves]
        bound = _earliest(counter, self._bound[counter.id]) if counter.id in self._bound else None
        return min((since for since in (free, bound) if since is not None), default=None)


def _earliest(counter: Counter, since: dict[str, int]) -> int | None:
    served = (service for group in counter.serves for service in group)
    return min((since[service] for service in served if service in since), default=None)
