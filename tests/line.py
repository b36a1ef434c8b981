"""A whole line on the bench: journal on a real disk, engine, a clock set by hand; open round the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contract.events import TicketIssued
from edge import config, tokens
from edge.clock import Clock, ManualClock
from edge.config import Settings
from edge.engine import Engine
from edge.hall.commands import IssueTicket
from edge.journal import Journal
from edge.line_news import Outcome

NOON = 1_795_348_800_000
"""2026-11-22 12:00 UTC."""


def settings(**changes: Any) -> Settings:
    """One hall with two services and two counters, open all day in UTC."""
    document: dict[str, Any] = {
        "hall": {"id": "bench", "name": {"en": "Bench"}, "timezone": "UTC"},
        "node": {"id": "bench-1"},
        "day": {"starts": "00:00", "opens": "00:00", "last_ticket": "23:59", "closes": "23:59"},
        "services": [
            {"id": "deposit", "letter": "A", "name": {"en": "Deposit"}, "digits": 6, "last": 999999},
            {"id": "loan", "letter": "B", "name": {"en": "Loan"}},
        ],
        "counters": [
            {"id": "1", "name": {"en": "One"}, "serves": [["deposit", "loan"]]},
            {"id": "2", "name": {"en": "Two"}, "serves": [["loan"], ["deposit"]]},
        ],
    }
    return config.parse(document | changes)


def ticket(service: str = "deposit") -> IssueTicket:
    return IssueTicket(service, tokens.fresh(), "kiosk")


def number(outcome: Outcome) -> str:
    """The number issued."""
    (issued,) = [record.event for record in outcome.events if isinstance(record.event, TicketIssued)]
    return issued.number


def issued(journal: Any) -> list[str]:
    """Every number of the journal, in order."""
    return [record.event.number for record in journal.replay() if isinstance(record.event, TicketIssued)]


@contextmanager
def line(path: Path, clock: Clock | None = None, boot: str = "boot", **changes: Any) -> Iterator[Engine]:
    """An engine that runs on the journal at `path`; stopped cleanly at the end."""
    opening = {name: changes.pop(name) for name in ("before_commit", "connect", "at") if name in changes}
    journal = Journal.open(path, boot=boot, version="1", hw="bench", **({"at": NOON} | opening))
    engine = Engine(journal, clock or ManualClock(NOON), settings(**changes))
    try:
        engine.start()
        yield engine
    finally:
        engine.stop()
