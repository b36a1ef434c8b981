"""The day-end sheet (日结单): one line a service, out of the day's running totals."""

from collections import Counter as Tally
from collections.abc import Iterable

from contract.events import ServiceSheet
from edge.hall.state import State, Ticket, Totals

OPEN = frozenset({"waiting", "called", "serving", "suspended", "passed"})


def sheet(state: State, voided: Iterable[Ticket]) -> tuple[ServiceSheet, ...]:
    """The sheet as it will be once the tickets of `voided` are void too.

    A suspended case is counted like any other that is open, void or carried, and named besides.
    """
    void = {ticket.id: ticket.service for ticket in voided}
    voids = Tally(void.values())
    carried = Tally(
        ticket.service for ticket in state.tickets.values() if ticket.status in OPEN and ticket.id not in void
    )
    suspended = Tally(state.tickets[id_].service for id_ in state.suspended_cases)
    named = [each.id for each in state.catalogue.services] if state.catalogue else []
    gone = [service for service in state.totals if service not in named]
    return tuple(
        _line(service, state.totals.get(service, Totals()), voids[service], carried[service], suspended[service])
        for service in named + gone
    )


def _line(service: str, totals: Totals, voided: int, carried: int, suspended: int) -> ServiceSheet:
    return ServiceSheet(
        service=service,
        issued=totals.issued,
        served=totals.served,
        passed=totals.passed,
        voided=totals.voided + voided,
        carried=carried,
        wait_mean_s=_mean(totals.wait_sum, totals.waits),
        wait_max_s=round(totals.wait_max / 1000) if totals.waits else None,
        handling_mean_s=_mean(totals.handling_sum, totals.served),
        ratings=dict(totals.ratings),
        suspended=suspended,
    )


def _mean(total_ms: int, count: int) -> int | None:
    return round(total_ms / count / 1000) if count else None
