"""What a hall did: the key figures of any set of tickets, with the clause each comes from."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from central.metrics.formulas import Rate, Spread, spread

SATISFIED_FROM = 3
"""kpi.satisfied.levels: the upper three of five levels count as satisfied (S0-60, K11)."""
STRICTLY_SATISFIED_FROM = 4
"""The second, stricter figure that is published beside it: the upper two."""


class TicketFacts(msgspec.Struct, frozen=True):
    """All that the figures need of one ticket. Times in ms, durations in s, None where it never came to that."""

    service: str
    status: Literal["waiting", "called", "serving", "suspended", "done", "passed", "voided"]
    issued_at: int | None = None
    """None only where the event of its issue was lost for good."""
    called_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    wait_s: int | None = None
    """From taking the number to its first call; on the hall's monotonic clock where that was possible."""
    handling_s: int | None = None
    """From start to end of service."""
    level: int | None = None
    counter: str | None = None
    clerk: str | None = None
    stage: int = 0
    """A later stage of a journey with one ticket: served here, but taken at its first service."""


class Figures(msgspec.Struct, frozen=True):
    """The key figures of one set of tickets."""

    issued: int
    called: int
    served: int
    passed: int
    voided: int
    still_open: int
    wait: Spread
    handling: Spread
    passed_rate: Rate
    overrun: Rate
    participation: Rate
    satisfaction: Rate
    strict_satisfaction: Rate


def issued(tickets: Sequence[TicketFacts]) -> int:
    """Tickets taken: n(tickets); a journey's one ticket counts where it was taken. (S3-1)"""
    return sum(t.stage == 0 for t in tickets)


def served(tickets: Iterable[TicketFacts]) -> int:
    """Services finished: n(status = done). (S3-1)"""
    return sum(t.status == "done" for t in tickets)


def passed(tickets: Iterable[TicketFacts]) -> int:
    """Absent after the calls and not brought back since (过号): n(status = passed). (S3-1, S0-32)"""
    return sum(t.status == "passed" for t in tickets)


def called(tickets: Iterable[TicketFacts]) -> int:
    """Called at least once: n(call time known). Base of the passed rate."""
    return sum(t.called_at is not None for t in tickets)


def waiting_time(tickets: Iterable[TicketFacts]) -> Spread:
    """等候时长: average Σ(call − take) / n, median and P90, over the tickets called. (S0-4)

    Who was never called is not in it: a person still waiting has no waiting time yet.
    """
    return spread([t.wait_s for t in tickets if t.wait_s is not None])


def handling_time(tickets: Iterable[TicketFacts]) -> Spread:
    """办理时长: average Σ(end − start) / n, median and P90, over the services finished. (S0-38, S1-29)"""
    return spread([t.handling_s for t in tickets if t.status == "done" and t.handling_s is not None])


def passed_rate(tickets: Sequence[TicketFacts]) -> Rate:
    """过号率 = passed / called. (S0-32)"""
    return Rate(passed(tickets), called(tickets))


def overrun_rate(tickets: Iterable[TicketFacts], limit_s: int) -> Rate:
    """超时率 = services longer than the limit / services; exactly the limit is within it. (S0-38, S1-29)"""
    times = [t.handling_s for t in tickets if t.status == "done" and t.handling_s is not None]
    return Rate(sum(time > limit_s for time in times), len(times))


def rating_participation(tickets: Iterable[TicketFacts]) -> Rate:
    """参评率 = rated / served. (S1-39)"""
    done = [t for t in tickets if t.status == "done"]
    return Rate(sum(t.level is not None for t in done), len(done))


def satisfaction(tickets: Iterable[TicketFacts], from_level: int = SATISFIED_FROM) -> Rate:
    """客户满意度 = satisfied respondents / respondents. (S0-60)

    Respondents are the services that were rated; not rated is no answer, and never counts as good.
    """
    levels = [t.level for t in tickets if t.status == "done" and t.level is not None]
    return Rate(sum(level >= from_level for level in levels), len(levels))


def figures(tickets: Sequence[TicketFacts], *, limit_s: int) -> Figures:
    """All key figures of `tickets`; `limit_s` is the counter time limit in seconds (service.limit_simple)."""
    voided = sum(t.status == "voided" for t in tickets)
    return Figures(
        issued=issued(tickets),
        called=called(tickets),
        served=served(tickets),
        passed=passed(tickets),
        voided=voided,
        still_open=len(tickets) - served(tickets) - passed(tickets) - voided,
        wait=waiting_time(tickets),
        handling=handling_time(tickets),
        passed_rate=passed_rate(tickets),
        overrun=overrun_rate(tickets, limit_s),
        participation=rating_participation(tickets),
        satisfaction=satisfaction(tickets),
        strict_satisfaction=satisfaction(tickets, STRICTLY_SATISFIED_FROM),
    )
