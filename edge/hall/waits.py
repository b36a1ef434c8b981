"""How long somebody will wait, as a range.

Source: requirements.md §7 (`queue.eta_window`) and the rule of thumb every queue machine uses:
median handling time × people ahead ÷ open counters. The formula, with
`n` people ahead, `c` open counters serving the service, `b` = 1 unless one of them is idle,
`m` the median and `q` the 90th percentile of the last `rules.eta_window` handling times:

    p50 = n·m / c                              p90 = ((n+b)·m + √(n+b)·(q − m)) / c

The spread of a sum grows with the square root of its terms, so the range widens slower than the queue.
Until five services were measured the missing ones count as `expected_s`; `q` is at least 1.5·m, since
equal times so far promise nothing. A counter serving several services is counted whole for each: the
estimate is for the coming minutes, not a schedule. Without an open counter there is none.

Who waits counts whole: the booked from their check-in on, since their slots lie in the minutes the
estimate is for. The deferred give way to all others and count only for who comes after them in line.
"""

from math import ceil, sqrt
from typing import NamedTuple

from contract.catalogue import Rules, Service
from contract.events import Lane, Wait
from edge.hall.state import State, Totals

ENOUGH = 5
"""Services measured before `expected_s` no longer counts."""


class Staff(NamedTuple):
    """The counters one service can count on."""

    open: int
    idle: int
    paused: int


def staffing(state: State) -> dict[str, Staff]:
    """By service; a service nobody serves now is missing."""
    found: dict[str, Staff] = {}
    for counter in state.catalogue.counters if state.catalogue else ():
        status = state.counters[counter.id].status
        if status == "closed":
            continue
        for group in counter.serves:
            for service in group:
                open_, idle, paused = found.get(service, _NOBODY)
                if status == "paused":
                    found[service] = Staff(open_, idle, paused + 1)
                else:
                    found[service] = Staff(open_ + 1, idle + (status == "idle"), paused)
    return found


_NOBODY = Staff(0, 0, 0)


def ahead(lane: Lane, priority: int, ordinary: int, rules: Rules) -> int:
    """People called before somebody who joins the end of `lane` now, when so many wait in each lane.

    Of the other lane only those count whose turn comes before (calling.py), from the start of a cycle.
    """
    if lane == "ordinary":
        return ordinary + min(priority, rules.priority * (1 + ordinary // rules.ordinary))
    return priority + min(ordinary, rules.ordinary * (priority // rules.priority))


def lanes_of(state: State, service: str) -> tuple[int, int]:
    """(priority, ordinary) tickets that wait for the service, the booked included."""
    waiting = [state.tickets[id_].lane for id_ in state.queues[service]]
    waiting += [state.tickets[id_].lane for id_ in state.booked.get(service, ())]
    return waiting.count("priority"), waiting.count("ordinary")


def handling(totals: Totals | None, service: Service) -> tuple[int, int]:
    """Median and 90th percentile of the handling time, ms."""
    sample = sorted(totals.handling) if totals else []
    if len(sample) < ENOUGH:
        sample = sorted(sample + [service.expected_s * 1000] * (ENOUGH - len(sample)))
    last = len(sample) - 1
    median = (sample[last // 2] + sample[(last + 1) // 2]) // 2
    return median, max(sample[ceil(last * 0.9)], median * 3 // 2)


def estimate(service: Service, totals: Totals | None, ahead: int, staff: Staff | None) -> Wait | None:
    """For somebody with `ahead` people before; paused counters count only while no other is open."""
    counters = (staff.open or staff.paused) if staff else 0
    if staff is None or not counters:
        return None
    median, high = handling(totals, service)
    before = ahead + (0 if staff.idle else 1)
    p90 = before * median + sqrt(before) * (high - median)
    return Wait(round(ahead * median / counters / 1000), round(p90 / counters / 1000))


def not_before(wait: Wait | None, ms: int) -> Wait | None:
    """The estimate of who is called in `ms` from now at the earliest."""
    least = max(0, round(ms / 1000))
    return None if wait is None else Wait(max(wait.p50_s, least), max(wait.p90_s, least))
