"""Messages relayed to departments and persons of the house (传达信息), and who can be told."""

from typing import Any

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base, Key


class Contact(Base):
    """A department's own address, or a person's in it. `hall` empty: told of what comes from any hall."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    hall: Mapped[str] = mapped_column(default="", index=True)
    department: Mapped[str | None] = mapped_column(ForeignKey("departments.id"))
    name: Mapped[str]
    """As visitors and letters name it."""
    channel: Mapped[str]
    """email, wecom, dingtalk, feishu or sms."""
    address: Mapped[bytes] = mapped_column(LargeBinary)
    address_kid: Mapped[str]
    address_masked: Mapped[str]
    language: Mapped[str] = mapped_column(default="zh")
    outages: Mapped[bool] = mapped_column(default=False)
    """Told of a line that failed (outage.notify_list)."""
    active: Mapped[bool] = mapped_column(default=True)


class Relay(Base):
    """One message. Open until somebody closes it: the customer knows, the visitor was met, the line works."""

    __tablename__ = "relays"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    hall: Mapped[str] = mapped_column(ForeignKey("halls.id"), index=True)
    kind: Mapped[str]
    """message, visitor, mail or outage."""
    text: Mapped[str]
    facts: Mapped[dict[str, Any]]
    """Of a visitor: name (masked), host, purpose, number; `source` is the event it comes from."""
    source: Mapped[str | None] = mapped_column(unique=True)
    booking: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    """Of the customer it is about, where there is one."""
    urgent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[int]
    created_by: Mapped[str]
    due_at: Mapped[int]
    """Until when it is to be acknowledged (relay.ack_within)."""
    closed_at: Mapped[int | None] = mapped_column(index=True)
    closed_by: Mapped[str | None]
    result: Mapped[str] = mapped_column(default="")
    """What came of it, and how the customer was told."""


class RelayTo(Base):
    """One who is told of a relay, and what he answered."""

    __tablename__ = "relays_to"

    relay: Mapped[int] = mapped_column(ForeignKey("relays.id"), primary_key=True)
    contact: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    token: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the secret of his link."""
    acknowledged_at: Mapped[int | None]
    acknowledged_by: Mapped[str | None]
    """`link`, or the user who heard it from him."""
    feedback: Mapped[str] = mapped_column(default="")
    feedback_at: Mapped[int | None]
