"""What the centre does by itself again and again: each job in a thread of its own, so that a slow one delays no other.

A job that fails is logged, shown on the health page, and tried again the next time.
"""

import logging
import threading
from collections.abc import Callable, Sequence

import msgspec

from central.clock import wall_ms

log = logging.getLogger(__name__)


class Job(msgspec.Struct, frozen=True):
    """`run` gets the wall time (ms); it is called every `every_s` seconds, and at once after `Clockwork.nudge`."""

    name: str
    every_s: float
    run: Callable[[int], object]


class Clockwork:
    """`start` and `close`; `faults` says which job fails, and why."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._ending = False
        self._bells = {job.name: threading.Event() for job in jobs}
        self._threads = [threading.Thread(target=self._run, args=[job], name=job.name, daemon=True) for job in jobs]
        self.faults: dict[str, str] = {}

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Waits for the jobs in hand."""
        self._ending = True
        for bell in self._bells.values():
            bell.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def nudge(self, *names: str) -> None:
        """There is something to do now for these jobs; without a name, for all. From any thread."""
        for name in names or self._bells:
            if name in self._bells:
                self._bells[name].set()

    def _run(self, job: Job) -> None:
        bell = self._bells[job.name]
        while not self._ending:
            bell.clear()
            try:
                job.run(wall_ms())
            except Exception as error:
                # whatever it was, the job is tried again: nothing it does is lost by being late
                self._fail(job.name, error)
            else:
                self.faults.pop(job.name, None)
            if not self._ending:  # `close` may have rung before the bell was silenced above
                bell.wait(job.every_s)

    def _fail(self, name: str, error: Exception) -> None:
        fault = f"{type(error).__name__}: {error}".splitlines()[0]
        if self.faults.get(name) != fault:
            log.exception("the job %s failed", name)
        self.faults[name] = fault
