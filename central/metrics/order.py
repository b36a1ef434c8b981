"""How the published order of calls was kept: who came late, and every exception from it."""

from collections.abc import Iterable

from central.metrics.facts import TicketFacts
from central.metrics.formulas import Rate

LATE = ("late", "deferred", "lifted")


def late_rate(tickets: Iterable[TicketFacts]) -> Rate:
    """迟到率 = late check-ins / check-ins, those of bookings. (S0-43)

    Late are those inserted, those deferred because it was busy, and those whose void was lifted.
    """
    arrivals = [t.arrival for t in tickets if t.arrival is not None]
    return Rate(sum(arrival in LATE for arrival in arrivals), len(arrivals))


def lifted(tickets: Iterable[TicketFacts]) -> int:
    """Void bookings that a supervisor let be served, with reason and consent: n(arrival = lifted). (S0-47)"""
    return sum(t.arrival == "lifted" for t in tickets)


def chosen(tickets: Iterable[TicketFacts]) -> int:
    """Calls of a chosen number (特呼): Σ chosen. (S1-4)"""
    return sum(t.chosen for t in tickets)


def moved_back(tickets: Iterable[TicketFacts]) -> int:
    """Customers who asked to be called later: Σ moves. (S1-4)"""
    return sum(t.moves for t in tickets)


def exceptions(tickets: Iterable[TicketFacts]) -> Rate:
    """Exceptions from the published order / calls; shown per 1000 calls. (S1-4)

    Exceptions = chosen calls + lifted voids + move-backs. Calls = Σ calls to a counter; a call repeated for the
    same customer is no new decision. Passed numbers brought back return by the published rule and are none.
    """
    rows = list(tickets)
    return Rate(chosen(rows) + lifted(rows) + moved_back(rows), sum(t.turns for t in rows))
