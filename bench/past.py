"""Weeks of a hall's life in its journal, made by the real engine with its clock set by hand."""

from collections.abc import Callable, Sequence

from contract.events import SlipPrinted, SlipStarted, TicketIssued
from edge.clock import ManualClock, wall_ms
from edge.config import Settings
from edge.documents import Documents
from edge.engine import Engine
from edge.errors import HallkeeperError
from edge.folders import documents_folder, journal_path
from edge.hall.commands import CallNext, Command, Finish, IssueTicket, LogIn, RateTicket, Record, Start
from edge.journal import Journal
from edge.line_news import Outcome
from edge.tokens import fresh

DAY_MS = 86_400_000
CUSTOMERS_A_DAY = 600
"""What eight windows serve in eight hours."""
ROUNDS = 50
"""A day has so many; in each a share of the day's customers comes and is served."""
ROUND_MS = 600_000
EVENTS_A_ROUND = CUSTOMERS_A_DAY // ROUNDS * 7


class Past:
    """Writes journal and documents of the hall until `events` are there, the last of them from just now."""

    def __init__(self, settings: Settings, events: int, progress: Callable[[int], None]) -> None:
        self._settings, self._events, self._progress = settings, events, progress
        days, rest = divmod(-(-events // EVENTS_A_ROUND), ROUNDS)
        self._clock = ManualClock(wall_ms() - days * DAY_MS - rest * ROUND_MS)
        self._engine = Engine(Journal.open(journal_path(settings), boot="past"), self._clock, settings)
        self._documents = Documents(documents_folder(settings), self._engine)

    def write(self) -> int:
        """How many events there are then, the last day begun but not closed."""
        self._engine.start()
        self._documents.start()
        try:
            while self._count() < self._events:
                self._day()
        finally:
            self._documents.stop()
            self._engine.stop()
        return self._count()

    def _count(self) -> int:
        return self._engine.journal.head[0]

    def _day(self) -> None:
        self._together([LogIn(counter.id, f"clerk-{counter.id}") for counter in self._settings.counters])
        for _ in range(ROUNDS):
            self._round()
            self._progress(min(self._count(), self._events))
            if self._count() >= self._events:
                return
        self._clock.advance(DAY_MS - ROUNDS * ROUND_MS)

    def _round(self) -> None:
        """Each step is one commit, or a few: what it submits is in the line before the disk has done."""
        counters = [counter.id for counter in self._settings.counters]
        services = [service.id for service in self._settings.services]
        arrivals = [
            IssueTicket(services[n % len(services)], fresh(), "kiosk") for n in range(CUSTOMERS_A_DAY // ROUNDS)
        ]
        issued = [
            record.event
            for outcome in self._together(arrivals)
            for record in outcome.events
            if isinstance(record.event, TicketIssued)
        ]
        self._together([Record(SlipStarted(each.ticket, False)) for each in issued])
        self._together([Record(SlipPrinted(each.ticket, False)) for each in issued])
        for _ in range(2):
            self._clock.advance(60_000)
            self._together([CallNext(counter) for counter in counters] + [Start(counter) for counter in counters])
            self._clock.advance(240_000)
            self._together([Finish(counter) for counter in counters])
            self._together([RateTicket(5, f"counter:{counter}", counter=counter) for counter in counters])

    def _together(self, commands: Sequence[Command]) -> list[Outcome]:
        """Outcomes of those the hall did not refuse (nobody waits, nothing to finish)."""
        futures = [self._engine.submit(command) for command in commands]
        found = []
        for future in futures:
            try:
                found.append(future.result(60))
            except HallkeeperError:
                continue
        return found
