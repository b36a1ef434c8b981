"""Closures of halls (暂停办公) and what becomes of each booking they hit."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base, Key


class Closure(Base):
    """A hall closes from `from_at` until `until_at` (expected). `text`: what the public reads, by language."""

    __tablename__ = "closures"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    hall: Mapped[str] = mapped_column(ForeignKey("halls.id"), index=True)
    from_at: Mapped[int]
    until_at: Mapped[int]
    cause: Mapped[str]
    """weather, power, epidemic, fire, works or other."""
    text: Mapped[dict[str, str]]
    known_at: Mapped[int]
    """When the office knew of it; publishing is measured from here (closure.publish_within)."""
    published_at: Mapped[int]
    by: Mapped[str]
    ended_at: Mapped[int | None]
    ended_by: Mapped[str | None]
    suspended_at: Mapped[int | None]
    """When the hall was told to issue no more tickets."""


class ClosureCase(Base):
    """One booking hit by a closure. `outcome`: open, rebooked, cancelled, kept or unreachable."""

    __tablename__ = "closure_cases"
    __table_args__ = (Index("ix_closure_cases_booking", "booking"),)

    closure: Mapped[int] = mapped_column(ForeignKey("closures.id"), primary_key=True)
    booking: Mapped[int] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(default="open")
    offers: Mapped[list[Any]] = mapped_column(JSON)
    """Ids of slots offered; one tap takes one."""
    offer_token: Mapped[bytes]
    """SHA-256 of the secret in the offered link."""
    contacted_at: Mapped[int | None]
    settled_at: Mapped[int | None]


class ContactTask(Base):
    """Somebody is to be called or seen to. `kind`: phone_confirm, closure, notice_failed or review_query."""

    __tablename__ = "contact_tasks"
    __table_args__ = (Index("ix_contact_tasks_state_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    hall: Mapped[str]
    booking: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    closure: Mapped[int | None] = mapped_column(ForeignKey("closures.id"))
    why: Mapped[str] = mapped_column(default="")
    """Such as the flags or the notice that failed."""
    state: Mapped[str] = mapped_column(default="open")
    """open, done or dropped (its booking is over)."""
    due_at: Mapped[int]
    tries: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(default="")
    """reached, no_answer, wrong_number, rebooked, cancelled or confirmed."""
    note: Mapped[str] = mapped_column(default="")
    by: Mapped[str | None]
    created_at: Mapped[int]
    done_at: Mapped[int | None]
