"""What the centre tells halls: a numbered log for each node, and the facts that stand for each hall."""

from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base, Key


class DirectiveRow(Base):
    """One directive to one node. `expires_at` None: never (a fact). `outcome`: the node's answer."""

    __tablename__ = "directives"
    __table_args__ = (UniqueConstraint("node", "generation", "seq"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    node: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    generation: Mapped[str]
    seq: Mapped[int]
    id: Mapped[str] = mapped_column(index=True)
    """Removes duplicates for ever; a command carried into a new generation keeps it."""
    kind: Mapped[str]
    type: Mapped[str]
    data: Mapped[bytes]
    """The JSON of the directive, exactly as signed and sent."""
    issued_at: Mapped[int]
    issued_by: Mapped[str]
    expires_at: Mapped[int | None]
    outcome: Mapped[str | None]
    detail: Mapped[str | None]
    answered_at: Mapped[int | None]


class HallFact(Base):
    """One fact that stands in a hall now: a booking, a notice, a catalogue. A snapshot is made of these."""

    __tablename__ = "hall_facts"

    hall: Mapped[str] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    data: Mapped[dict[str, Any]]
    until: Mapped[int | None]
    """When it stops to matter (ms); it is left out of snapshots after that."""
    at: Mapped[int]


class SlipWish(Base):
    """What somebody asked for on the page of a slip: a rating, or to be called later. `id`: of the directive."""

    __tablename__ = "slip_wishes"

    id: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    """SHA-256 of the slip's secret (central/slip_token.py)."""
    kind: Mapped[str]
    """rating or move_back."""
    level: Mapped[int | None]
    at: Mapped[int]
