"""The trail of every change and of every look at what is masked (S0-3). Append-only: the database refuses the rest."""

from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base, Key


class AuditRow(Base):
    """Who did what to which thing. A row is never changed, and deleted only when it is older than three years."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject", "subject_id"), Index("ix_audit_at", "at"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[int]
    actor: Mapped[str]
    """A user's name, "customer", "api:…", "node:…" or "system"."""
    action: Mapped[str]
    """Such as booking.confirmed, booking.cancelled, person.viewed, person.view_refused, user.created."""
    subject: Mapped[str]
    """booking, slot, closure, user, template, …"""
    subject_id: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Only masked texts: the trail itself shows nobody's number."""
    purpose: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    """Network address, or channel."""
