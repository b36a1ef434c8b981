"""The journal of one hall: the only truth. SQLite, WAL, synchronous=FULL, one writer.

What `commit` has returned for is on the disk. Anything may be called from any thread; only the line
commits drafts. Raises StorageError where the disk failed, and from then on for every further write:
what could not be written is never taken for written.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from typing import Any, Self

import msgspec

from contract.chain import GENESIS
from contract.events import Event, envelope
from contract.messages import Acked, Seen
from edge.clock import wall_ms
from edge.errors import StorageError
from edge.journal.connection import Connect, connect, prepare, storage
from edge.journal.draft import Draft
from edge.journal.opening import make_ready
from edge.journal.reader import Reader, Stream, sealed
from edge.journal.salvage import begin_epoch
from edge.journal.shapes import Beginning, Cursor, Recorded, Repair, ordinal_of, place_of, seq_of
from edge.journal.witness import Sight, Witness
from edge.stamp import Stamp

_SNAPSHOTS_KEPT = 3
_PRUNE_STEP = 2_000


class Journal(Reader):
    """Made by `Journal.open`."""

    def __init__(
        self,
        path: Path,
        witness: Witness,
        *,
        boot: str,
        version: str = "",
        hw: str = "",
        connect: Connect = connect,
        before_commit: Callable[[], None] | None = None,
        repair: Repair | None = None,
    ) -> None:
        self.boot, self.version, self.hw, self.repair = boot, version, hw, repair
        self._witness, self._before_commit = witness, before_commit
        self._write = threading.RLock()
        with storage("open"):
            self._con = prepare(connect(path, False))
        super().__init__(path, connect)
        self._meta = self.meta()
        current = self.all_streams()[-1]
        self.epoch, self._ordinal = current.epoch, current.ordinal
        self._seq, self._digest = current.last, current.last_hash
        self._acks: dict[str, tuple[int, bytes | None]] = {}
        self._ack_generation = self._meta.get("ack_generation")
        self.failed: str | None = None
        self._closed = False

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        boot: str,
        version: str = "",
        hw: str = "",
        at: int | None = None,
        connect: Connect = connect,
        before_commit: Callable[[], None] | None = None,
    ) -> "Self":
        """Opens, or makes, or repairs the journal; `repair` tells of the latter. `at`: wall time for names, ms."""
        witness, repair = make_ready(path, at=wall_ms() if at is None else at, connect=connect)
        try:
            return cls(
                path,
                witness,
                boot=boot,
                version=version,
                hw=hw,
                connect=connect,
                before_commit=before_commit,
                repair=repair,
            )
        except BaseException:
            witness.close()
            raise

    # --- the head and what is appended to it ---------------------------------

    @property
    def head(self) -> tuple[int, bytes]:
        """Number and hash of the last durable event of the running epoch; (0, GENESIS) before the first."""
        return self._seq, self._digest

    @property
    def place(self) -> int:
        return place_of(self._ordinal, self._seq)

    @property
    def beginning(self) -> Beginning | None:
        """Why this epoch was begun, until its first event is recorded."""
        kept = self._meta.get("beginning")
        return None if kept is None or self._seq else msgspec.json.decode(kept, type=Beginning)

    def begin_epoch(self, reason: str, numbers: dict[str, int], at: int, notes: dict[str, str]) -> None:
        """Ends the running epoch for good and opens another, in one transaction with `notes`; for the line's thread.

        Nothing of the old one is touched. `at`: wall time in ms, for the name; `numbers` as in `Beginning`.
        """
        beginning = Beginning(self.epoch, reason, self._seq, None, False, numbers)
        with self._write:
            with self._transaction("begin an epoch") as con:
                epoch = begin_epoch(con, self._ordinal + 1, at, beginning)
                con.executemany("insert or replace into meta values (?, ?)", list(notes.items()))
                self._put_acks(con)
            self._meta |= notes | {"beginning": msgspec.json.encode(beginning).decode()}
            self._ordinal, self._seq, self._digest = self._ordinal + 1, 0, GENESIS
            self.epoch = epoch

    def draft(self) -> Draft:
        """The next transaction, begun at the head."""
        return Draft(epoch=self.epoch, ordinal=self._ordinal, seq=self._seq, digest=self._digest, boot=self.boot)

    def append(self, events: Sequence[Event], stamp: Stamp) -> tuple[Recorded, ...]:
        """Records `events` in a transaction of their own."""
        draft = self.draft()
        added = draft.add(events, stamp)
        self.commit(draft)
        return added

    def commit(self, draft: Draft) -> None:
        """One transaction: events, cursor, answers, notes. On return all of it is durable."""
        with self._write:
            if (draft.epoch, draft.begins_at) != (self.epoch, self._seq):
                raise StorageError(f"the draft begins at {draft.begins_at}, the journal ends at {self._seq}")
            with self._transaction("record") as con:
                rows = zip(draft.recorded, draft.hashes, strict=True)
                con.executemany("insert into event values (?, ?, ?)", [(r.place, r.raw, h) for r, h in rows])
                self._put_extras(con, draft)
                if self._before_commit:
                    self._before_commit()
            self._seq, self._digest = draft.seq, draft.digest
            self._meta |= draft.notes

    def testify(self, high: int) -> None:
        """Tells the witness how far the journal goes, and the highest ticket number of the day; after a commit.

        Not part of `commit`, so that nobody waits for it. A file that cannot be written is only a witness less.
        """
        with suppress(OSError):
            self._witness.note(Sight(self.place, self._digest, self.epoch, high))

    def _put_extras(self, con: Any, draft: Draft) -> None:
        if draft.cursor is not None:
            draft.notes |= {"generation_taken": draft.cursor.generation or "", "taken": str(draft.cursor.seq)}
        for key, value in draft.notes.items():
            con.execute("insert or replace into meta values (?, ?)", (key, value))
        if draft.taken:
            con.executemany("insert into directive values (?, ?)", list(draft.taken.items()))
        if draft.answers:
            answers = [(key, *answer) for key, answer in draft.answers.items()]
            con.executemany("insert into answer values (?, ?, ?, ?, ?)", answers)
        self._put_acks(con)

    @contextmanager
    def _transaction(self, doing: str) -> Iterator[Any]:
        """All or nothing; a failure closes the journal for writing for good."""
        with self._write:
            if self.failed:
                raise StorageError(self.failed)
            try:
                with storage(doing):
                    self._con.execute("begin immediate")
                    yield self._con
                    self._con.execute("commit")
            except StorageError as err:
                self.failed = err.detail
                self._roll_back()
                raise
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        try:
            with storage("roll back"):
                self._con.execute("rollback")
        except StorageError:
            # after a failed commit SQLite has often rolled back already
            return

    def _note(self, doing: str, **values: str) -> None:
        with self._transaction(doing) as con:
            con.executemany("insert or replace into meta values (?, ?)", list(values.items()))
            self._put_acks(con)
        self._meta |= values

    # --- what the centre said ------------------------------------------------

    @property
    def directive_cursor(self) -> Cursor:
        return Cursor(self._meta.get("generation_taken") or None, int(self._meta.get("taken", "0")))

    @property
    def lease(self) -> str | None:
        return self._meta.get("lease")

    @property
    def generation(self) -> str | None:
        """The newest generation of the centre this node was welcomed by."""
        return self._meta.get("generation")

    def welcomed(self, generation: str, lease: str) -> None:
        """Keeps a welcome's lease for the next hello, before it is used."""
        self._note("keep the lease", generation=generation, lease=lease)

    def next_conn(self) -> int:
        """The number of the next connection: one more than ever before."""
        conn = int(self._meta.get("conn", "0")) + 1
        self._note("count the connection", conn=str(conn))
        return conn

    def note(self, **values: str) -> None:
        """Keeps small values beside the events."""
        self._note("keep a note", **values)

    def noted(self, key: str) -> str | None:
        return self._meta.get(key)

    def acknowledge(self, epoch: str, seq: int, digest: bytes, generation: str) -> bool:
        """The centre holds `epoch` up to `seq`. False where that is not what this journal wrote.

        Kept with the next commit or by `settle`: losing it costs nothing, the centre says it again.
        Under a new generation the centre may hold less than before, and is believed.
        """
        stream = self.stream(epoch)
        if stream is None or seq > stream.last:
            return False
        known = self.hash_at(place_of(stream.ordinal, seq))
        if known is not None and known != digest:
            return False
        with self._write:
            if generation != self._ack_generation:
                self._ack_generation = generation
                self._acks = {each.epoch: (0, None) for each in self.all_streams()}
            if seq > self._acked(stream)[0]:
                self._acks[epoch] = (seq, digest)
        return True

    def _acked(self, stream: Stream) -> tuple[int, bytes | None]:
        return self._acks.get(stream.epoch, (stream.acked, stream.acked_hash))

    def _put_acks(self, con: Any) -> None:
        if self._acks:
            con.executemany(
                "update stream set acked = ?, acked_hash = ? where epoch = ?",
                [(seq, digest, epoch) for epoch, (seq, digest) in self._acks.items()],
            )
            con.execute("insert or replace into meta values ('ack_generation', ?)", (self._ack_generation or "",))
            self._acks = {}

    def acked(self, epoch: str) -> int:
        """Up to where the centre holds `epoch`, as far as this node was told."""
        stream = self.stream(epoch)
        with self._write:
            return self._acked(stream)[0] if stream else 0

    @property
    def seen(self) -> Seen:
        """The newest generation met and the highest ack it gave, for the hello."""
        streams = self.all_streams()
        with self._write:
            known = [(s.epoch, *self._acked(s)) for s in streams if self._acked(s)[0]]
        if not known:
            return Seen(self.generation, None)
        epoch, seq, digest = known[-1]
        return Seen(self.generation, Acked(epoch, seq, (digest or b"").hex()))

    def settle(self) -> None:
        """Writes what waited for the next commit."""
        if self._acks:
            with self._transaction("keep an acknowledgement") as con:
                self._put_acks(con)

    # --- snapshots, pruning, closing -----------------------------------------

    def save_snapshot(self, name: str, version: int, body: bytes, place: int | None = None) -> None:
        """Keeps a folded state as of `place` (the head unless given)."""
        with self._transaction("save a snapshot") as con:
            at = self.place if place is None else place
            digest = self._digest if at == self.place else self.hash_at(at)
            if digest is None:
                return
            row = (name, at, version, body, sealed(digest, body), digest)
            con.execute("insert or replace into snapshot values (?, ?, ?, ?, ?, ?)", row)
            con.execute(
                "delete from snapshot where name = ? and place not in"
                " (select place from snapshot where name = ? order by place desc limit ?)",
                (name, name, _SNAPSHOTS_KEPT),
            )

    def prune(self, keep_days: int, now: int) -> int:
        """Drops events acknowledged, older than `keep_days`, and behind two snapshots of every name; how many."""
        self.settle()
        behind = self._prunable()
        dropped = 0
        for stream in self.all_streams():
            limit = min(behind, place_of(stream.ordinal, stream.acked))
            dropped += self._prune_stream(stream.start, limit, now - keep_days * 86_400_000)
            if place_of(stream.ordinal, stream.acked) < stream.end:
                break
        return dropped

    def _prunable(self) -> int:
        """The place up to which every fold has a snapshot, and a newer one should that be spoilt; 0: none yet."""
        places: dict[str, list[int]] = {"hall": []}
        if self.noted("documents"):
            places["documents"] = []
        for name, place in self._rows("select name, place from snapshot order by place desc"):
            places.setdefault(name, []).append(place)
        return min(newest[1] if len(newest) > 1 else 0 for newest in places.values())

    def _prune_stream(self, start: int, limit: int, before: int) -> int:
        dropped = 0
        while start < limit:
            rows = self._rows(
                "select place, body, hash from event where place > ? and place <= ? order by place limit ?",
                start,
                limit,
                _PRUNE_STEP,
            )
            old = list(takewhile(lambda row: envelope(row[1]).at < before, rows))
            if not old:
                break
            self._drop(old[0][0], old[-1][0], old[-1][2])
            dropped, start = dropped + len(old), old[-1][0]
        return dropped

    def _drop(self, first: int, last: int, digest: bytes) -> None:
        with self._transaction("prune") as con:
            con.execute(
                "update stream set first = ?, prev_hash = ? where ordinal = ?",
                (seq_of(last) + 1, digest, ordinal_of(last)),
            )
            con.execute("delete from event where place between ? and ?", (first, last))
            con.execute("delete from hole where last <= ?", (last,))
            con.execute("delete from answer where last <= ?", (last,))

    def checkpoint(self) -> None:
        """Brings the write-ahead log into the database, on a connection of its own: commits need not wait."""
        with storage("checkpoint"):
            con = self._connect(self.path, False)
            try:
                con.execute("pragma synchronous = full").fetchall()
                con.execute("pragma wal_checkpoint(passive)").fetchall()
            finally:
                con.close()

    @property
    def log_bytes(self) -> int:
        """How long the write-ahead log is."""
        log = self.path.with_name(self.path.name + "-wal")
        return log.stat().st_size if log.exists() else 0

    def close(self) -> None:
        """Writes what is left, checkpoints, gives the file back. May be called twice."""
        with self._write:
            if self._closed:
                return
            self._closed = True
            try:
                if not self.failed:
                    self.settle()
            finally:
                super().close()
                self._con.close()
                if not self.failed:
                    with suppress(OSError):
                        sight = Sight(self.place, self._digest, self.epoch, self._witness.high, closed=True)
                        self._witness.mark(sight)
                self._witness.close()
