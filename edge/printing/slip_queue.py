"""The slips and papers that wait for the printer's thread, and the tickets they are for."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future

import msgspec

from edge.config import PrinterShape
from edge.errors import DeviceError
from edge.printing.slip_words import Job


class Extra(msgspec.Struct, frozen=True):
    """A paper that is no slip (test print, day-end sheet, receipt): tried once."""

    make: Callable[[PrinterShape], bytes]
    done: Future[None]


Work = Job | Extra


class SlipQueue:
    """One ticket's slip stands in it once at most, from `put` until `let_go`. Any thread may call it."""

    def __init__(self) -> None:
        self._queue: deque[Work] = deque()
        self._held: set[str] = set()
        """Tickets in the queue or in work."""
        self._changed = threading.Condition()
        self.closing = False

    @property
    def busy(self) -> bool:
        """Whether a slip waits or is in work."""
        return bool(self._held)

    def holds(self, job: Job) -> bool:
        """Whether its ticket is in the queue or in work."""
        return job.ticket in self._held

    def put(self, job: Job) -> None:
        with self._changed:
            if job.ticket not in self._held:
                self._held.add(job.ticket)
                self._queue.append(job)
                self._changed.notify_all()

    def put_extra(self, extra: Extra) -> None:
        with self._changed:
            self._queue.appendleft(extra)  # slips that wait for a printer must not keep its technician waiting
            self._changed.notify_all()

    def put_before(self, jobs: Iterable[Job]) -> None:
        """Slips of an earlier life, oldest first, before all that came since; what is in hand already is left out."""
        with self._changed:
            missing = [job for job in jobs if job.ticket not in self._held]
            self._held.update(job.ticket for job in missing)
            self._queue.extendleft(reversed(missing))

    def put_back(self, job: Job) -> None:
        """It waits for a printer, at the head."""
        with self._changed:
            self._queue.appendleft(job)

    def tell(self) -> list[Job]:
        """The slips that wait and were not told of yet, in their order; from now on they count as told."""
        with self._changed:
            untold = [one for one in self._queue if isinstance(one, Job) and not one.told]
            for job in untold:
                self._queue[self._queue.index(job)] = msgspec.structs.replace(job, told=True)
            return untold

    def let_go(self, job: Job) -> None:
        with self._changed:
            self._held.discard(job.ticket)

    def next(self, seconds: float) -> Work | None:
        """The head, or None when nothing came in time or all is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self.closing, seconds)
            return self._queue.popleft() if self._queue and not self.closing else None

    def pause(self, seconds: float) -> None:
        """Waits before the printers are tried again; a new customer is told at once."""
        end = time.monotonic() + seconds
        with self._changed:
            length = len(self._queue)
            self._changed.wait_for(lambda: self.closing or len(self._queue) > length, max(0.0, end - time.monotonic()))

    def close(self) -> None:
        with self._changed:
            self.closing = True
            self._changed.notify_all()

    def turn_away(self) -> None:
        """Whoever still waits for a paper is told that none comes; slips are found again at the next start."""
        for waiting in self._queue:
            if isinstance(waiting, Extra) and waiting.done.set_running_or_notify_cancel():
                waiting.done.set_exception(DeviceError("the node is stopping; try again soon"))
