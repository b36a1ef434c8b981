"""Looks after the journal while the line works: the full check, checkpoints, pruning; on connections of its own."""

import logging
import threading
import time
from collections.abc import Callable

from edge.errors import StorageError
from edge.journal.journal import Journal
from edge.journal.shapes import Finding

log = logging.getLogger(__name__)

_LOOK_S = 2.0
_LOG_MAX = 4 << 20
"""Bytes of write-ahead log from which on a checkpoint is made."""


class Keeper:
    """`told` gets the finding of the full check, from the keeper's thread."""

    def __init__(self, journal: Journal, told: Callable[[Finding], None]) -> None:
        self._journal, self._told = journal, told
        self._stopping = threading.Event()
        self._prune: tuple[int, int] | None = None
        self._thread = threading.Thread(target=self._run, name="journal-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def prune(self, keep_days: int, now: int) -> None:
        """Asks for old events to be dropped, soon."""
        self._prune = (keep_days, now)

    def _run(self) -> None:
        try:
            self._check()
            while not self._stopping.wait(_LOOK_S):
                self._look()
        except StorageError as err:
            log.error("journal: %s", err.detail)
            self._told(Finding(0, err.detail))

    def _check(self) -> None:
        reader = self._journal.reader()
        try:
            finding = reader.verify(pause=self._breathe)
            damage = finding.damage or reader.structure()
        except _StoppedError:
            return
        finally:
            reader.close()
        if damage:
            # the next start repairs; the line may go on, since what it stands on was checked at open
            self._journal.note(suspect=damage[:500])
        self._told(Finding(finding.events, damage))

    def _breathe(self) -> None:
        """Lets the line have the processor between two stretches of the check."""
        if self._stopping.is_set():
            raise _StoppedError
        time.sleep(0.002)

    def _look(self) -> None:
        if self._journal.log_bytes > _LOG_MAX:
            self._journal.checkpoint()
        if self._prune:
            asked, self._prune = self._prune, None
            dropped = self._journal.prune(*asked)
            log.info("journal: %d old events dropped", dropped)


class _StoppedError(Exception):
    """The node stops; the check can wait for the next start."""
