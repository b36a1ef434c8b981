"""When the hall next wants to be told the time.

The moments of the running plan: opening, each last-ticket time, closing, the end of the day. Each fires
once (`TimePassed` records it) and brings a fresh picture of the hall. The moments of the counters'
clocks (clocks.py), and when bookings fall void (roster.py): what each brings is recorded too, and is
what ends it. A clock that proves to have run ahead of the day (more than an hour before its start) is
due at once: another day must begin.
"""

from collections.abc import Iterator

from edge.hall import clocks, roster
from edge.hall.state import State

BACK_MS = 3_600_000
"""A clock set back by less than this waits for the day that has begun already."""


def next_due(state: State) -> int | None:
    """The moment (ms) at which `PassTime` should come; None while there is no catalogue."""
    if state.catalogue is None:
        return None
    if state.plan is None or ran_ahead(state, state.at):
        return state.at
    return min(pending(state), default=state.plan.ends_at)


def last_due(state: State, at: int) -> int | None:
    """The latest moment that is reached at `at` and has not fired yet."""
    return max((moment for moment in pending(state) if moment <= at), default=None)


def ran_ahead(state: State, at: int) -> bool:
    """Whether the running day proves to lie in the future."""
    return state.plan is not None and at < state.plan.starts_at - BACK_MS


def pending(state: State) -> Iterator[int]:
    """Every moment that has not fired yet."""
    for moment in moments(state):
        if moment > state.due_after:
            yield moment
    void = roster.next_void(state)
    if void is not None:
        yield void
    for clock in clocks.moments(state):
        yield clock.at


def moments(state: State) -> set[int]:
    """Of the running plan."""
    plan = state.plan
    if plan is None:
        return set()
    return {plan.opens_at, *plan.last_ticket.values(), plan.closes_at, plan.ends_at}
