"""The counters of the hall's picture: who is at each, how long, who comes next, what may go on there."""

from typing import Any

from contract.catalogue import Catalogue, Counter
from contract.events import Lane, Why
from edge.hall import calling, clocks, decide_identity, returning, undoing
from edge.hall.decide_materials import wanted
from edge.hall.line_order import Waiting
from edge.hall.numbering import number_of
from edge.hall.state import CounterState, State, Ticket
from edge.hall.view import CounterView, NextUp, SuspendedCase

PASSED = 12
"""How many passed numbers a counter is shown at most."""
NEXT = 3


class Counters:
    """All counters of one picture; what several counters have in common is worked out once."""

    def __init__(self, state: State, catalogue: Catalogue, waiting: Waiting, at: int) -> None:
        self._state, self._waiting, self._at = state, waiting, at
        self._catalogue = catalogue
        self._clerks = {each.id: each.name for each in catalogue.clerks}
        self._lines: dict[tuple[tuple[str, ...], ...], tuple[int, tuple[NextUp, ...], tuple[NextUp, ...]]] = {}
        self._bound = {counter: len(tickets) for counter, tickets in waiting.bound.items()}
        self._services = {each.id: each for each in catalogue.services}
        self._suspended = [_suspended(state.tickets[id_]) for id_ in state.suspended_cases]

    def views(self) -> tuple[CounterView, ...]:
        return tuple([self._view(each, self._state.counters[each.id]) for each in self._catalogue.counters])

    def _view(self, counter: Counter, desk: CounterState) -> CounterView:
        ticket = self._state.tickets[desk.ticket] if desk.ticket is not None else None
        waiting, next_up, passed = self._line(counter)
        rated = self._state.ratable.get(desk.rate_token) if desk.rate_token is not None else None
        here = rated is not None and rated.counter == counter.id
        rate = rated.ticket if rated and here and rated.level is None and self._at <= desk.rate_until else None
        undo = desk.last_step
        if undo is not None and undoing.why_not(self._state, desk, self._at) is not None:
            undo = None
        return CounterView(
            counter.id,
            counter.name,
            tuple([service for group in counter.serves for service in group]),
            desk.status,
            desk.since,
            desk.clerk,
            self._clerks.get(desk.clerk) if desk.clerk is not None else None,
            *_at_counter(ticket),
            desk.pause_reason,
            desk.cover,
            waiting,
            next_up,
            passed,
            undo,
            rate,
            number_of(rate) if rate is not None else None,
            desk.rate_until if rate is not None else 0,
            warned=tuple(desk.warned),
            suspended_cases=self._cases(counter),
            **(_NOTHING if ticket is None else self._case(ticket)),
        )

    def _case(self, ticket: Ticket) -> dict[str, Any]:
        """Of whoever is at the counter: clock, booking, identity, journey, papers."""
        service = self._services.get(ticket.service)
        return {
            "limit_s": clocks.limit_s(self._state, ticket.service),
            "suspended_ms": ticket.suspended_ms,
            "waited_ms": clocks.waited(ticket, self._at),
            "booking": ticket.booking,
            "slot_at": ticket.slot_at,
            "customer": ticket.name,
            "verified": ticket.verified,
            "name_match": ticket.name_match,
            "verify_due": service is not None and decide_identity.wanted(service, ticket),
            "stages": ticket.stages,
            "then": ticket.then,
            "matter": ticket.matter,
            "matter_version": ticket.matter_version,
            "answers": ticket.answers,
            "checks": ticket.checks,
            "rules": ticket.rules,
            "steps": ticket.steps,
            "materials": tuple([each.id for each in wanted(self._state, ticket)]) if service is not None else (),
            "seen": ticket.seen,
            "acceptance": ticket.acceptance,
            "notices": ticket.notices,
            "result": ticket.result,
        }

    def _cases(self, counter: Counter) -> tuple[SuspendedCase, ...]:
        """Those with papers taken out go on at any window of the service, the others where they were."""
        if not self._suspended:
            return ()
        served = {service for group in counter.serves for service in group}
        return tuple(
            [
                case
                for case in self._suspended
                if case.service in served and (case.kind == "papers_out" or case.counter == counter.id)
            ]
        )

    def _line(self, counter: Counter) -> tuple[int, tuple[NextUp, ...], tuple[NextUp, ...]]:
        """(how many wait for it, the next of them, the passed it may bring back)."""
        if self._bound.get(counter.id):
            return self._line_of(counter)
        found = self._lines.get(counter.serves)
        if found is None:
            found = self._lines[counter.serves] = self._line_of(counter)
        return found

    def _line_of(self, counter: Counter) -> tuple[int, tuple[NextUp, ...], tuple[NextUp, ...]]:
        served = {service for group in counter.serves for service in group}
        waiting = sum([calling.line_length(counter.id, group, self._waiting) for group in counter.serves])
        line = calling.upcoming(counter, self._waiting, self._state.rules, NEXT) if waiting else ()
        return waiting, tuple([_next(ticket) for ticket in line]), self._passed(served)

    def _passed(self, served: set[str]) -> tuple[NextUp, ...]:
        found: list[NextUp] = []
        for id_ in reversed(self._state.passed):
            ticket = self._state.tickets[id_]
            if ticket.service in served and returning.why_not(self._state, ticket, self._at) is None:
                found.append(_next(ticket))
                if len(found) == PASSED:
                    break
        return tuple(found)


_NOTHING: dict[str, Any] = {}


def _suspended(ticket: Ticket) -> SuspendedCase:
    return SuspendedCase(
        ticket.id,
        ticket.number,
        ticket.service,
        ticket.suspended or "papers_out",
        ticket.suspend_reason,
        ticket.counter or "",
        ticket.suspended_at,
    )


_AtCounter = tuple[
    str | None,
    str | None,
    str | None,
    Lane | None,
    str | None,
    int | None,
    int | None,
    int | None,
    int,
    Why | None,
]
"""The fields of `CounterView` from `ticket` to `why`."""
_NOBODY: _AtCounter = (None, None, None, None, None, None, None, None, 0, None)


def _at_counter(ticket: Ticket | None) -> _AtCounter:
    if ticket is None:
        return _NOBODY
    return (
        ticket.id,
        ticket.number,
        ticket.service,
        ticket.lane,
        ticket.priority_class,
        ticket.issued_at,
        ticket.called_at,
        ticket.started_at,
        ticket.calls,
        ticket.why,
    )


def _next(ticket: Ticket) -> NextUp:
    since = ticket.waiting_since if ticket.status == "waiting" else ticket.ended_at or ticket.waiting_since
    return NextUp(ticket.id, ticket.number, ticket.service, ticket.lane, since)
