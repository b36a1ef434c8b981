"""What nodes sent: their numbered events byte for byte, and everything that was not as it should be."""

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base, Key


class Stream(Base):
    """One epoch of one node.

    Everything up to `acked` is stored, or declared lost in `holes`, or a dead letter; `hash` ends the chain there.
    """

    __tablename__ = "streams"
    __table_args__ = (UniqueConstraint("node", "epoch"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    node: Mapped[str]
    epoch: Mapped[str]
    prev_epoch: Mapped[str | None]
    acked: Mapped[int] = mapped_column(default=0)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    forked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[int]


class StoredEvent(Base):
    """One event: its exact bytes, and the chain's hash after it. `id` rises with arrival; projections follow it."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("stream", "seq"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    stream: Mapped[int] = mapped_column(ForeignKey("streams.id"))
    seq: Mapped[int]
    at: Mapped[int]
    type: Mapped[str]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    raw: Mapped[bytes]


class Hole(Base):
    """Events `first`..`last` that can never be had any more, as the node declared."""

    __tablename__ = "holes"
    __table_args__ = (UniqueConstraint("node", "epoch", "first"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    node: Mapped[str]
    epoch: Mapped[str]
    first: Mapped[int]
    last: Mapped[int]
    prev_hash: Mapped[str]
    next_hash: Mapped[str]
    reason: Mapped[str]
    at: Mapped[int]


class Refusal(Base):
    """A range of events the centre could not read and asked for again, one by one."""

    __tablename__ = "refusals"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    node: Mapped[str] = mapped_column(index=True)
    epoch: Mapped[str]
    first: Mapped[int]
    last: Mapped[int]
    reason: Mapped[str]
    at: Mapped[int]


class DeadLetter(Base):
    """Bytes nobody could read, kept as they came. `seq` where they stood in a stream (then the ack passed them).

    And tickets whose number two customers have: `topic` names the ticket, and there are no bytes.
    """

    __tablename__ = "dead_letters"
    __table_args__ = (Index("ix_dead_letters_node_epoch_seq", "node", "epoch", "seq"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    node: Mapped[str]
    topic: Mapped[str]
    epoch: Mapped[str | None]
    seq: Mapped[int | None]
    reason: Mapped[str]
    raw: Mapped[bytes]
    size: Mapped[int]
    """Bytes as received; `raw` holds at most the first 64 KiB of a message."""
    at: Mapped[int]


class Fork(Base):
    """The same number with other bytes: both copies are kept, this one beside the stored one."""

    __tablename__ = "forks"
    __table_args__ = (UniqueConstraint("node", "epoch", "seq", "hash"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    node: Mapped[str]
    epoch: Mapped[str]
    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    stored_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    raw: Mapped[bytes]
    boot: Mapped[str]
    conn: Mapped[int]
    at: Mapped[int]


class Cursor(Base):
    """How far a reader of `events` has come: the last `id` it has folded in."""

    __tablename__ = "cursors"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
