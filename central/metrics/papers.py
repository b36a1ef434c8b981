"""Papers of the window: how often a case was taken in at once, and how often a customer was sent away twice."""

from collections.abc import Iterable

from central.metrics.facts import TicketFacts
from central.metrics.formulas import Rate


def first_time_pass(tickets: Iterable[TicketFacts]) -> Rate:
    """一次受理率 = accepted without supplement / submitted. (S1-24)

    Submitted are the cases that were accepted, or sent back with a supplement notice.
    """
    submitted = [t for t in tickets if t.accepted or t.notices]
    return Rate(sum(t.accepted and not t.notices for t in submitted), len(submitted))


def repeated_notices(tickets: Iterable[TicketFacts]) -> Rate:
    """Cases with more than one supplement notice / cases with one; the aim is 0. (S1-25)"""
    told = [t for t in tickets if t.notices]
    return Rate(sum(t.notices > 1 for t in told), len(told))
