"""Where each numbered stream stands, and the rows a batch adds to it; everything within the caller's transaction."""

from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import NoResultFound

from central.db.tables import DeadLetter, Fork, Hole, Refusal, StoredEvent, Stream
from central.ingest.append import Row, append
from central.ingest.projector import Arrived
from central.ingest.words import clean
from contract import chain, stream
from contract.messages import Events, Lost, Refused

_STREAMS = Stream.__table__
_MOVE = (
    update(Stream.__table__)  # type: ignore[arg-type]
    .where(_STREAMS.c.id == bindparam("key"))
    .values(acked=bindparam("to"), hash=bindparam("tip"))
)


class Known(msgspec.Struct):
    """One epoch of one node as it will be after the running transaction."""

    id: int
    node: str
    receiver: stream.Receiver
    prev_epoch: str | None


class Streams:
    """Remembers receivers between transactions; `forget` after one that failed, since they ran ahead of it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Known] = {}
        self._last_id: int | None = None
        self._rows: list[Row] = []
        self._changed: dict[int, Known] = {}
        self._connection: Connection | None = None
        self.arrived: list[Arrived] = []

    def begin(self, connection: Connection) -> None:
        """Starts collecting for one transaction."""
        self._connection, self._rows, self._changed, self.arrived = connection, [], {}, []
        if self._last_id is None:
            self._last_id = connection.scalar(select(func.max(StoredEvent.id))) or 0

    def forget(self) -> None:
        """The transaction failed: the database is the truth again."""
        self._known.clear()
        self._last_id = None
        self._rows, self._changed, self.arrived, self._connection = [], {}, [], None

    def find(self, node: str, epoch: str) -> Known | None:
        """None for an epoch never heard of."""
        known = self._known.get((node, epoch))
        if known is None:
            try:
                row = self._live.execute(select(Stream).where(Stream.node == node, Stream.epoch == epoch)).one()
            except NoResultFound:
                return None
            receiver = stream.Receiver(epoch, row.acked, row.hash)
            known = self._known[node, epoch] = Known(row.id, node, receiver, row.prev_epoch)
        return known

    def ended(self, node: str, epoch: str) -> bool:
        """Whether the node has begun another epoch behind this one, as far as it was let to say so."""
        behind = select(Stream.id).where(Stream.node == node, Stream.prev_epoch == epoch).limit(1)
        return self._live.scalar(behind) is not None

    def open(self, node: str, epoch: str, at: int, prev_epoch: str | None = None) -> Known:
        """The stream, made where it is new; `prev_epoch` is noted once it is told."""
        known = self.find(node, epoch)
        if known is None:
            made = self._live.execute(
                insert(Stream)
                .values(node=node, epoch=epoch, prev_epoch=prev_epoch, acked=0, hash=chain.GENESIS, created_at=at)
                .returning(Stream.id)
            ).scalar_one()
            known = self._known[node, epoch] = Known(made, node, stream.Receiver(epoch), prev_epoch)
        elif prev_epoch is not None and known.prev_epoch is None:
            self._live.execute(update(Stream).where(Stream.id == known.id).values(prev_epoch=prev_epoch))
            known.prev_epoch = prev_epoch
        return known

    def batch(self, node: str, batch: Events, at: int) -> stream.Offer:
        """Takes in one `up/events`."""
        known = self.open(node, batch.epoch, at)
        offer = known.receiver.offer(batch.first, bytes.fromhex(batch.prev_hash), batch.events, self.hash_at(known.id))
        if offer.new:
            self._add(known, offer.new)
        for dead in offer.dead:
            self._dead(known, dead, at)
        for refused in offer.refused:
            self._refused(known, refused, at)
        if offer.fork is not None:
            place = offer.fork.seq - batch.first
            raw = bytes(batch.events[place]) if 0 <= place < len(batch.events) else b""
            self.fork(known, offer.fork, raw, batch.boot, batch.conn, at)
        self._commit(known, offer)
        return offer

    def lost(self, node: str, lost: Lost, boot: str, conn: int, at: int) -> stream.Offer:
        """Takes in one `up/lost`: a hole stays visible for ever."""
        known = self.open(node, lost.epoch, at)
        prev = bytes.fromhex(lost.prev_hash) if lost.prev_hash else None
        offer = known.receiver.lost(lost.from_, lost.to, prev, bytes.fromhex(lost.next_hash), lost.reason)
        if offer.hole is not None:
            self._live.execute(
                insert(Hole).values(
                    node=node,
                    epoch=lost.epoch,
                    first=offer.hole.first,
                    last=offer.hole.last,
                    prev_hash=lost.prev_hash,
                    next_hash=lost.next_hash,
                    reason=clean(lost.reason),
                    at=at,
                )
            )
        if offer.fork is not None:
            self.fork(known, offer.fork, b"", boot, conn, at)
        self._commit(known, offer)
        return offer

    def fork(self, known: Known, fork: stream.Fork, raw: bytes, boot: str, conn: int, at: int) -> None:
        """The other copy is kept beside ours, once."""
        dialect = sqlite if self._live.dialect.name == "sqlite" else postgresql
        self._live.execute(
            dialect.insert(Fork)
            .values(
                node=known.node,
                epoch=known.receiver.epoch,
                seq=fork.seq,
                hash=fork.theirs,
                stored_hash=fork.mine or None,
                raw=raw,
                boot=boot,
                conn=conn,
                at=at,
            )
            .on_conflict_do_nothing()
        )
        self._live.execute(update(Stream).where(Stream.id == known.id).values(forked=True))

    def hash_at(self, stream_id: int) -> Callable[[int], bytes | None]:
        """The stored chain hash at a seq, rows of this transaction included."""

        def look(seq: int) -> bytes | None:
            self.flush()
            return self._live.scalar(
                select(StoredEvent.hash).where(StoredEvent.stream == stream_id, StoredEvent.seq == seq)
            )

        return look

    def flush(self) -> None:
        """Writes what was collected; before the commit."""
        if self._rows:
            append(self._live, self._rows)
            self._rows = []
        if self._changed:
            stands = [
                {"key": known.id, "to": known.receiver.acked, "tip": known.receiver.tip}
                for known in self._changed.values()
            ]
            self._live.execute(_MOVE, stands)
            self._changed = {}

    @property
    def _live(self) -> Connection:
        assert self._connection is not None, "begin() first"
        return self._connection

    def _commit(self, known: Known, offer: stream.Offer) -> None:
        """The receiver goes on at once, for the next message of the same transaction; `forget` takes it back."""
        if offer.acked > known.receiver.acked:
            self._changed[known.id] = known
        known.receiver.committed(offer)

    def _add(self, known: Known, new: tuple[stream.New, ...]) -> None:
        assert self._last_id is not None
        number, node, stream_id = self._last_id, known.node, known.id
        for one in new:
            number += 1
            envelope = one.envelope
            self._rows.append((number, stream_id, one.seq, envelope.at, envelope.type, one.hash, one.raw))
            self.arrived.append(Arrived(number, node, envelope))
        self._last_id = number

    def _dead(self, known: Known, dead: stream.Dead, at: int) -> None:
        self._live.execute(
            insert(DeadLetter).values(
                node=known.node,
                topic="events",
                epoch=known.receiver.epoch,
                seq=dead.seq,
                reason=clean(dead.reason),
                raw=dead.raw,
                size=len(dead.raw),
                at=at,
            )
        )

    def _refused(self, known: Known, refused: Refused, at: int) -> None:
        self._live.execute(
            insert(Refusal).values(
                node=known.node,
                epoch=known.receiver.epoch,
                first=refused.from_,
                last=refused.to,
                reason=clean(refused.reason),
                at=at,
            )
        )
