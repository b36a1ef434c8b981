"""What a hall did: the key figures of any set of tickets, with the clause each comes from."""

from collections.abc import Iterable, Sequence

import msgspec

from central.metrics import identity, order, papers
from central.metrics.facts import TicketFacts
from central.metrics.formulas import Rate, Spread, spread

SATISFIED_FROM = 3
"""kpi.satisfied.levels: the upper three of five levels count as satisfied (S0-60, K11)."""
STRICTLY_SATISFIED_FROM = 4
"""The second, stricter figure that is published beside it: the upper two."""


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
    late: Rate
    lifted: int
    chosen: int
    moved_back: int
    exceptions: Rate
    """Of calls; shown per 1000."""
    by_reader: Rate
    by_hand: Rate
    mismatches: int
    first_time_pass: Rate
    repeated_notices: Rate


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


def overrun_rate(tickets: Iterable[TicketFacts]) -> Rate:
    """超时率 = services above their limit / services. (S0-38, S1-29)

    By the hall's own count: it knows which limit holds, simple or complex, and that suspended time is not counted.
    """
    done = [t for t in tickets if t.status == "done"]
    return Rate(sum(t.overruns > 0 for t in done), len(done))


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


def figures(tickets: Sequence[TicketFacts]) -> Figures:
    """All key figures of `tickets`."""
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
        overrun=overrun_rate(tickets),
        participation=rating_participation(tickets),
        satisfaction=satisfaction(tickets),
        strict_satisfaction=satisfaction(tickets, STRICTLY_SATISFIED_FROM),
        late=order.late_rate(tickets),
        lifted=order.lifted(tickets),
        chosen=order.chosen(tickets),
        moved_back=order.moved_back(tickets),
        exceptions=order.exceptions(tickets),
        by_reader=identity.reader_share(tickets),
        by_hand=identity.manual_share(tickets),
        mismatches=identity.mismatches(tickets),
        first_time_pass=papers.first_time_pass(tickets),
        repeated_notices=papers.repeated_notices(tickets),
    )
