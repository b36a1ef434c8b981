"""How identities were verified. A ticket counts once, with its last verification."""

from collections.abc import Iterable

from central.metrics.facts import TicketFacts
from central.metrics.formulas import Rate


def reader_share(tickets: Iterable[TicketFacts]) -> Rate:
    """Reader verification share = verified from the document by a reader / verified. (S0-34)"""
    found = _verified(tickets)
    return Rate(sum(t.assurance == "high" for t in found), len(found))


def manual_share(tickets: Iterable[TicketFacts]) -> Rate:
    """Manual entry share = verified by a number typed by hand / verified. (S0-35)"""
    found = _verified(tickets)
    return Rate(sum(t.assurance == "low" for t in found), len(found))


def mismatches(tickets: Iterable[TicketFacts]) -> int:
    """Verified, and not who was booked or had checked in: n(verified = other). (S0-34)"""
    return sum(t.verified == "other" for t in tickets)


def _verified(tickets: Iterable[TicketFacts]) -> list[TicketFacts]:
    return [t for t in tickets if t.verified is not None]
