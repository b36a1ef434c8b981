"""The outbox on a journal in memory, for what cannot be arranged with a real one."""

from typing import Any, NamedTuple

import msgspec

from contract import chain
from contract.events import ServiceStarted, encode
from contract.messages import Ack, Events, Lost, Refused, Seen, StreamAck, StreamHead
from contract.stream import Receiver
from edge.sync.outbox import Outbox


class Epoch(NamedTuple):
    epoch: str
    last: int
    acked: int


class Chunk(NamedTuple):
    prev_hash: bytes
    events: list[tuple[int, bytes]]


class MemoryJournal:
    """Keeping and reading in one; the last epoch named is the running one."""

    boot, version, hw = "b", "1", "pi"
    lease = generation = None
    seen = Seen(None, None)
    directive_cursor: Any = None

    def __init__(self, **counts: int) -> None:
        self.raws = {e: [event(s) for s in range(1, n + 1)] for e, n in counts.items()}
        self.acks = dict.fromkeys(counts, 0)
        self.ack_generation = "g1"
        self.epoch = list(counts)[-1]
        self.readable = True

    def chain(self, epoch: str) -> list[bytes]:
        hashes = [chain.GENESIS]
        for seq, raw in enumerate(self.raws[epoch], 1):
            hashes.append(chain.link(hashes[-1], epoch, seq, raw))
        return hashes

    @property
    def head(self) -> tuple[int, bytes]:
        return len(self.raws[self.epoch]), self.chain(self.epoch)[-1]

    def all_streams(self) -> list[Epoch]:
        return [Epoch(e, len(raws), self.acks[e]) for e, raws in self.raws.items()]

    def streams(self) -> list[StreamHead]:
        return []

    def read(self, epoch: str, after: int, max_bytes: int = 60_000, max_count: int = 500) -> Chunk:
        if not self.readable:
            return Chunk(b"", [])
        raws = self.raws[epoch][after : after + max_count]
        while sum(len(raw) + 1 for raw in raws) > max_bytes:
            raws.pop()
        return Chunk(self.chain(epoch)[after], list(enumerate(raws, after + 1)))

    def lost(self, epoch: str, after: int) -> Lost | None:
        return None

    def next_conn(self) -> int:
        return 1

    def welcomed(self, generation: str, lease: str) -> None: ...

    def acknowledge(self, epoch: str, seq: int, digest: bytes, generation: str) -> bool:
        if seq > len(self.raws[epoch]) or self.chain(epoch)[seq] != digest:
            return False
        if generation != self.ack_generation:
            self.ack_generation, self.acks = generation, dict.fromkeys(self.acks, 0)
        self.acks[epoch] = max(seq, self.acks[epoch])
        return True

    def acked(self, epoch: str) -> int:
        return self.acks[epoch]

    def note(self, **values: str) -> None: ...

    def noted(self, key: str) -> str | None:
        return None


def event(seq: int) -> bytes:
    return encode(ServiceStarted(f"20261122-A{seq:03}", "1", "w"), seq=seq, boot="b", mono_ms=1, at=1, synced=True)


class Wire:
    def __init__(self, journal: MemoryJournal) -> None:
        self.journal = journal
        self.sent: list[Any] = []
        self.open = True
        self.outbox = Outbox(journal, journal, self.send, timeout_s=2.0)

    def send(self, message: msgspec.Struct) -> bool:
        if self.open:
            self.sent.append(message)
        return self.open

    def ranges(self) -> list[tuple[str, int, int]]:
        found = [(b.epoch, b.first, b.first + len(b.events) - 1) for b in self.sent if isinstance(b, Events)]
        self.sent.clear()
        return found

    def ack(self, epoch: str, seq: int, refused: list[Refused] | None = None, digest: str | None = None) -> bool:
        digest = self.journal.chain(epoch)[seq].hex() if digest is None else digest
        return self.outbox.acknowledged(Ack("b", 1, "g1", epoch, seq, digest, refused or []), 0.0, 0.5)

    def told(self, epoch: str, seq: int) -> StreamAck:
        return StreamAck(epoch, seq, self.journal.chain(epoch)[seq].hex())


def test_batches_are_what_a_receiver_takes_and_stay_below_the_limit() -> None:
    journal = MemoryJournal(A=1200)
    wire = Wire(journal)
    wire.outbox.begin(1, "g1", [], anew=False)
    wire.outbox.step(0.0, 0.5)
    end = Receiver("A")
    for batch in wire.sent:
        assert len(msgspec.json.encode(batch)) <= 65_536
        end.committed(end.offer(batch.first, bytes.fromhex(batch.prev_hash), batch.events, lambda seq: None))
    assert (end.acked, end.tip) == (1200, journal.head[1])


def test_the_next_epoch_waits_for_the_one_before() -> None:
    wire = Wire(MemoryJournal(A=3, B=2, C=4))
    wire.outbox.begin(1, "g1", [wire.told("A", 3)], anew=False)
    wire.outbox.step(0.0, 0.5)
    assert wire.ranges() == [("B", 1, 2)]
    assert wire.outbox.backlog == 6
    assert wire.ack("B", 2)
    wire.outbox.step(0.0, 0.5)
    assert wire.ranges() == [("C", 1, 4)]
    assert wire.ack("C", 4)
    assert wire.outbox.backlog == 0
    assert wire.outbox.wakes(0.0) is None


def test_under_a_new_generation_what_the_centre_does_not_name_is_sent_again() -> None:
    journal = MemoryJournal(A=3, B=4)
    journal.acks = {"A": 3, "B": 4}
    wire = Wire(journal)
    wire.outbox.begin(1, "g2", [wire.told("B", 1)], anew=True)
    assert journal.acks == {"A": 0, "B": 1}
    wire.outbox.step(0.0, 0.5)
    assert wire.ranges() == [("A", 1, 3)]


def test_the_same_generation_is_believed_to_hold_what_it_acknowledged() -> None:
    journal = MemoryJournal(A=3, B=4)
    journal.acks = {"A": 3, "B": 2}
    wire = Wire(journal)
    wire.outbox.begin(1, "g1", [wire.told("B", 2)], anew=False)
    wire.outbox.step(0.0, 0.5)
    assert wire.ranges() == [("B", 3, 4)]


def test_another_history_is_not_acknowledged_but_shown_to_the_centre() -> None:
    wire = Wire(MemoryJournal(A=5))
    wire.outbox.begin(1, "g1", [StreamAck("A", 3, "f" * 64)], anew=False)
    assert wire.outbox.disputed == {"A"}
    wire.outbox.step(0.0, 0.5)
    assert wire.ranges() == [("A", 1, 5)], "so that it finds the fork"
    assert not wire.ack("A", 5, digest="f" * 64)
    assert wire.outbox.backlog == 5


def test_a_refused_range_goes_one_by_one() -> None:
    wire = Wire(MemoryJournal(A=6))
    wire.outbox.begin(1, "g1", [], anew=False)
    wire.outbox.step(0.0, 0.5)
    wire.ranges()
    wire.ack("A", 2, [Refused(3, 4, "odd")])
    wire.outbox.step(0.0, 0.5)
    assert wire.ranges() == [("A", 3, 3), ("A", 4, 4), ("A", 5, 6)]
    assert wire.outbox.refused == 1


def test_lower_acks_count_only_after_a_silence() -> None:
    wire = Wire(MemoryJournal(A=10))
    wire.outbox.begin(1, "g1", [wire.told("A", 6)], anew=False)
    wire.outbox.step(0.0, 0.5)
    wire.ack("A", 4)
    assert not wire.outbox.centre_fell_back, "it may be a late duplicate"
    wire.outbox.step(2.5, 0.5)
    assert wire.outbox.centre_fell_back
    wire.ack("A", 10)
    assert not wire.outbox.centre_fell_back


def test_a_link_that_takes_no_more_is_tried_again_soon_and_nothing_counts_as_sent() -> None:
    wire = Wire(MemoryJournal(A=10))
    wire.outbox.begin(1, "g1", [], anew=False)
    wire.open = False
    wire.outbox.step(1.0, 0.5)
    due = wire.outbox.wakes(1.0)
    assert due is not None
    assert 1.0 < due < 1.5
    wire.open = True
    wire.outbox.step(1.0, 0.5)
    assert wire.ranges() == [], "not before that"
    wire.outbox.step(due, 0.5)
    assert wire.ranges() == [("A", 1, 10)]


def test_a_journal_that_gives_nothing_is_not_asked_in_a_circle() -> None:
    journal = MemoryJournal(A=10)
    journal.readable = False
    wire = Wire(journal)
    wire.outbox.begin(1, "g1", [], anew=False)
    wire.outbox.step(1.0, 0.5)
    due = wire.outbox.wakes(1.0)
    assert due is not None
    assert due > 1.0


def test_after_the_end_nothing_is_sent_and_the_backlog_still_counts() -> None:
    journal = MemoryJournal(A=10, B=5)
    wire = Wire(journal)
    wire.outbox.begin(1, "g1", [wire.told("A", 4)], anew=False)
    wire.outbox.end()
    wire.outbox.step(0.0, 0.5)
    assert wire.ranges() == []
    assert wire.outbox.backlog == 11
    assert not wire.ack("A", 10)
