"""Which halls exist, which node serves which hall, and what each node was last told."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base, Key


class Hall(Base):
    """One service hall. `name` in several languages; `timezone` gives the local hour of a ticket."""

    __tablename__ = "halls"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[dict[str, str]]
    timezone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    created_at: Mapped[int]


class Node(Base):
    """One enrolled node. `lease` is its current secret, `lease_before` the one before, `lease_offered` the newest.

    `boot` and `conn` are those it goes by: of its last hello that was not put aside.
    """

    __tablename__ = "nodes"

    id: Mapped[str] = mapped_column(primary_key=True)
    hall: Mapped[str] = mapped_column(ForeignKey("halls.id"), index=True)
    enrolled_at: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    hw: Mapped[str | None]
    hw_before: Mapped[str | None]
    version: Mapped[str | None]
    boot: Mapped[str | None]
    conn: Mapped[int | None]
    hello_at: Mapped[int | None]
    lease: Mapped[str | None]
    lease_before: Mapped[str | None]
    lease_offered: Mapped[str | None]
    seen_generation: Mapped[str | None]
    seen_epoch: Mapped[str | None]
    seen_seq: Mapped[int | None]
    seen_hash: Mapped[str | None]
    taken_generation: Mapped[str | None]
    """The downward cursor the node reported last: every directive up to it is in the node's journal."""
    taken_seq: Mapped[int] = mapped_column(default=0)


class Quarantine(Base):
    """A copy of a node that was told to stand aside: it serves on in its hall, and nothing of it is taken in.

    `lease` is what it was given to be known by; `boot`, `conn` and `hw` are those of its last hello. It stands until
    the office says that it may speak (`let_in`), or that it is gone.
    """

    __tablename__ = "quarantines"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    node: Mapped[str] = mapped_column(ForeignKey("nodes.id"), index=True)
    lease: Mapped[str] = mapped_column(unique=True)
    boot: Mapped[str]
    conn: Mapped[int]
    hw: Mapped[str]
    reason: Mapped[str]
    since: Mapped[int]
    heard_at: Mapped[int]
    ended_at: Mapped[int | None]
    ended_by: Mapped[str | None]
    let_in: Mapped[bool] = mapped_column(default=False)


class Generation(Base):
    """One life of the centre; the newest `ordinal` is the current one."""

    __tablename__ = "generations"

    ordinal: Mapped[int] = mapped_column(Key, primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    began_at: Mapped[int]
    reason: Mapped[str]


class VerdictRow(Base):
    """What each hello was answered, and what was odd about it."""

    __tablename__ = "verdicts"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    node: Mapped[str] = mapped_column(index=True)
    at: Mapped[int] = mapped_column(index=True)
    boot: Mapped[str]
    conn: Mapped[int]
    hw: Mapped[str]
    generation: Mapped[str]
    verdict: Mapped[str]
    reason: Mapped[str]
