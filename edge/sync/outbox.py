"""Upward: from the journal to the centre, epochs oldest first, until the centre says that it has them."""

import logging
from collections.abc import Sequence

import msgspec

from contract import chain, wire
from contract.messages import Ack, Events, StreamAck
from contract.stream import TIMEOUT_S, Bucket, Sender
from edge.sync.ports import Epoch, Keeping, Reading, Send

log = logging.getLogger(__name__)

MOST = 500
"""Events of one batch."""
BLOCKED_S = 0.1
"""How soon to try again after the link took no more."""


class _Flow:
    """One epoch on its way up."""

    def __init__(self, epoch: str, last: int, sender: Sender) -> None:
        self.epoch, self.last, self.sender = epoch, last, sender
        self.fell_back = False
        """The centre acknowledged less than it had before."""

    @property
    def done(self) -> bool:
        return self.sender.acked >= self.last


class Outbox:
    """Used by one thread. `reading` is a connection of its own: reading never waits for the line's commits."""

    def __init__(
        self,
        keeping: Keeping,
        reading: Reading,
        send: Send,
        *,
        bucket: Bucket | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._keeping, self._reading, self._send = keeping, reading, send
        self._bucket, self._timeout_s = bucket, timeout_s
        self._flows: list[_Flow] = []
        self._conn = 0
        self._generation = ""
        self._blocked_until = 0.0
        self._older = self._count_older()
        self.disputed: set[str] = set()
        """Epochs of which the centre holds something else than this journal wrote."""
        self.refused = 0
        """Refusals heard since the start."""

    @property
    def backlog(self) -> int:
        """Events the centre has not acknowledged."""
        if self._flows:
            self._refresh()
            return sum(max(0, flow.last - flow.sender.acked) for flow in self._flows)
        return self._older + max(0, self._keeping.head[0] - self._keeping.acked(self._keeping.epoch))

    def begin(self, conn: int, generation: str, acks: Sequence[StreamAck], *, anew: bool) -> None:
        """Welcomed: goes on from where the centre stands. `anew`: under a generation not met before, which
        may have lost what was acknowledged; then what it does not name counts as not held by it."""
        self._conn, self._generation = conn, generation
        told = {ack.epoch: ack for ack in acks}
        streams = self._reading.all_streams()
        self.disputed.clear()
        if anew and streams:
            # The journal forgets what the life before acknowledged, before it keeps the new generation.
            self._keeping.acknowledge(streams[0].epoch, 0, chain.GENESIS, generation)
        self._flows = [self._flow(each, told.get(each.epoch)) for each in streams]
        self._blocked_until = 0.0

    def end(self) -> None:
        """Offline, or no longer welcome."""
        self._flows = []
        self._older = self._count_older()

    def acknowledged(self, ack: Ack, now: float, jitter: float) -> bool:
        """An ack for this connection. True when it is news. Wrong hashes are not believed."""
        flow = next((each for each in self._flows if each.epoch == ack.epoch), None)
        if flow is None or ack.generation != self._generation:
            return False
        self._refresh()
        flow.fell_back = ack.seq < flow.sender.acked
        for refused in ack.refused:
            log.warning("the centre cannot read %s %s to %s: %s", ack.epoch, refused.from_, refused.to, refused.reason)
            self.refused += 1
            flow.sender.refused(refused.from_, refused.to)
        if ack.seq <= flow.sender.acked:
            return False
        if flow.epoch != self._keeping.epoch and not self._fits(ack.epoch, ack.seq, ack.hash):
            flow.last = flow.sender.acked  # as in `_flow`
            return False
        if not self._believed(ack.epoch, ack.seq, ack.hash):
            return False
        return flow.sender.acknowledged(ack.seq, now, jitter)

    @property
    def centre_fell_back(self) -> bool:
        """The centre holds less than it acknowledged, and silence says it is no late duplicate: hello is due."""
        return any(flow.fell_back and flow.sender.stalled for flow in self._flows)

    def step(self, now: float, jitter: float) -> None:
        """Sends what may be sent now."""
        if now < self._blocked_until:
            return
        while (flow := self._active()) is not None:
            want = flow.sender.wants(flow.last, now, jitter)
            if want is None:
                return
            last = self._batch(flow.epoch, want.first, want.most)
            if last is None:
                self._blocked_until = now + BLOCKED_S
                return
            flow.sender.sent(last, now)

    def wakes(self, now: float) -> float | None:
        """When `step` has something to do without news; None: never."""
        flow = self._active()
        if flow is None:
            return None
        due = flow.sender.wakes(flow.last, now)
        return max(due or 0.0, self._blocked_until) if due is not None or self._blocked_until > now else None

    # --- inside --------------------------------------------------------------

    def _flow(self, each: Epoch, told: StreamAck | None) -> _Flow:
        start = self._keeping.acked(each.epoch)
        if told is not None and each.epoch != self._keeping.epoch:
            start = told.acked if self._fits(told.epoch, told.acked, told.hash) else each.last
        elif told is not None and self._believed(told.epoch, told.acked, told.hash):
            start = told.acked
        return _Flow(each.epoch, each.last, Sender(start, timeout_s=self._timeout_s, bucket=self._bucket))

    def _fits(self, epoch: str, seq: int, digest: str) -> bool:
        """False for an ended epoch of which the centre holds more or other events than this journal: its end was torn
        off, or another copy of the node wrote it. What is here of it stays here, and must not hold up those behind it.
        """
        return self._keeping.acknowledge(epoch, seq, bytes.fromhex(digest), self._generation)

    def _believed(self, epoch: str, seq: int, digest: str) -> bool:
        if self._fits(epoch, seq, digest):
            return True
        if epoch not in self.disputed:
            log.error("the centre holds another history of %s at event %s than this journal", epoch, seq)
        self.disputed.add(epoch)
        return False

    def _active(self) -> _Flow | None:
        self._refresh()
        return next((flow for flow in self._flows if not flow.done), None)

    def _refresh(self) -> None:
        """Only the running epoch grows, and it is the last one."""
        if self._flows and self._flows[-1].epoch == self._keeping.epoch:
            self._flows[-1].last = self._keeping.head[0]

    def _batch(self, epoch: str, first: int, most: int) -> int | None:
        """Sends one batch, or what is lost in its place; the last seq it covers, None where it did not go."""
        head = Events(self._keeping.boot, self._conn, epoch, first, "0" * 64, [])
        room = wire.MAX_PAYLOAD - len(wire.encode(head))
        chunk = self._reading.read(epoch, first - 1, max_bytes=room, max_count=min(most, MOST))
        if not chunk.events:
            lost = self._reading.lost(epoch, first - 1)
            return lost.to if lost is not None and self._send(lost) else None
        events = [msgspec.Raw(raw) for _, raw in chunk.events]
        batch = Events(self._keeping.boot, self._conn, epoch, first, chunk.prev_hash.hex(), events)
        return chunk.events[-1][0] if self._send(batch) else None

    def _count_older(self) -> int:
        older = (each for each in self._reading.all_streams() if each.epoch != self._keeping.epoch)
        return sum(max(0, each.last - self._keeping.acked(each.epoch)) for each in older)
