"""PURE: a numbered log sent with a cumulative acknowledgement, used in both directions (protocol.md).

`Sender` says what to send next and when to send again; `Receiver` says what of a batch is new. Neither
holds data, knows a clock or a socket: times are monotonic seconds given by the caller, data stays in
the journal or the database. Loss, duplicates and reordering cost time and nothing else.

The upward way of one batch at the centre::

    offer = receiver.offer(batch.first, bytes.fromhex(batch.prev_hash), batch.events, hash_at)
    ...store offer.new (and offer.dead, offer.fork) in one transaction, commit...
    receiver.committed(offer)
    ...send Ack(epoch, receiver.acked, receiver.tip.hex(), offer.refused), whatever the batch was...
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from contract import chain, wire
from contract.errors import WireError
from contract.events import Envelope
from contract.messages import Refused

WINDOW = 8
"""Batches on the way at once."""
TIMEOUT_S = 5.0
"""Without news for this long, everything from acked + 1 is sent again; doubled each time."""
LONGEST_S = 60.0
"""The longest the timeout grows to."""

HashAt = Callable[[int], bytes | None]
"""The receiver's stored chain hash at a seq ≤ acked, None where it is not known (a hole, pruned)."""


class Bucket:
    """Token bucket: `rate` events a second, at most `burst` at once. Not for waiting; it only counts."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self._level, self._at = burst, 0.0

    def level(self, now: float) -> int:
        """Events that may go now; below zero after a batch larger than what was there."""
        self._level = min(self.burst, self._level + max(0.0, now - self._at) * self.rate)
        self._at = max(now, self._at)
        return int(self._level)

    def take(self, count: int, now: float) -> None:
        self.level(now)
        self._level -= count

    def ready_at(self, now: float) -> float:
        """When at least one event may go."""
        return now + max(0.0, 1.0 - self._level) / self.rate if self.level(now) < 1 else now


class Want(NamedTuple):
    """Send a batch from `first`, of at most `most` items (and at most 64 KiB)."""

    first: int
    most: int


class Sender:
    """The sending end of one stream, numbered from 1. `head` arguments are the last seq that exists."""

    def __init__(
        self,
        acked: int,
        *,
        window: int = WINDOW,
        timeout_s: float = TIMEOUT_S,
        longest_s: float = LONGEST_S,
        bucket: Bucket | None = None,
    ) -> None:
        self.acked = acked
        self.next = acked + 1
        self._window, self._timeout_s, self._longest_s = window, timeout_s, longest_s
        self._bucket = bucket
        self._flying: deque[int] = deque()
        """Last seq of each batch sent and not acknowledged, rising."""
        self._sent = self._head = acked
        """The highest seq sent, and the highest known to exist: what an acknowledgement may name at most."""
        self._deadline = 0.0
        self._tries = 0
        self._alone: list[tuple[int, int]] = []
        """Refused ranges, sent one by one."""

    def wants(self, head: int, now: float, jitter: float = 0.5) -> Want | None:
        """The batch to send now, or None. `jitter` 0..1 shortens or stretches the next timeout by a quarter."""
        self._head = max(self._head, head)
        if self._flying and now >= self._deadline:
            self._rewind()
        window = self._window if not self._tries else 1  # a silent peer is only probed
        if self.next > head or len(self._flying) >= window:
            return None
        count = self._run(head)
        if self._bucket is not None:
            count = min(count, self._bucket.level(now))
        if count < 1:
            return None
        if not self._flying:
            self._deadline = now + self._patience(jitter)
        return Want(self.next, count)

    def sent(self, last: int, now: float) -> None:
        """A batch (or a `lost`) from `wants().first` to `last` has left."""
        if last < self.next:
            raise ValueError(f"batch ends at {last}, before its first {self.next}")
        if self._bucket is not None:
            self._bucket.take(last - self.next + 1, now)
        self._flying.append(last)
        self.next = last + 1
        self._sent = max(self._sent, last)
        self._head = max(self._head, last)

    def acknowledged(self, seq: int, now: float, jitter: float = 0.5) -> bool:
        """True when this ack is news. It may name what was not sent by this sender, never what does not exist."""
        if not self.acked < seq <= self._head:
            return False
        self.acked, self._tries = seq, 0
        self.next = max(self.next, seq + 1)
        while self._flying and self._flying[0] <= seq:
            self._flying.popleft()
        self._deadline = now + self._patience(jitter)
        self._alone = [(a, b) for a, b in self._alone if b > seq]
        return True

    def refused(self, from_: int, to: int) -> None:
        """The receiver could not read `from_`..`to`: they go again, one by one. Said twice it changes nothing."""
        from_, to = max(from_, self.acked + 1), min(to, self._sent)
        if from_ > to or any(a <= from_ and to <= b for a, b in self._alone):
            return
        self._alone.append((from_, to))
        self._flying = deque(last for last in self._flying if last < from_)
        self.next = min(self.next, from_)

    @property
    def stalled(self) -> bool:
        """Nothing was acknowledged for at least one timeout, though something was sent."""
        return self._tries > 0

    def wakes(self, head: int, now: float) -> float | None:
        """When `wants` may have something new to say without news from outside; None: never."""
        times = [self._deadline] if self._flying else []
        room = len(self._flying) < (self._window if not self._tries else 1)
        if self._bucket is not None and self.next <= head and room:
            times.append(self._bucket.ready_at(now))
        return min(times, default=None)

    def _rewind(self) -> None:
        self._flying.clear()
        self.next = self.acked + 1
        self._tries += 1

    def _run(self, head: int) -> int:
        """How many may go together from `next`: one inside a refused range, else up to the next such range."""
        for a, b in self._alone:
            if a <= self.next <= b:
                return 1
        return min([head, *(a - 1 for a, _ in self._alone if a > self.next)]) - self.next + 1

    def _patience(self, jitter: float) -> float:
        return min(self._timeout_s * 2.0**self._tries, self._longest_s) * (0.75 + 0.5 * jitter)


def unseen(acked: int, first: int, count: int) -> int | None:
    """How many items at the head of a batch were had before (all of them: `count`); None: a gap before it."""
    return None if first > acked + 1 else min(acked + 1 - first, count)


class New(NamedTuple):
    """One event to store: exact bytes, chain hash after it, and its envelope."""

    seq: int
    raw: bytes
    hash: bytes
    envelope: Envelope


class Dead(NamedTuple):
    """One event that could not be read, not even alone: kept byte for byte, part of the chain."""

    seq: int
    raw: bytes
    hash: bytes
    reason: str


class Fork(NamedTuple):
    """Same seq, other hash. `seq` is the first one known to differ; `mine` stays, `theirs` is not stored."""

    seq: int
    mine: bytes
    theirs: bytes


class Hole(NamedTuple):
    """Events that cannot be had any more."""

    first: int
    last: int
    reason: str


class Offer(msgspec.Struct, frozen=True):
    """What is to be committed of one message, and what to answer. `acked` and `tip` hold after that commit."""

    acked: int
    tip: bytes
    new: tuple[New, ...] = ()
    dead: tuple[Dead, ...] = ()
    hole: Hole | None = None
    refused: list[Refused] = []
    fork: Fork | None = None
    gap: bool = False
    """Something before it is missing; the sender will send again from acked + 1."""
    duplicates: int = 0


class Receiver:
    """The receiving end of one epoch. `acked` and `tip` (chain hash at `acked`) change in `committed` only."""

    def __init__(self, epoch: str, acked: int = 0, tip: bytes = chain.GENESIS) -> None:
        self.epoch, self.acked, self.tip = epoch, acked, tip
        self._asked: list[tuple[int, int]] = []
        """Ranges refused once, wanted one by one; lost on a restart, which costs one more round."""

    def offer(self, first: int, prev: bytes, raws: Sequence[bytes | msgspec.Raw], hash_at: HashAt) -> Offer:
        """What of a batch is new. `prev` is the sender's hash(first - 1). Changes nothing but its own notes."""
        had = unseen(self.acked, first, len(raws))
        if had is None:
            return Offer(self.acked, self.tip, gap=True)
        items = [bytes(raw) for raw in raws]
        hashes = [prev]
        for seq, raw in enumerate(items, first):
            hashes.append(chain.link(hashes[-1], self.epoch, seq, raw))
        if fork := self._fork(first - 1, hashes[: had + 1], hash_at):
            return Offer(self.acked, self.tip, fork=fork, duplicates=had)
        if had == len(items):
            return Offer(self.acked, self.tip, duplicates=had)
        new: list[New] = []
        dead: list[Dead] = []
        refused: list[Refused] = []
        for seq, raw, after in zip(range(first + had, first + len(items)), items[had:], hashes[had + 1 :], strict=True):
            try:
                read = wire.envelope(raw, seq)
            except WireError as error:
                if len(items) == 1 and self._was_asked(seq):
                    dead.append(Dead(seq, raw, after, str(error)))
                else:
                    refused = self._refuse(seq, items[seq - first :], str(error))
                    break
            else:
                new.append(New(seq, raw, after, read))
        acked = first + had - 1 + len(new) + len(dead)
        return Offer(acked, hashes[acked - first + 1], tuple(new), tuple(dead), None, refused, None, False, had)

    def lost(self, from_: int, to: int, prev: bytes | None, after: bytes, reason: str) -> Offer:
        """A hole `from_`..`to`; `prev` is hash(from_ - 1), None where the sender does not know it any more."""
        if from_ > self.acked + 1:
            return Offer(self.acked, self.tip, gap=True)
        if to <= self.acked:
            return Offer(self.acked, self.tip, duplicates=to - from_ + 1)
        if from_ == self.acked + 1 and prev not in (None, self.tip):
            return Offer(self.acked, self.tip, fork=Fork(self.acked, self.tip, prev or b""))
        return Offer(to, after, hole=Hole(self.acked + 1, to, reason), duplicates=self.acked + 1 - from_)

    def committed(self, offer: Offer) -> None:
        """`offer` is durable."""
        if offer.acked > self.acked:
            self.acked, self.tip = offer.acked, offer.tip
            self._asked = [(a, b) for a, b in self._asked if b > self.acked]

    def _fork(self, base: int, hashes: Sequence[bytes], hash_at: HashAt) -> Fork | None:
        """`hashes` are the sender's at `base`, `base` + 1 …, all of seqs that were had before."""

        def mine(seq: int) -> bytes | None:
            return self.tip if seq == self.acked else chain.GENESIS if seq == 0 else hash_at(seq)

        # Equal hashes at the end prove everything before; only a difference is looked for one by one.
        if mine(base + len(hashes) - 1) in (hashes[-1], None) and mine(base) in (hashes[0], None):
            return None
        for seq, theirs in enumerate(hashes, base):
            if (own := mine(seq)) not in (theirs, None):
                return Fork(seq, own or b"", theirs)
        return None

    def _was_asked(self, seq: int) -> bool:
        return any(a <= seq <= b for a, b in self._asked)

    def _refuse(self, seq: int, rest: Sequence[bytes], reason: str) -> list[Refused]:
        """The unreadable run at the head of `rest`, which starts at `seq`."""
        to = seq
        for raw in rest[1:]:
            try:
                wire.envelope(raw, to + 1)
            except WireError:
                to += 1
            else:
                break
        if not self._was_asked(seq) or not self._was_asked(to):
            self._asked.append((seq, to))
        return [Refused(seq, to, reason)]
