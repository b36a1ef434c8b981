"""Programs that book for people: keys of channels and partners, and the webhooks that tell them what became of it."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base, Key


class ApiKey(Base):
    """One key; only its hash is kept. `channel`: app, wechat or partner."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str]
    channel: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    prefix: Mapped[str]
    """Its first signs, for a person to tell keys apart."""
    halls: Mapped[list[Any]] = mapped_column(JSON)
    """Which halls it may book; empty: all."""
    per_minute: Mapped[int] = mapped_column(default=120)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[int]
    created_by: Mapped[str]
    used_at: Mapped[int | None]


class Webhook(Base):
    """Where a partner wants to hear of its bookings (Standard Webhooks)."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    api_key: Mapped[int] = mapped_column(ForeignKey("api_keys.id"), index=True)
    url: Mapped[str]
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    secret_kid: Mapped[str]
    events: Mapped[list[Any]] = mapped_column(JSON)
    """Types such as booking.confirmed; empty: all."""
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[int]


class WebhookDelivery(Base):
    """One message to one webhook. `state`: waiting, delivered or given_up."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (Index("ix_webhook_deliveries_state_next", "state", "next_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    """The message's own id, the same at every try."""
    webhook: Mapped[int] = mapped_column(ForeignKey("webhooks.id"), index=True)
    type: Mapped[str]
    hall: Mapped[str] = mapped_column(default="", server_default="")
    code: Mapped[str] = mapped_column(default="", server_default="")
    """Of the booking it is about; empty for a trial."""
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[int]
    created_at: Mapped[int]
    delivered_at: Mapped[int | None]
    status: Mapped[int | None]
    """HTTP status of the last try."""
    error: Mapped[str] = mapped_column(default="")
