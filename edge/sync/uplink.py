"""The sync of one node: link, session, outbox, inbox and state in one thread of their own.

The hall never waits for this thread; it is only nudged. Everything durable is in the journal, so it may
be stopped, killed and started at any moment.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, Queue
from typing import Any

import msgspec

from contract import topics, wire
from contract.errors import WireError
from contract.messages import PROTO, Ack, CentreNotice, Directives, Hello, StateReport, Welcome
from contract.messages import DirectiveCursor as WireCursor
from contract.stream import TIMEOUT_S, Bucket
from edge.config import Centre
from edge.errors import StorageError
from edge.sync.beat import Beat
from edge.sync.inbox import Inbox
from edge.sync.link import Down, Heard, Link, News, Up
from edge.sync.outbox import Outbox
from edge.sync.ports import Keeping, Reading, Taking
from edge.sync.seals import Seals
from edge.sync.session import Session

log = logging.getLogger(__name__)

RATE, BURST = 1_000.0, 2_000.0
"""Events a second, and at once, spent on back-fill; a busy hall makes some ten a second."""
IDLE_S = 5.0
BLOCKED_S = 0.05
"""How soon to try again when the link takes no more."""
BROKEN_S = 2.0
"""How long to rest when the journal cannot be read."""

_TOPICS = {cls: name for name, cls in wire.UP.items()}


class UplinkStatus(msgspec.Struct, frozen=True):
    """For the pages. Times in ms of the wall clock; `words` say what stands in the way, empty while all is well."""

    online: bool
    """Connected and welcomed by the centre."""
    cut: bool
    since: int
    """Since when it has been online or offline."""
    backlog: int
    """Events the centre has not acknowledged."""
    acked_at: int | None
    """When the centre last acknowledged something, since the start."""
    verdict: str
    """What the centre said to the last hello: "continue", "new_epoch", "quarantine"; "" before the first."""
    words: str


class _Changed(msgspec.Struct, frozen=True):
    pass


class _Settled(msgspec.Struct, frozen=True):
    done: Future[Any]


class _Begun(msgspec.Struct, frozen=True):
    done: Future[Any]


class _Step(msgspec.Struct, frozen=True):
    pass


class _End(msgspec.Struct, frozen=True):
    pass


_News = News | _Changed | _Settled | _Begun | _End
ASIDE = "the centre has set this node aside; the hall serves on, nothing is sent, and the office has to decide"


class Uplink:
    """`reading` is used by this thread alone, and closed by who gave it, after `close`.

    `report` gives the state for a connection number; it is called in this thread.
    `bucket` paces the back-fill, `timeout_s` is how long an ack may take before events go again.
    """

    def __init__(
        self,
        node: str,
        centre: Centre,
        *,
        keeping: Keeping,
        reading: Reading,
        taking: Taking,
        report: Callable[[int], StateReport],
        wall: Callable[[], int],
        bucket: Bucket | None = None,
        timeout_s: float = TIMEOUT_S,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._node, self._keeping, self._reading = node, keeping, reading
        self._taking, self._report, self._wall, self._jitter = taking, report, wall, jitter
        self._queue: Queue[_News] = Queue()
        self.link = Link(
            node, centre, boot=keeping.boot, next_conn=keeping.next_conn, news=self._queue.put, jitter=jitter
        )
        self._session = Session(keeping.boot)
        bucket = Bucket(RATE, BURST) if bucket is None else bucket
        self._outbox = Outbox(keeping, reading, self._send, bucket=bucket, timeout_s=timeout_s)
        seals = Seals(node, centre.verify_key)
        self._inbox = Inbox(keeping, taking, self._send, lambda done: self._queue.put(_Settled(done)), seals.genuine)
        self._beat = Beat()
        self._aside = keeping.noted("verdict") == "quarantine"
        """Told to stand aside: what another node of this name reports is not written over."""
        self._nudged = self._blocked = False
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._since = wall()
        self._acked_at: int | None = None
        self._backlog = self._outbox.backlog
        self._words = ""
        self.garbled = 0
        """Messages from the centre that could not be read."""

    # --- for the rest of the node --------------------------------------------

    def start(self) -> None:
        self._thread.start()
        self.link.start()

    def close(self) -> None:
        """Ends link and thread; may be called twice."""
        self.link.close()
        self._queue.put(_End())
        if self._thread.is_alive():
            self._thread.join()

    def changed(self, _batch: object = None) -> None:
        """Something was committed, or a device changed. Never waits; made to be given to `Engine.subscribe`."""
        if not self._nudged:
            self._nudged = True
            self._queue.put(_Changed())

    @property
    def conn(self) -> int:
        """The number of this connection; 0 while offline."""
        return self._session.conn or 0

    @property
    def status(self) -> UplinkStatus:
        verdict = self._keeping.noted("verdict") or ""
        return UplinkStatus(
            online=self._session.generation is not None,
            cut=self.link.is_cut,
            since=self._since,
            backlog=self._backlog,
            acked_at=self._acked_at,
            verdict=verdict,
            words=self._words
            or (ASIDE if self._aside else "")
            or self._dispute()
            or self.link.fault
            or self._unanswered()
            or self._unsigned(),
        )

    @property
    def forged(self) -> int:
        """Directives refused since the start: not signed by the centre this hall was enrolled with."""
        return self._inbox.forged

    # --- the thread ----------------------------------------------------------

    def _run(self) -> None:
        while True:
            trouble = ""
            for news in [*self._news(), _Step()]:
                if isinstance(news, _End):
                    return
                try:
                    self._handle(news)
                except StorageError as error:
                    trouble = error.detail
                except Exception as error:
                    # The hall goes on whatever this is; without this thread the office would see nothing of it.
                    log.exception("a fault of the sync")
                    trouble = f"internal fault: {error!r}; it is in the log"
            if trouble:
                if trouble != self._words:
                    log.error("the sync rests: %s", trouble)
                time.sleep(BROKEN_S)
            self._words = trouble

    def _news(self) -> list[_News]:
        """What has come in; waits for it until something is due by itself."""
        wait = min(IDLE_S, max(0.0, self._wakes(time.monotonic()) - time.monotonic()))
        news: list[_News] = []
        try:
            news.append(self._queue.get(timeout=wait) if wait else self._queue.get_nowait())
            while True:
                news.append(self._queue.get_nowait())
        except Empty:
            return news

    def _wakes(self, now: float) -> float:
        if self._session.conn is None:
            return now + IDLE_S
        if self._blocked:
            return now + BLOCKED_S
        due = [self._session.wakes(), self._outbox.wakes(now), None if self._aside else self._beat.wakes()]
        return min((each for each in due if each is not None), default=now + IDLE_S)

    def _handle(self, news: News | _Changed | _Settled | _Begun | _Step) -> None:
        match news:
            case _Step():
                self._blocked = False
                self._step(time.monotonic())
            case _Changed():
                self._nudged = False
                self._beat.changed()
            case _Settled(done):
                self._inbox.settle(done)
            case _Begun(done):
                self._begun(done)
            case Up(conn):
                self._session.up(conn, time.monotonic())
                self._beat.restart()
            case Down(conn) if conn == self._session.conn:
                self._session.down()
                self._part()
            case Heard(conn, topic, payload) if conn == self._session.conn:
                self._heard(topic, payload)

    def _step(self, now: float) -> None:
        if self._session.conn is not None:
            due = self._session.wakes()
            if due is not None and now >= due and self._send(self._hello()):
                self._session.said(now, self._jitter())
            if self._session.generation is not None:
                self._inbox.step()
                self._outbox.step(now, self._jitter())
                if self._outbox.centre_fell_back:
                    log.warning("the centre holds less than it acknowledged: saying hello again")
                    self._greet_again(now)
            if not self._aside and now >= self._beat.wakes() and self._send(self._report(self.conn), retain=True):
                self._beat.sent(now)
        self._backlog = self._outbox.backlog

    # --- what comes down -----------------------------------------------------

    def _heard(self, topic: str, payload: bytes) -> None:
        try:
            if topic == topics.CENTRE:
                self._notice(wire.decode(payload, CentreNotice))
                return
            address = topics.parse(topic)
            if address is None or address.direction != "down" or address.node != self._node:
                return
            message: Any = wire.decode(payload, wire.DOWN[address.name])
        except WireError as error:
            self.garbled += 1
            log.warning("from the centre: %s", error)
            return
        if self._session.names(message.boot, message.conn):
            self._meant_for_us(message)

    def _meant_for_us(self, message: Welcome | Ack | Directives) -> None:
        match message:
            case Welcome():
                self._welcomed(message)
            case Ack():
                if self._outbox.acknowledged(message, time.monotonic(), self._jitter()):
                    self._acked_at = self._wall()
            case Directives():
                self._inbox.heard(message)

    def _welcomed(self, welcome: Welcome) -> None:
        """Kept and told, whatever it is; the hall serves on."""
        log.info("welcomed by generation %s: %s, %s", welcome.generation, welcome.verdict, welcome.reason)
        if welcome.ends == self._keeping.epoch and welcome.verdict != "continue":
            self._begin_anew(welcome)
        elif welcome.verdict == "quarantine":
            self._stand_aside(welcome)
        elif welcome.verdict == "continue":
            self._go_on(welcome)
        # else it speaks of an epoch that is over, and another hello is on its way

    def _go_on(self, welcome: Welcome) -> None:
        anew = welcome.generation != self._keeping.generation
        was_offline = self._session.generation is None
        self._note(welcome)
        self._outbox.begin(welcome.conn, welcome.generation, welcome.streams, anew=anew)
        self._keeping.welcomed(welcome.generation, welcome.lease)
        self._session.welcomed(welcome)
        self._inbox.begin(welcome.conn, welcome.generation)
        if was_offline:
            self._since = self._wall()
        if self._aside:
            self._aside = False
            self._beat.restart()

    def _begin_anew(self, welcome: Welcome) -> None:
        """The lease is kept with the new epoch or not at all: until then the centre is to judge as it did."""
        self._part()
        self._session.hold()
        notes = {"lease": welcome.lease, "verdict": welcome.verdict, "verdict_reason": welcome.reason}
        reason = f"the centre: {welcome.reason}"
        done = self._taking.begin_epoch(self._keeping.epoch, reason, welcome.numbers, notes)
        done.add_done_callback(lambda done: self._queue.put(_Begun(done)))

    def _begun(self, done: Future[Any]) -> None:
        if done.cancelled() or (error := done.exception()) is not None:
            log.error("no new epoch could be begun: %s", "cancelled" if done.cancelled() else error)
        self._aside = self._keeping.noted("verdict") == "quarantine"
        self._outbox.end()  # what waits is counted anew
        if self._session.conn is not None:
            self._session.again(time.monotonic(), self._jitter())

    def _stand_aside(self, welcome: Welcome) -> None:
        if self._session.generation is not None:
            self._part()
        self._note(welcome)
        self._keeping.note(lease=welcome.lease)
        self._session.put_aside(time.monotonic(), self._jitter())
        self._aside = True

    def _note(self, welcome: Welcome) -> None:
        if (welcome.verdict, welcome.reason) != (self._keeping.noted("verdict"), self._keeping.noted("verdict_reason")):
            self._keeping.note(verdict=welcome.verdict, verdict_reason=welcome.reason)

    def _notice(self, notice: CentreNotice) -> None:
        if self._session.notice(notice.generation, time.monotonic(), self._jitter()):
            log.info("the centre begins generation %s: saying hello again", notice.generation)
            self._part()

    def _greet_again(self, now: float) -> None:
        self._session.again(now, self._jitter())
        self._part()

    def _part(self) -> None:
        self._outbox.end()
        self._inbox.end()
        self._since = self._wall()

    # --- what goes up --------------------------------------------------------

    def _send(self, message: msgspec.Struct, *, retain: bool = False) -> bool:
        topic = topics.up(self._node, _TOPICS[type(message)])
        sent = self.link.publish(topic, wire.encode(message), retain=retain)
        self._blocked |= not sent
        return sent

    def _hello(self) -> Hello:
        cursor = self._keeping.directive_cursor
        return Hello(
            proto=PROTO,
            boot=self._keeping.boot,
            conn=self.conn,
            hw=self._keeping.hw,
            version=self._keeping.version,
            lease=self._keeping.lease,
            streams=self._reading.streams(),
            seen=self._keeping.seen,
            directive=WireCursor(cursor.generation, cursor.seq),
        )

    def _unanswered(self) -> str:
        waits = self._session.conn is not None and self._session.generation is None
        return "the broker is there, the centre has not answered yet" if waits else ""

    def _unsigned(self) -> str:
        if not self._inbox.forged:
            return ""
        return (
            f"{self._inbox.forged} directives were not signed by the centre and refused; "
            "if the centre's secret has changed, enrol the node again"
        )

    def _dispute(self) -> str:
        disputed = ", ".join(sorted(self._outbox.disputed))
        return f"the centre holds another history of {disputed}; the office has to decide" if disputed else ""
