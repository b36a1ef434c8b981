"""The daily figures of a hall (S3-1): the whole day, each service, each counter, each hour."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from central.metrics.facts import TicketFacts
from central.metrics.figures import Figures, figures, issued
from central.metrics.formulas import Spread, spread

NOWHERE = ""
"""In the place of a counter: their tickets wait, or are void, at none."""


class Hour(msgspec.Struct, frozen=True):
    """One local hour of the day, 0..23. `wait` is of those who took their number in it."""

    hour: int
    issued: int
    served: int
    wait: Spread


class Daily(msgspec.Struct, frozen=True):
    """One hall's day. `services` and `counters` are sorted by id, `hours` run without a gap.

    Each adds up to the whole day: the last of `counters` may be NOWHERE.
    """

    total: Figures
    services: tuple[tuple[str, Figures], ...]
    counters: tuple[tuple[str, Figures], ...]
    hours: tuple[Hour, ...]


def daily(tickets: Sequence[TicketFacts], *, timezone: str) -> Daily:
    """The figures of one business day; `timezone` (IANA) is the hall's own, which its hours are read in."""
    return Daily(
        total=figures(tickets),
        services=_each(tickets, lambda t: t.service),
        counters=(*_each(tickets, lambda t: t.counter), *_nowhere(tickets)),
        hours=by_hour(tickets, timezone),
    )


def _each(tickets: Sequence[TicketFacts], key: Callable[[TicketFacts], str | None]) -> tuple[tuple[str, Figures], ...]:
    groups: defaultdict[str, list[TicketFacts]] = defaultdict(list)
    for ticket in tickets:
        name = key(ticket)
        if name is not None:
            groups[name].append(ticket)
    return tuple((name, figures(group)) for name, group in sorted(groups.items()))


def _nowhere(tickets: Sequence[TicketFacts]) -> tuple[tuple[str, Figures], ...]:
    group = [ticket for ticket in tickets if ticket.counter is None]
    return ((NOWHERE, figures(group)),) if group else ()


def by_hour(tickets: Sequence[TicketFacts], timezone: str) -> tuple[Hour, ...]:
    """Issued by the hour of taking, served by the hour of ending, waits by the hour of taking.

    The waits belong to the hour of taking because that answers "when should I come?"; an hour in which
    nothing happened between two busy ones is there with zeros.
    """
    zone = ZoneInfo(timezone)

    def hour_of(at: int) -> int:
        return datetime.fromtimestamp(at // 1000, zone).hour

    taken: defaultdict[int, list[TicketFacts]] = defaultdict(list)
    ended: defaultdict[int, int] = defaultdict(int)
    for ticket in tickets:
        if ticket.issued_at is not None:
            taken[hour_of(ticket.issued_at)].append(ticket)
        if ticket.status == "done" and ticket.ended_at is not None:
            ended[hour_of(ticket.ended_at)] += 1
    seen = [*taken, *ended]
    if not seen:
        return ()
    return tuple(
        Hour(
            hour,
            issued(taken[hour]),
            ended[hour],
            spread([t.wait_s for t in taken[hour] if t.wait_s is not None]),
        )
        for hour in range(min(seen), max(seen) + 1)
    )
