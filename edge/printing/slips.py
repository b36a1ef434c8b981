"""Prints slips, one at a time: record `SlipStarted`, print, record what became of it.

A power cut at any moment leaves one of three states behind, and the next start reads them: never
begun (a clean slip), begun (a slip marked COPY), printed. With the printer in trouble numbers are kept
and come out, in their order, when it is well.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

from contract.catalogue import Catalogue
from contract.events import Event, SlipFailed, SlipLeftToStaff, SlipPrinted, SlipStarted, TicketIssued, Wait
from edge.config import PrinterShape, Settings
from edge.config import catalogue as catalogue_of
from edge.devices.backoff import backoff
from edge.devices.ports import Printer
from edge.effects import slip_owed
from edge.errors import ConfigError, DeviceError, HallkeeperError, Unknown
from edge.faces.slip import print_slip
from edge.faces.typeface import Typeface
from edge.hall.commands import Record
from edge.hall.state import State
from edge.line import Line
from edge.printing.slip_queue import Extra, SlipQueue, Work
from edge.printing.slip_words import Job, filled, job_of_issue, job_of_ticket

_log = logging.getLogger(__name__)
_COMMIT_S = 60.0
"""A commit that takes longer is a dead disk: nothing is printed on a promise."""


class ShapedPrinter(Printer, Protocol):
    """A printer that knows its paper."""

    section: PrinterShape


class SlipWorker:
    """`printers`: the first that is ready prints. `clock`: wall time, ms. `look_s`: how often idle ones are asked."""

    def __init__(
        self,
        line: Line,
        printers: Sequence[ShapedPrinter],
        settings: Settings,
        face: Typeface | None,
        clock: Callable[[], int],
        look_s: float = 2.0,
    ) -> None:
        if face is None and any(one.section.chinese == "raster" for one in printers):
            raise ConfigError("a printer that gets pictures of text needs a font", "printers.chinese")
        self._line = line
        self._printers = tuple(printers)
        self._settings = settings
        self._zone = ZoneInfo(settings.hall.timezone)
        self._face = face
        self._clock = clock
        self._look_s = look_s
        self._queue = SlipQueue()
        self._catalogue: Catalogue | None = None
        self._thread = threading.Thread(target=self._run, name="slips", daemon=True)

    def start(self) -> None:
        """Looks first at what the last run left behind."""
        self._thread.start()

    def close(self) -> None:
        """A slip being printed comes to its end; what waits is found again at the next start."""
        self._queue.close()
        if self._thread.is_alive():
            self._thread.join()
        self._queue.turn_away()

    def add(self, issued: TicketIssued, at: int) -> None:
        """A ticket just issued; never waits."""
        self._queue.put(job_of_issue(issued, at))

    def reprint(self, ticket: str) -> None:
        """Staff want the slip again: a COPY, unless none was ever begun. Raises Unknown."""
        found = self._line.ask(lambda state: _job(state, ticket)).result()
        if found is None:
            raise Unknown(f"no ticket {ticket!r} in the hall", "ticket")
        self._queue.put(msgspec.structs.replace(found, asked=True))

    @property
    def alive(self) -> bool:
        """False: the thread has ended and was not told to, so that no slip comes out any more."""
        return self._queue.closing or self._thread.is_alive()

    @property
    def busy(self) -> bool:
        """Whether a slip waits or is in work."""
        return self._queue.busy

    def print_document(self, make: Callable[[PrinterShape], bytes]) -> "Future[None]":
        """Prints another document once, between two slips; DeviceError in the future when it did not come out."""
        extra = Extra(make, Future())
        self._queue.put_extra(extra)
        return extra.done

    # --- the worker's thread -------------------------------------------------

    def _run(self) -> None:
        for first, words in (
            (self._warm_up, "the slips could not be drawn beforehand"),
            (self._recover, "slips of the last run could not be looked up"),
        ):
            try:
                first()
            except Exception:
                _log.exception(words)
        waits = backoff(0.25, 5.0)
        while not self._queue.closing:
            work = self._queue.next(self._look_s)
            try:
                kept = not self._done(work)
            except Exception as error:
                _log.exception("a fault of the slips' thread; it goes on")
                kept = False
                self._give_up(work, error)
            if kept:
                self._queue.pause(next(waits))
            elif work is not None:
                waits = backoff(0.25, 5.0)

    def _done(self, work: Work | None) -> bool:
        """False: it waits for a printer."""
        if isinstance(work, Job):
            return self._handle(work)
        if work is None:
            self._look()
        else:
            self._print_extra(work)
        return True

    def _give_up(self, work: Work | None, error: Exception) -> None:
        """The same fault would come again, and behind it nobody would get a slip: staff are asked for this one."""
        if isinstance(work, Job):
            self._queue.let_go(work)
            self._record(SlipLeftToStaff(work.ticket, work.number))
        elif work is not None and not work.done.done():
            work.done.set_exception(DeviceError(f"Internal fault: {error!r}; it is in the log."))

    def _warm_up(self) -> None:
        """Fonts, libraries and what stands on every slip are loaded and drawn before the first customer."""
        offered = catalogue_of(self._settings)
        for service in offered.services:
            job = Job("", f"{service.letter}0", service.id, None, "", 0, Wait(60, 120), self._clock())
            for printer in self._printers:
                print_slip(filled(job, offered, self._settings, self._zone), printer.section, self._face)

    def _look(self) -> None:
        """Asks idle printers how they are, so that an empty roll is known before the next customer."""
        for printer in self._printers:
            if not self._queue.closing:
                printer.status()

    def _handle(self, job: Job) -> bool:
        """False when no printer could: the job is back at the head of the queue."""
        try:
            return self._attempt(job)
        except (HallkeeperError, TimeoutError) as error:
            _log.error("the slip of %s is not printed, since it could not be recorded: %s", job.number, error)
            self._queue.let_go(job)
            return True

    def _attempt(self, job: Job) -> bool:
        if job.told and not job.asked and not self._still_owed(job):
            self._queue.let_go(job)
            return True
        printer, cause = self._ready()
        if printer is None:
            self._keep(job, cause)
            return False
        return self._print(job, printer)

    def _ready(self) -> tuple[ShapedPrinter | None, str]:
        cause = "no printer is configured"
        for printer in self._printers:
            status = printer.status()
            if status.ready:
                return printer, ""
            cause = status.cause
        return None, cause

    def _print(self, job: Job, printer: ShapedPrinter) -> bool:
        started = self._line.submit(Record(SlipStarted(job.ticket, job.copy)))
        document = self._document(job, printer.section)  # drawn while the commit is on its way
        started.result(_COMMIT_S)
        try:
            printer.print(document)
        except DeviceError as error:
            self._keep(msgspec.structs.replace(job, copy=True, told=False), error.detail, was_copy=job.copy)
            return False
        self._record(SlipPrinted(job.ticket, job.copy))
        self._queue.let_go(job)
        return True

    def _document(self, job: Job, shape: PrinterShape) -> bytes:
        return print_slip(filled(job, self._offered(), self._settings, self._zone), shape, self._face)

    def _offered(self) -> Catalogue:
        """The catalogue in force; asked for again only when its version changed."""
        if self._catalogue is None or self._catalogue.version != self._line.view.version:
            self._catalogue = self._line.ask(lambda state: state.catalogue).result()
        assert self._catalogue is not None, "a ticket was issued, so there is a catalogue"
        return self._catalogue

    def _print_extra(self, extra: Extra) -> None:
        if not extra.done.set_running_or_notify_cancel():
            return  # whoever asked has given up
        printer, cause = self._ready()
        try:
            if printer is None:
                raise DeviceError(cause)
            printer.print(extra.make(printer.section))
        except HallkeeperError as error:
            extra.done.set_exception(error)
        else:
            extra.done.set_result(None)

    def _keep(self, job: Job, cause: str, was_copy: bool | None = None) -> None:
        """Back to the head of the queue; the hall is told once for each ticket that waits."""
        self._queue.put_back(job)
        for waiting in self._queue.tell():
            copy = was_copy if was_copy is not None and waiting is job else waiting.copy
            self._record(SlipFailed(waiting.ticket, copy, cause))

    def _still_owed(self, job: Job) -> bool:
        """Whether a slip that had to wait is still worth printing; staff are asked where it is not."""
        at = self._clock()

        def judge(state: State) -> str:
            ticket = state.tickets.get(job.ticket)
            return "nothing" if ticket is None else slip_owed(ticket, at, state.rules)

        owed = self._line.ask(judge).result()
        if owed == "staff":
            self._record(SlipLeftToStaff(job.ticket, job.number))
        return owed in ("clean", "copy")

    def _recover(self) -> None:
        """F02 to F04: what was issued and not certainly printed when the power went."""
        at = self._clock()

        def left(state: State) -> list[tuple[str, Job]]:
            self._catalogue = state.catalogue
            owed = ((slip_owed(ticket, at, state.rules), job_of_ticket(ticket)) for ticket in state.tickets.values())
            return [(what, job) for what, job in owed if what != "nothing" and not self._queue.holds(job)]

        found = sorted(self._line.ask(left).result(), key=lambda one: one[1].issued_at)
        for what, job in found:
            if what == "staff":
                self._record(SlipLeftToStaff(job.ticket, job.number))
        self._queue.put_before(job for what, job in found if what != "staff")

    def _record(self, event: Event) -> None:
        def done(future: "Future[object]") -> None:
            if not future.cancelled() and (error := future.exception()) is not None:
                _log.error("%s could not be recorded: %s", type(event).__name__, error)

        self._line.submit(Record(event)).add_done_callback(done)


def _job(state: State, ticket: str) -> Job | None:
    found = state.tickets.get(ticket)
    return job_of_ticket(found) if found is not None else None
