"""Settings and days, applied."""

from contract.events import CatalogueChanged, DayStarted, HallResumed, HallSuspended, RulesChanged, TimePassed
from edge.hall import apply_desk, roster
from edge.hall.state import CounterState, State, Totals

DAYS_KEPT = 8
"""How many days' last numbers are remembered."""
_DAY_MS = 86_400_000


def rules_changed(state: State, event: RulesChanged, at: int) -> None:
    state.rules = event.rules
    for totals in state.totals.values():
        del totals.handling[: -event.rules.eta_window]


def catalogue_changed(state: State, event: CatalogueChanged, at: int) -> None:
    """What was counted stays, also for a service that is gone; the day-end sheet still names it."""
    new = event.catalogue
    state.catalogue = new
    state.queues = {each.id: state.queues.get(each.id, []) for each in new.services}
    state.booked = {each.id: state.booked.get(each.id, []) for each in new.services}
    state.deferred = {each.id: state.deferred.get(each.id, []) for each in new.services}
    state.counters = {
        each.id: state.counters.get(each.id) or CounterState(each.id, "closed", at) for each in new.counters
    }
    for service in new.services:
        state.totals.setdefault(service.id, Totals())
    state.mix = {}


def day_started(state: State, event: DayStarted, at: int) -> None:
    """Numbers and totals restart, except when only the times of the running day changed."""
    before, state.plan, state.due_after = state.plan, event.plan, at
    if before is not None and before.day == event.plan.day:
        return
    if before is not None:
        _keep(state.used, before.day, state.numbers)
        _keep(state.papers_used, before.day, state.papers)
    _drop_floor(state, event, before.starts_at if before else None)
    state.far = state.aside
    services = [each.id for each in state.catalogue.services] if state.catalogue else []
    state.numbers = state.used.pop(event.plan.day, {})
    state.floor_known = dict(state.numbers)
    state.papers = state.papers_used.pop(event.plan.day, {})
    state.checklists = {}
    apply_desk.day_began(state)
    roster.drop_past(state, before, event.plan)
    state.totals = {
        service: Totals(handling=state.totals[service].handling if service in state.totals else [])
        for service in services
    }
    _drop_closed(state, event.plan.day, at)
    state.mix = {}
    for desk in state.counters.values():
        desk.last, desk.last_step = None, None


def _keep(used: dict[str, dict[str, int]], day: str, last: dict[str, int]) -> None:
    used[day] = last
    for old in list(used)[:-DAYS_KEPT]:
        del used[old]


def _drop_floor(state: State, event: DayStarted, before: int | None) -> None:
    """The floor holds for the day the epoch began in, and for another when the clock made a leap of days."""
    leap = before is not None and abs(event.plan.starts_at - before) > 2 * _DAY_MS
    if state.floor_at < event.plan.starts_at and not leap:
        state.number_floor = 0


def _drop_closed(state: State, day: str, at: int) -> None:
    closed = [ticket for ticket in state.tickets.values() if ticket.status in ("done", "voided")]
    for ticket in closed:
        del state.tickets[ticket.id]
        state.by_token.pop(ticket.token, None)
    state.carried = {ticket.number: ticket.id for ticket in state.tickets.values() if ticket.day != day}
    state.slips_left = [id_ for id_ in state.slips_left if id_ in state.tickets]
    state.ratable = {token: entry for token, entry in state.ratable.items() if entry.until >= at}


def time_passed(state: State, event: TimePassed, at: int) -> None:
    """A clock of a counter may be told of behind a moment of the plan, and must not make that one fire again."""
    state.due_after = max(state.due_after, event.due)


def hall_suspended(state: State, event: HallSuspended, at: int) -> None:
    state.suspended = event.reason


def hall_resumed(state: State, event: HallResumed, at: int) -> None:
    state.suspended = None
