"""The ingest's thread: takes messages, stores them, then answers; folds the read models; sends directives.

While the database is away nothing is acknowledged and the messages in hand are tried again, so nothing
is lost: what finds no room in the inbox meanwhile is sent again by its node.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from central import generations, live
from central.clock import wall_ms
from central.db.engine import writing
from central.ingest import orders
from central.ingest.couriers import Couriers, Out
from central.ingest.inbox import Inbox, Message
from central.ingest.intake import Intake, Stored
from central.ingest.projector import Projector
from central.signing import Signer
from contract import topics, wire
from contract.messages import CentreNotice

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often the directive log is looked at for what another process has issued."""
LONGEST_PAUSE_S = 5.0

Publish = Callable[[Out], None]


class Worker:
    """`start`, then put messages into `inbox`; `close` ends it. `fault` says what stands in the way, "" if nothing."""

    def __init__(
        self, engine: Engine, inbox: Inbox, picture: live.Live, signer: Signer, publish: Publish, *, batch: int = 64
    ) -> None:
        self._engine, self.inbox, self._live, self._publish, self._batch = engine, inbox, picture, publish, batch
        self._intake = Intake(engine)
        self._projector = Projector(engine)
        self._couriers = Couriers(signer)
        self._thread = threading.Thread(target=self._run, name="ingest", daemon=True)
        self._ending = threading.Event()
        self._look_at = 0.0
        self._looked_to = 0
        self._behind = True
        self._recalled = False
        self.fault = ""

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Finishes the batch in hand; what still waits was never acknowledged and comes again."""
        self._ending.set()
        self.inbox.wake()
        if self._thread.is_alive():
            self._thread.join()

    def wake(self) -> None:
        """A directive was issued, or a node enrolled."""
        self._look_at = 0.0
        self.inbox.wake()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def counts(self) -> dict[str, int]:
        """What happened how often since the start; for the metrics."""
        found: Counter[str] = Counter(self._intake.counts)
        found.update({f"read_models_{name}": count for name, count in self._projector.counts.items()})
        found["dropped"] = self.inbox.dropped
        return dict(found)

    def greeting(self) -> Out | None:
        """The retained notice of the generation; None while the database is away."""
        try:
            with writing(self._engine).begin() as connection:
                generation = generations.current(connection, wall_ms())
        except SQLAlchemyError as error:
            self._fail(error)
            return None
        return Out(topics.CENTRE, wire.encode(CentreNotice(generation)), retain=True)

    # --- the thread ----------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._ending.is_set():
                self._turn()
        except Exception as error:
            # A mistake of ours: the health page says so, and the service manager starts us again.
            self.fault = f"the ingest stopped: {error!r}"
            log.exception("the ingest stopped")

    def _turn(self) -> None:
        messages = self.inbox.take(self._batch, self._patience())
        stored = self._stored(messages) if messages else Stored()
        if stored is not None:
            self._answer(stored)
            self._follow(stored)
            self._tell()

    def _patience(self) -> float:
        """Until the next directive is due, or the directive log is looked at."""
        now = time.monotonic()
        wakes = self._couriers.wakes(now)
        until = self._look_at if wakes is None else min(wakes, self._look_at)
        return max(0.0, until - now)

    def _stored(self, messages: list[Message]) -> Stored | None:
        """Tries until it is done; None at the end of the thread."""
        pause = 0.05
        while True:
            try:
                stored = self._intake.store(messages, time.monotonic())
            except (DataError, IntegrityError, OverflowError, UnicodeError) as error:
                return self._one_by_one(messages, error)
            except SQLAlchemyError as error:
                self._fail(error)
                if self._ending.wait(pause):
                    return None
                pause = min(pause * 2, LONGEST_PAUSE_S)
            else:
                self._well()
                return stored

    def _one_by_one(self, messages: list[Message], error: Exception) -> Stored | None:
        """Some message holds what no column can: it is found, and set aside."""
        if len(messages) == 1:
            log.error("a message on %s cannot be stored: %s", messages[0].topic, error)
            return self._set_aside(messages[0], error)
        whole = Stored()
        for message in messages:
            stored = self._stored([message])
            if stored is None:
                return None
            whole.out += stored.out
            whole.arrived += stored.arrived
            whole.changes += stored.changes
            whole.couriers += stored.couriers
        return whole

    def _set_aside(self, message: Message, error: Exception) -> Stored | None:
        pause = 0.05
        while not self._ending.wait(pause):
            try:
                self._intake.set_aside(message, str(error))
            except DBAPIError as again:
                self._fail(again)
                pause = min(pause * 2, LONGEST_PAUSE_S)
            else:
                return Stored()
        return None

    def _answer(self, stored: Stored) -> None:
        """Only what is committed is acknowledged and shown."""
        for out in stored.out:
            self._publish(out)
        for tell in stored.couriers:
            tell(self._couriers)
        if stored.couriers:
            self._look_at = 0.0
        if stored.changes and not self._live.change(stored.changes):
            self._reload()

    def _reload(self) -> None:
        try:
            self._live.load(live.read(self._engine))
        except SQLAlchemyError as error:
            self._fail(error)

    def _follow(self, stored: Stored) -> None:
        """A read model that cannot be written now is caught up later; the events are safe."""
        if not stored.arrived and not self._behind:
            return
        try:
            self._projector.take(stored.arrived)
            self._behind = False
        except SQLAlchemyError as error:
            self._behind = True
            self._fail(error)

    def _tell(self) -> None:
        now = time.monotonic()
        wakes = self._couriers.wakes(now)
        if now < self._look_at and (wakes is None or now < wakes):
            return
        self._look_at = now + LOOK_S
        try:
            with self._engine.connect() as connection:
                generation = generations.newest(connection)
                if generation is not None:
                    if not self._recalled:
                        self._couriers.recall(connection, generation)
                    heads, self._looked_to = orders.heads(connection, generation, self._looked_to)
                    self._couriers.heads(heads)
                due = self._couriers.due(connection, wall_ms(), now)
            self._recalled = True
        except SQLAlchemyError as error:
            self._fail(error)
            return
        for out in due:
            self._publish(out)

    def _fail(self, error: Exception) -> None:
        fault = f"the database does not do what is asked: {str(error).splitlines()[0]}"
        if fault != self.fault:
            log.error("%s", fault)
        self.fault = fault

    def _well(self) -> None:
        if self.fault:
            log.warning("the database is back")
        self.fault = ""
