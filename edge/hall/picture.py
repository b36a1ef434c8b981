"""The read-only picture of the hall, taken after every commit: cheap, since every press waits for it."""

from contract.catalogue import Catalogue, Counter, Service
from contract.events import Lane, Why
from edge.hall import calling, undoing
from edge.hall.issuing import closed
from edge.hall.numbering import number_of
from edge.hall.state import CounterState, State, Ticket
from edge.hall.view import EMPTY, CounterView, HallView, NextUp, ServiceView
from edge.hall.waits import Staff, ahead, estimate, staffing

PASSED = 12
"""How many passed numbers a counter is shown at most."""
NEXT = 3


def picture(state: State, at: int) -> HallView:
    """The hall at `at` (ms). Shares nothing with the state that later changes."""
    catalogue = state.catalogue
    if catalogue is None:
        return EMPTY
    waiting = calling.waiting_in(state)
    staff = staffing(state)
    services = tuple([_service(state, each, waiting, staff.get(each.id), at) for each in catalogue.services])
    return HallView(
        state.seq,
        at,
        catalogue.version,
        catalogue.hall,
        catalogue.name,
        state.plan,
        any(each.closed is None for each in services),
        state.suspended,
        services,
        _Counters(state, catalogue, waiting, at).views(),
        tuple(state.recent),
        tuple([state.tickets[id_].number for id_ in state.slips_left]),
        dict(state.failed_devices),
    )


def _service(state: State, service: Service, waiting: calling.Waiting, staff: Staff | None, at: int) -> ServiceView:
    queue, totals = state.queues[service.id], state.totals[service.id]
    priority = len(waiting.free[service.id][0])
    before = ahead("ordinary", priority, len(queue) - priority, state.rules)
    tickets = state.tickets
    return ServiceView(
        service.id,
        service.letter,
        service.name,
        service.zone,
        len(queue),
        min([tickets[id_].waiting_since for id_ in queue], default=None),
        estimate(service, totals, before, staff),
        totals.issued,
        totals.served,
        totals.passed,
        closed(state, service, at),
    )


class _Counters:
    """All counters of one picture; what several counters have in common is worked out once."""

    def __init__(self, state: State, catalogue: Catalogue, waiting: calling.Waiting, at: int) -> None:
        self._state, self._waiting, self._at = state, waiting, at
        self._catalogue = catalogue
        self._clerks = {each.id: each.name for each in catalogue.clerks}
        self._lines: dict[tuple[tuple[str, ...], ...], tuple[int, tuple[NextUp, ...], tuple[NextUp, ...]]] = {}
        self._bound = {counter: len(tickets) for counter, tickets in waiting.bound.items()}

    def views(self) -> tuple[CounterView, ...]:
        return tuple([self._view(each, self._state.counters[each.id]) for each in self._catalogue.counters])

    def _view(self, counter: Counter, desk: CounterState) -> CounterView:
        ticket = self._state.tickets[desk.ticket] if desk.ticket is not None else None
        waiting, next_up, passed = self._line(counter)
        rated = self._state.ratable.get(desk.rate_token) if desk.rate_token is not None else None
        rate = rated.ticket if rated and rated.level is None and self._at <= desk.rate_until else None
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
        free = self._waiting.free
        waiting = self._bound.get(counter.id, 0)
        served = set[str]()
        for group in counter.serves:
            served.update(group)
            for service in group:
                priority, ordinary = free[service]
                waiting += len(priority) + len(ordinary)
        line = calling.upcoming(counter, self._waiting, self._state.rules, NEXT) if waiting else ()
        return waiting, tuple([_next(ticket) for ticket in line]), self._passed(served)

    def _passed(self, served: set[str]) -> tuple[NextUp, ...]:
        found: list[NextUp] = []
        tickets, most = self._state.tickets, self._state.rules.returns_max
        for id_ in reversed(self._state.passed):
            ticket = tickets[id_]
            if ticket.service in served and ticket.returns < most:
                found.append(_next(ticket))
                if len(found) == PASSED:
                    break
        return tuple(found)


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
