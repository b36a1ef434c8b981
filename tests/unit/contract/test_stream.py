"""The numbered log: single rules first, then both ends over a channel that loses, doubles, delays and forgets."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract import chain, wire
from contract.events import ServiceStarted, encode
from contract.messages import Refused
from contract.stream import Bucket, Fork, Hole, Receiver, Sender, Want, unseen

E = "01EPOCH"


def event(seq: int, by: str = "a") -> bytes:
    return encode(ServiceStarted(f"20261122-A{seq:03}", "1", by), seq=seq, boot="b", mono_ms=seq, at=seq, synced=True)


class Log:
    """What one side has stored: exact bytes, and the chain over them."""

    def __init__(self, raws: list[bytes]) -> None:
        self.raws = list(raws)
        self.hashes = [chain.GENESIS]
        for seq, raw in enumerate(raws, 1):
            self.hashes.append(chain.link(self.hashes[-1], E, seq, raw))

    def hash_at(self, seq: int) -> bytes | None:
        return self.hashes[seq]

    def batch(self, first: int, last: int) -> tuple[int, bytes, list[bytes]]:
        return first, self.hashes[first - 1], self.raws[first - 1 : last]


LOG = Log([event(seq) for seq in range(1, 11)])


def receiver(acked: int = 0) -> Receiver:
    return Receiver(E, acked, LOG.hashes[acked])


# --- receiver ------------------------------------------------------------------------------------


def test_the_chain_is_the_protocols() -> None:
    one = hashlib.sha256(bytes(32) + b"01EPOCH" + b"\0\0\0\0\0\0\0\1" + LOG.raws[0]).digest()
    assert chain.link(chain.GENESIS, E, 1, LOG.raws[0]) == one == LOG.hashes[1]


def test_new_events_come_with_hash_and_envelope_and_count_only_after_the_commit() -> None:
    end = receiver(2)
    offer = end.offer(*LOG.batch(3, 5), LOG.hash_at)
    assert [(n.seq, n.raw, n.hash) for n in offer.new] == [(s, LOG.raws[s - 1], LOG.hashes[s]) for s in (3, 4, 5)]
    assert [n.envelope.type for n in offer.new] == ["ServiceStarted"] * 3
    assert (end.acked, end.tip) == (2, LOG.hashes[2])
    end.committed(offer)
    assert (end.acked, end.tip) == (5, LOG.hashes[5])


@pytest.mark.fault("F18")
def test_duplicates_and_overlaps_are_had_once() -> None:
    end = receiver(5)
    offer = end.offer(*LOG.batch(2, 4), LOG.hash_at)
    assert (offer.new, offer.acked, offer.tip, offer.duplicates, offer.fork) == ((), 5, LOG.hashes[5], 3, None)
    offer = end.offer(*LOG.batch(4, 7), LOG.hash_at)
    assert ([n.seq for n in offer.new], offer.acked, offer.tip) == ([6, 7], 7, LOG.hashes[7])


@pytest.mark.fault("F19")
def test_a_gap_is_not_stepped_over() -> None:
    offer = receiver(3).offer(*LOG.batch(5, 7), LOG.hash_at)
    assert (offer.gap, offer.new, offer.acked) == (True, (), 3)


def test_an_older_offer_never_takes_the_ack_back() -> None:
    end = receiver()
    early, late = end.offer(*LOG.batch(1, 3), LOG.hash_at), end.offer(*LOG.batch(1, 6), LOG.hash_at)
    end.committed(late)
    end.committed(early)
    assert (end.acked, end.tip) == (6, LOG.hashes[6])


@pytest.mark.parametrize(("first", "last", "differs"), [(4, 6, 3), (3, 5, 3), (1, 5, 3), (6, 8, 5), (5, 9, 4)])
def test_another_history_is_a_fork_and_nothing_of_it_is_taken(first: int, last: int, differs: int) -> None:
    theirs = Log([event(s, "a" if s < 3 else "forged") for s in range(1, 11)])
    offer = receiver(5).offer(*theirs.batch(first, last), LOG.hash_at)
    assert offer.fork == Fork(differs, LOG.hashes[differs], theirs.hashes[differs])
    assert (offer.new, offer.acked, offer.tip) == ((), 5, LOG.hashes[5])


def test_a_fork_behind_a_hole_cannot_be_seen_and_is_a_duplicate() -> None:
    offer = receiver(5).offer(*Log([event(s, "x") for s in range(1, 5)]).batch(2, 3), lambda seq: None)
    assert (offer.fork, offer.duplicates) == (None, 2)


@pytest.mark.fault("F33")
def test_unreadable_ones_are_asked_alone_and_then_buried_byte_for_byte() -> None:
    log = Log([event(1), event(2), b"\xff{", event(1), event(5), event(6)])
    end = Receiver(E)
    offer = end.offer(*log.batch(1, 6), log.hash_at)
    assert [n.seq for n in offer.new] == [1, 2]
    assert [(r.from_, r.to) for r in offer.refused] == [(3, 4)]
    end.committed(offer)
    assert end.offer(*log.batch(3, 6), log.hash_at).dead == (), "in company it is never buried"
    for seq in (3, 4):
        offer = end.offer(*log.batch(seq, seq), log.hash_at)
        assert [(d.seq, d.raw, d.hash) for d in offer.dead] == [(seq, log.raws[seq - 1], log.hashes[seq])]
        assert offer.refused == []
        end.committed(offer)
    offer = end.offer(*log.batch(5, 6), log.hash_at)
    assert ([n.seq for n in offer.new], offer.acked, offer.tip, offer.fork) == ([5, 6], 6, log.hashes[6], None)


def test_alone_but_never_asked_it_is_asked_first() -> None:
    log = Log([b"nonsense"])
    end = Receiver(E)
    first, second = end.offer(*log.batch(1, 1), log.hash_at), end.offer(*log.batch(1, 1), log.hash_at)
    assert ([(r.from_, r.to) for r in first.refused], first.dead) == ([(1, 1)], ())
    assert ([d.seq for d in second.dead], second.refused) == ([1], [])


def test_a_hole_is_stepped_over_and_the_chain_goes_on_behind_it() -> None:
    end = receiver(3)
    offer = end.lost(4, 7, LOG.hashes[3], LOG.hashes[7], "pruned")
    assert (offer.hole, offer.acked, offer.tip) == (Hole(4, 7, "pruned"), 7, LOG.hashes[7])
    end.committed(offer)
    assert [n.seq for n in end.offer(*LOG.batch(8, 9), LOG.hash_at).new] == [8, 9]


def test_a_hole_that_was_partly_had_is_as_small_as_it_can_be() -> None:
    assert receiver(5).lost(4, 7, LOG.hashes[3], LOG.hashes[7], "x").hole == Hole(6, 7, "x")
    assert receiver(7).lost(4, 7, LOG.hashes[3], LOG.hashes[7], "x").hole is None
    assert receiver(2).lost(4, 7, LOG.hashes[3], LOG.hashes[7], "x").gap
    assert receiver(3).lost(4, 7, None, LOG.hashes[7], "x").hole is not None
    assert receiver(3).lost(4, 7, b"?" * 32, LOG.hashes[7], "x").fork == Fork(3, LOG.hashes[3], b"?" * 32)


def test_unseen_counts_what_was_had() -> None:
    assert [unseen(5, first, 3) for first in (2, 3, 4, 5, 6, 7)] == [3, 3, 2, 1, 0, None]


# --- sender --------------------------------------------------------------------------------------


def test_the_window_bounds_what_is_on_the_way() -> None:
    end = Sender(0, window=3)
    for first in (1, 11, 21):
        assert end.wants(100, 0.0) == Want(first, 101 - first)
        end.sent(first + 9, 0.0)
    assert end.wants(100, 0.0) is None
    assert end.acknowledged(10, 1.0)
    assert end.wants(100, 1.0) == Want(31, 70)


def test_silence_rewinds_once_a_timeout_and_waits_longer_each_time() -> None:
    end, sends, now = Sender(4, timeout_s=2.0, longest_s=10.0), [], 0.0
    while now < 60:
        if (want := end.wants(20, now)) is not None:
            assert want.first == 5 or not sends
            sends.append(now)
            end.sent(20, now)
        now += 0.25
    assert sends == [0.0, 2.0, 6.0, 14.0, 24.0, 34.0, 44.0, 54.0]


def test_a_silent_peer_is_probed_with_one_batch_and_news_opens_the_window_again() -> None:
    end = Sender(0, window=4, timeout_s=1.0)
    for last in (5, 10, 15, 20):
        end.sent(last, 0.0)
    end.wants(30, 0.0)
    assert end.wants(30, 1.0) == Want(1, 30)
    end.sent(5, 1.0)
    assert end.wants(30, 1.0) is None
    end.acknowledged(5, 1.1)
    assert end.wants(30, 1.1) == Want(6, 25)
    end.sent(10, 1.1)
    assert end.wants(30, 1.1) == Want(11, 20)


def test_jitter_spreads_the_timeouts() -> None:
    times = []
    for jitter in (0.0, 1.0):
        end = Sender(0, timeout_s=4.0)
        end.wants(5, 0.0, jitter)
        end.sent(5, 0.0)
        times.append(end.wakes(5, 0.0))
    assert times == [3.0, 5.0]


def test_acks_of_the_past_or_of_what_does_not_exist_are_not_news() -> None:
    end = Sender(5)
    end.wants(9, 0.0)
    end.sent(9, 0.0)
    assert not end.acknowledged(4, 0.0)
    assert not end.acknowledged(10, 0.0)
    assert end.acked == 5
    assert end.acknowledged(9, 0.0)
    assert not end.acknowledged(9, 0.0)


def test_an_ack_after_a_rewind_still_counts() -> None:
    end = Sender(0, timeout_s=1.0)
    end.wants(9, 0.0)
    end.sent(9, 0.0)
    assert end.wants(9, 1.0) == Want(1, 9)
    assert end.acknowledged(9, 1.0)
    assert (end.next, end.wants(9, 9.0), end.wakes(9, 9.0)) == (10, None, None)


def test_a_receiver_that_has_more_than_was_sent_to_it_saves_the_sending() -> None:
    end = Sender(0)
    end.wants(50, 0.0)
    end.sent(9, 0.0)
    assert end.acknowledged(30, 0.0)
    assert end.wants(50, 0.0) == Want(31, 20)


def test_refused_ranges_go_one_by_one_and_the_rest_in_batches() -> None:
    end = Sender(0)
    end.sent(10, 0.0)
    end.acknowledged(3, 0.0)
    end.refused(4, 5)
    end.refused(4, 5)
    wants = []
    while (want := end.wants(10, 0.0)) is not None:
        wants.append(want)
        end.sent(want.first + want.most - 1, 0.0)
    assert wants == [Want(4, 1), Want(5, 1), Want(6, 5)]


def test_a_refusal_of_what_was_acked_or_never_sent_changes_nothing() -> None:
    end = Sender(5)
    end.sent(8, 0.0)
    end.refused(2, 5)
    end.refused(9, 12)
    assert end.next == 9


def test_back_fill_is_spent_from_the_bucket() -> None:
    end = Sender(0, window=1000, bucket=Bucket(rate=10.0, burst=20.0))
    sent, now = 0, 100.0
    while now < 110.0:
        if (want := end.wants(10_000, now)) is not None:
            sent += want.most
            end.sent(want.first + want.most - 1, now)
            end.acknowledged(want.first + want.most - 1, now)
        now = max(now + 0.01, end.wakes(10_000, now) or 0)
    assert 118 <= sent <= 120


def test_an_empty_bucket_says_when() -> None:
    bucket = Bucket(rate=2.0, burst=4.0)
    bucket.take(5, 10.0)
    assert bucket.level(10.0) == -1
    assert bucket.ready_at(10.0) == 11.0
    assert bucket.level(11.0) == 1
    assert bucket.level(1000.0) == 4


def test_sending_backwards_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="before its first"):
        Sender(5).sent(5, 0.0)


# --- both, over the worst of channels ------------------------------------------------------------


class World:
    """A sender with `log`, a receiver that commits, and the wire between them, driven by drawn choices."""

    def __init__(self, log: Log, window: int) -> None:
        self.log, self.window, self.now = log, window, 0.0
        self.up: list[tuple[int, int]] = []
        self.down: list[tuple[int, list[Refused]]] = []
        self.stored: list[bytes] = []
        self.dead: set[int] = set()
        self.held = 0
        """The highest ack the sender saw."""
        self.connect()

    def connect(self) -> None:
        """Either end restarts, or the broker forgets all: what is durable goes on, the rest begins anew."""
        self.up, self.down = [], []
        self.receiver = Receiver(E, len(self.stored), Log(self.stored).hashes[-1])
        self.sender = Sender(len(self.stored), window=self.window, timeout_s=1.0, longest_s=4.0)

    def send(self, size: int) -> None:
        want = self.sender.wants(len(self.log.raws), self.now)
        if want is not None:
            last = want.first + min(want.most, size) - 1
            self.up.append((want.first, last))
            self.sender.sent(last, self.now)

    def deliver(self, at: int, keep: bool, crash: bool) -> None:
        if not self.up:
            return
        first, last = self.up[at % len(self.up)]
        if not keep:
            self.up.remove((first, last))
        raws = self.log.raws[first - 1 : last]
        offer = self.receiver.offer(first, self.log.hashes[first - 1], raws, Log(self.stored).hash_at)
        assert offer.fork is None
        got = sorted([*offer.new, *offer.dead])
        assert [g.seq for g in got] == list(range(len(self.stored) + 1, len(self.stored) + 1 + len(got)))
        self.stored += [g.raw for g in got]
        self.dead |= {d.seq for d in offer.dead}
        if crash:
            self.connect()
            return
        self.receiver.committed(offer)
        assert self.receiver.acked == len(self.stored), "the ack is never ahead of the commit"
        self.down.append((self.receiver.acked, offer.refused))

    def answer(self, at: int, keep: bool) -> None:
        if not self.down:
            return
        acked, refused = self.down[at % len(self.down)]
        if not keep:
            del self.down[at % len(self.down)]
        for r in refused:
            self.sender.refused(r.from_, r.to)
        self.sender.acknowledged(acked, self.now)
        self.held = max(self.held, self.sender.acked)
        assert self.sender.acked <= len(self.stored)

    def settle(self) -> int:
        """A channel that behaves from now on; the number of batches until all is there."""
        batches = 0
        while len(self.stored) < len(self.log.raws) or self.sender.acked < len(self.stored):
            self.send(5)
            batches += len(self.up)
            while self.up:
                self.deliver(0, False, False)
            while self.down:
                self.answer(0, False)
            self.now += 0.5
            assert batches < 2000, "it does not converge"
        return batches


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(1, 7)),
        st.tuples(st.just("deliver"), st.integers(0, 9), st.booleans(), st.booleans()),
        st.tuples(st.just("answer"), st.integers(0, 9), st.booleans()),
        st.tuples(st.just("lose up"), st.integers(0, 9)),
        st.tuples(st.just("lose down"), st.integers(0, 9)),
        st.tuples(st.just("connect")),
        st.tuples(st.just("wait"), st.floats(0.1, 5.0)),
    ),
    max_size=80,
)


@pytest.mark.fault("F05")
@pytest.mark.fault("F18")
@pytest.mark.fault("F19")
@pytest.mark.fault("F20")
@settings(max_examples=400, deadline=None)
@given(STEPS, st.sets(st.integers(1, 40), max_size=5), st.integers(1, 8))
def test_whatever_the_channel_does_all_arrives_once_and_in_order(
    steps: list[tuple], bad: set[int], window: int
) -> None:
    log = Log([b"\xff bad" if seq in bad else event(seq) for seq in range(1, 41)])
    world = World(log, window)
    for step in steps:
        match step:
            case ("send", size):
                world.send(size)
            case ("deliver", at, keep, crash):
                world.deliver(at, keep, crash)
            case ("answer", at, keep):
                world.answer(at, keep)
            case ("lose up", at) if world.up:
                del world.up[at % len(world.up)]
            case ("lose down", at) if world.down:
                del world.down[at % len(world.down)]
            case ("connect",):
                world.connect()
            case ("wait", seconds):
                world.now += seconds
    world.settle()
    assert world.stored == log.raws
    assert world.dead == bad
    assert world.receiver.tip == log.hashes[-1]


def test_a_batch_larger_than_the_wire_is_what_fitting_prevents() -> None:
    raws = [event(seq, "x" * 9_000) for seq in range(1, 20)]
    count = wire.fitting([len(raw) for raw in raws], wire.MAX_PAYLOAD - 512)
    assert count == 7
