"""The line: inbox → decide → append (group commit) → apply → tell. One thread owns the hall's state.

Nothing is told to anybody before it is durable. While one commit is on its way to the disk, the next
commands gather in the inbox and share the commit after it.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from queue import Empty, Queue
from typing import Any, TypeVar

import msgspec

from contract.directives import Directive
from contract.events import DayClosed, DayStarted, NodeStarted
from edge.clock import Clock
from edge.config import Settings
from edge.errors import ConfigError, HallkeeperError, Refused, StorageError
from edge.hall.commands import Command, Record
from edge.hall.picture import picture
from edge.hall.state import STATE_VERSION, State
from edge.hall.view import EMPTY, HallView
from edge.journal import Cursor, Finding, Journal, Keeper, Recorded
from edge.line_news import Batch, LineHealth, Outcome
from edge.line_work import Item, Question, Renewal, Work
from edge.offer import changes, epoch_begun, fingerprint
from edge.restoring import restored
from edge.turn import Due, Turn

log = logging.getLogger(__name__)

T = TypeVar("T")
GROUP = 64
"""The most commands that share one commit."""
SNAPSHOT_EVERY = 5_000
"""Events after which a snapshot is taken as soon as the line is idle."""
_IDLE_S = 1.0


class Engine:
    """Any thread may submit, ask and look; `view` never waits."""

    def __init__(self, journal: Journal, clock: Clock, settings: Settings) -> None:
        self._journal, self._clock, self._settings = journal, clock, settings
        self._inbox: Queue[Work | None] = Queue()
        self._state = State()
        self._view = EMPTY
        self._health = LineHealth("starting")
        self._tellings: tuple[Callable[[Batch], None], ...] = ()
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)
        self._stopping = False
        self._since_snapshot = 0
        self._keeper = Keeper(journal, self._checked)
        self._due = Due()

    # --- for everybody -------------------------------------------------------

    @property
    def view(self) -> HallView:
        """The hall after the last commit."""
        return self._view

    @property
    def health(self) -> LineHealth:
        return self._health

    @property
    def journal(self) -> Journal:
        return self._journal

    def submit(self, command: Command, key: str | None = None) -> Future[Outcome]:
        """Done after the commit. Raises Refused, Unknown, Invalid, or StorageError when nothing was recorded."""
        return self._put(Item(lambda turn: Outcome(turn.do_once(command, key)), Future()))

    def take(self, generation: str, directives: Sequence[Directive]) -> Future[Cursor]:
        """Takes directives of the centre; the future holds the cursor after the commit."""
        came = time.monotonic()
        return self._put(Item(lambda turn: turn.take(generation, directives, time.monotonic() - came), Future()))

    def begin_epoch(self, ends: str, reason: str, numbers: dict[str, int], notes: dict[str, str]) -> Future[str]:
        """Ends the epoch `ends`, where it still runs, as the centre wants it; the future holds the one that runs then.

        Numbers of today up to what may have been used are left out, and no place of a share granted until now is sold
        any more. `numbers` and `notes` as `Journal.begin_epoch` has them.
        """
        return self._put(Renewal(ends, reason, numbers, notes, Future()))

    def ask(self, question: Callable[[State], T]) -> Future[T]:
        """Runs `question` on the durable state between two turns. It must not change or keep it."""
        return self._put(Question(question, Future()))

    def subscribe(self, told: Callable[[Batch], None]) -> Callable[[], None]:
        """`told` gets each batch in the line's thread after its commit, so it must be quick. Returns the way out.

        A batch without events says that `health` has changed.
        """
        self._tellings += (told,)

        def leave() -> None:
            self._tellings = tuple(each for each in self._tellings if each is not told)

        return leave

    def _put(self, item: Work) -> Future[Any]:
        self._inbox.put(item)
        if self._health.status == "stopped":
            self._turn_away()
        return item.future

    # --- start and stop ------------------------------------------------------

    def start(self) -> None:
        """Brings the state back, records the start, and opens the line. Raises StorageError, ConfigError."""
        self._state, self._since_snapshot = restored(self._journal)
        self._clock.not_before(self._state.at)
        turn = self._turn()
        self._open(turn)
        self._commit(turn)
        self._health = LineHealth("running")
        self._publish(turn)
        self._clock.listen(self._wake)
        self._thread.start()
        self._keeper.start()

    def _open(self, turn: Turn) -> None:
        """What every start records."""
        self._begin(turn, on=False)
        self._offer(turn)
        turn.pass_time()
        self._replan(turn)

    def _begin(self, turn: Turn, *, on: bool) -> None:
        """Nothing stands before an epoch's beginning. `on`: the program runs on.

        Whether the node stands aside is recorded before anybody gets a number.
        """
        stamp, here = self._clock.stamp(), self._journal
        aside = here.noted("verdict") == "quarantine"
        if began := here.beginning:
            turn.do(Record(epoch_begun(began, self._state)), stamp)
        elif on and aside == self._state.aside:
            return
        turn.do(Record(NodeStarted(here.version, here.hw, self._settings.node.id, here.epoch, on, aside)), stamp)

    def _offer(self, turn: Turn) -> None:
        """Brings a changed configuration file into force; what people in the hall forbid waits for another day."""
        try:
            for command in changes(self._settings, self._state, self._journal.noted("settings")):
                turn.do(command)
        except Refused as err:
            if self._state.catalogue is None:
                raise ConfigError(err.detail, err.field) from err
            log.warning("the changed configuration waits for the next day: %s", err.detail)
            return
        turn.draft.notes["settings"] = fingerprint(self._settings)

    def _replan(self, turn: Turn) -> None:
        """The hours of the running day as the file has them now."""
        stamp = self._clock.stamp()
        plan, running = turn.plan(stamp.at), self._state.plan
        if running is not None and plan.day == running.day and plan != running:
            turn.add((DayStarted(plan),), stamp)

    def stop(self) -> None:
        """Finishes what was submitted, takes a snapshot, closes the journal. May be called twice."""
        if self._stopping:
            return
        self._stopping = True
        if self._thread.is_alive():
            self._inbox.put(None)
            self._thread.join()
            self._keeper.stop()
        failed = self._health.status == "failed"
        if self._health.status == "running":
            self._snapshot()
        self._health = LineHealth("stopped", self._health.cause if failed else "")
        self._turn_away()
        self._journal.close()

    def _turn_away(self) -> None:
        for item in self._waiting(1 << 30):
            if item is not None and item.future.set_running_or_notify_cancel():
                item.future.set_exception(StorageError(self._health.cause or "The node is stopping; try again soon."))

    # --- the line ------------------------------------------------------------

    def _run(self) -> None:
        while True:
            try:
                items: list[Work | None] = [self._inbox.get(timeout=self._patience())]
            except Empty:
                items = []
            items += self._waiting(GROUP - 1)
            self._work([item for item in items if isinstance(item, Item)])
            for item in items:
                if isinstance(item, Renewal):
                    self._renew(item)
            self._answer([item for item in items if isinstance(item, Question)])
            if self._stopping and self._inbox.empty():
                return
            if not items:
                self._rest()

    def _patience(self) -> float:
        due = self._due(self._state) if self._health.status == "running" else None
        # never zero: a time that brings nothing must not keep the processor busy
        return _IDLE_S if due is None else min(_IDLE_S, max(0.01, self._clock.seconds_until(due)))

    def _waiting(self, most: int) -> list[Work | None]:
        items: list[Work | None] = []
        try:
            while len(items) < most:
                items.append(self._inbox.get_nowait())
        except Empty:
            pass
        return items

    def _wake(self) -> None:
        self._inbox.put(None)

    def _turn(self) -> Turn:
        return Turn(self._state, self._journal, self._clock, self._settings, self._due)

    def _work(self, items: list[Item]) -> None:
        if self._health.status == "failed":
            for item in items:
                if item.future.set_running_or_notify_cancel():
                    item.future.set_exception(StorageError(self._health.cause))
            return
        self._share([item for item in items if item.future.set_running_or_notify_cancel()])

    def _renew(self, item: Renewal) -> None:
        """Between two turns, since a turn belongs to one epoch."""
        if not item.future.set_running_or_notify_cancel():
            return
        if self._health.status == "running" and self._journal.epoch == item.ends:
            log.warning("the centre ends epoch %s: %s", item.ends, item.reason)
            try:
                self._journal.begin_epoch(item.reason, item.numbers, self._clock.stamp().at, item.notes)
            except StorageError as err:
                self._fail(err, ())
            else:
                self._share([])
        if self._health.status == "failed":
            item.future.set_exception(StorageError(self._health.cause))
        else:
            item.future.set_result(self._journal.epoch)

    def _share(self, items: list[Item]) -> None:
        """One turn, one commit; only then does anybody hear of it."""
        turn, answers = self._turn(), list[Callable[[], None]]()
        try:
            self._begin(turn, on=True)
            turn.pass_time()
            for item in items:
                answers.append(_answer(item, turn))
            if any(isinstance(record.event, DayStarted) for record in turn.draft.recorded):
                self._offer(turn)
            self._commit(turn)
        except StorageError as err:
            self._fail(err, items)
            return
        except Exception as err:
            self._recover(err, items)
            return
        if turn.draft.recorded:
            self._see()
        for answer in answers:
            answer()
        if turn.draft.recorded:
            self._tell(Batch(tuple(turn.draft.recorded), self._view))
            self._look_after(turn.draft.recorded)

    def _commit(self, turn: Turn) -> None:
        if turn.draft:
            self._journal.commit(turn.draft)

    def _see(self) -> None:
        """What is committed is answered even when it cannot be shown: then the view stays as it was."""
        try:
            self._view = picture(self._state, self._clock.stamp().at)
        except Exception:
            log.exception("the hall's picture could not be drawn; the last one stays")

    def _publish(self, turn: Turn) -> None:
        self._view = picture(self._state, self._clock.stamp().at)
        self._tell(Batch(tuple(turn.draft.recorded), self._view))
        self._after(turn.draft.recorded)

    def _tell(self, batch: Batch) -> None:
        for told in self._tellings:
            try:
                told(batch)
            except Exception:
                log.exception("a subscriber of the line failed")

    def _answer(self, questions: list[Question]) -> None:
        for question in questions:
            if not question.future.set_running_or_notify_cancel():
                continue
            try:
                question.future.set_result(question.ask(self._state))
            except Exception as err:
                question.future.set_exception(err)

    # --- when something goes wrong -------------------------------------------

    def _fail(self, err: StorageError, items: Sequence[Item]) -> None:
        """The disk refused: nothing of this turn is promised, and nothing more is issued (F09)."""
        log.error("the line stops: %s", err.detail)
        cause = f"{err.detail} Nothing is issued until the node is restarted."
        self._health = LineHealth("failed", cause)
        for item in items:
            item.future.set_exception(StorageError(cause))
        self._rebuild()
        self._tell(Batch((), self._view))

    def _recover(self, err: Exception, items: Sequence[Item]) -> None:
        """A fault of ours, before anything was written: one by one, so that only its cause is turned away."""
        log.exception("a turn of the line failed", exc_info=err)
        if not self._rebuild():
            self._fail(StorageError("the hall's state could not be read again"), items)
        elif len(items) == 1:
            items[0].future.set_exception(HallkeeperError(f"Internal fault: {err!r}; it is in the log."))
        else:
            for item in items:
                self._share([item])

    def _rebuild(self) -> bool:
        """The state as the journal has it. Where it cannot be read, the view stays as it was shown last."""
        try:
            self._state, _ = restored(self._journal)
        except StorageError as err:
            log.error("the journal cannot be read: %s", err.detail)
            return False
        self._see()
        return True

    def _checked(self, finding: Finding) -> None:
        """From the keeper: the full check is done, or it met damage."""
        if finding.damage and self._health.status == "running":
            log.error("journal: %s", finding.damage)
            self._health = LineHealth("running", f"{finding.damage}; restart the node to repair the journal")
            self._wake()

    # --- between the turns ---------------------------------------------------

    def _look_after(self, recorded: Sequence[Recorded]) -> None:
        """Everybody is answered by now, so that no fault here may end the line."""
        try:
            self._after(recorded)
        except StorageError as err:
            self._fail(err, ())
        except Exception:
            log.exception("the journal could not be looked after")

    def _after(self, recorded: Sequence[Recorded]) -> None:
        self._journal.testify(max(self._state.numbers.values(), default=0))
        self._since_snapshot += len(recorded)
        if any(isinstance(record.event, DayClosed) for record in recorded):
            self._snapshot()
            stamp = self._clock.stamp()
            if stamp.synced:
                self._keeper.prune(self._settings.node.keep_days, stamp.at)
        elif self._since_snapshot >= 4 * SNAPSHOT_EVERY:
            self._snapshot()

    def _rest(self) -> None:
        if self._health.status != "running":
            return
        self._see()
        try:
            self._journal.settle()
        except StorageError as err:
            self._fail(err, ())
            return
        if self._since_snapshot >= SNAPSHOT_EVERY:
            self._snapshot()

    def _snapshot(self) -> None:
        """For a quick start. Without it the next start takes longer, that is all."""
        try:
            self._journal.save_snapshot("hall", STATE_VERSION, msgspec.msgpack.encode(self._state))
            self._since_snapshot = 0
        except StorageError as err:
            self._fail(err, ())


def _answer(item: Item, turn: Turn) -> Callable[[], None]:
    """Carries an item out; what is returned tells its future, after the commit. A refusal waits for it too."""
    try:
        return partial(item.future.set_result, item.act(turn))
    except StorageError:
        raise
    except HallkeeperError as err:
        return partial(item.future.set_exception, err)
