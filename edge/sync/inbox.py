"""Downward: the centre's directives into the line, in order and once; then `taken`, after the commit."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from contract.directives import Directive
from contract.messages import Directives, Taken
from contract.stream import unseen
from edge.sync.ports import Keeping, Send, Taking

log = logging.getLogger(__name__)


class Inbox:
    """Used by one thread. `settled` is called from the line's thread whenever a batch is durable, or failed.

    `genuine` says of a generation's directive whether the centre signed it; what it did not is refused and counted.
    """

    def __init__(
        self,
        keeping: Keeping,
        taking: Taking,
        send: Send,
        settled: Callable[[Future[Any]], None],
        genuine: Callable[[str, Directive], bool],
    ) -> None:
        self._keeping, self._taking, self._send, self._settled = keeping, taking, send, settled
        self._genuine = genuine
        self.forged = 0
        """Directives refused since the start because the centre's signature was not under them."""
        self._conn: int | None = None
        self._generation: str | None = None
        self._offered = 0
        """The last directive handed to the line in this generation."""
        self._owed = False
        """The centre waits to hear how far we are."""

    def begin(self, conn: int, generation: str) -> None:
        """Welcomed, in this connection, by that life of the centre."""
        if generation != self._generation:
            self._offered = 0
        self._conn, self._generation = conn, generation
        self._offered = max(self._offered, self._cursor())

    def end(self) -> None:
        """Offline. The line keeps what it was given."""
        self._conn, self._owed = None, False

    def heard(self, batch: Directives) -> None:
        """A batch for this connection. Duplicates are answered and not taken; behind a gap nothing is."""
        if self._conn is None or batch.generation != self._generation:
            return
        if [d.seq for d in batch.directives] != list(range(batch.first, batch.first + len(batch.directives))):
            log.warning("directives from %s on are not numbered one by one", batch.first)
            return
        had = unseen(self._offered, batch.first, len(batch.directives))
        if had is None or had == len(batch.directives):
            self._owed = True
            return
        fresh = self._signed(batch.generation, batch.directives[had:])
        if not fresh:
            return
        self._offered = fresh[-1].seq
        self._taking.take(batch.generation, fresh).add_done_callback(self._settled)

    def _signed(self, generation: str, directives: Sequence[Directive]) -> Sequence[Directive]:
        """Those up to the first that the centre did not sign; it is not acknowledged, so the true one still comes."""
        for n, directive in enumerate(directives):
            if not self._genuine(generation, directive):
                self.forged += 1
                log.warning("directive %s (%s) is not signed by the centre: refused", directive.seq, directive.type)
                return directives[:n]
        return directives

    def settle(self, done: Future[Any]) -> None:
        """In the sync's own thread, after `settled` said so."""
        if done.cancelled() or (error := done.exception()) is not None:
            log.error("directives could not be taken: %s", "cancelled" if done.cancelled() else error)
            self._offered = self._cursor()  # the centre sends them again
        self._owed = True

    def step(self) -> None:
        """Tells the centre how far its directives are durable here, if it waits for that."""
        if self._owed and self._conn is not None and self._generation is not None:
            self._owed = not self._send(Taken(self._conn, self._generation, self._cursor()))

    def _cursor(self) -> int:
        cursor = self._keeping.directive_cursor
        return cursor.seq if cursor.generation == self._generation else 0
