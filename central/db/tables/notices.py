"""What is told to customers and staff: templates, the outbox, e-notices, and who watches which hall."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base, Key


class NoticeTemplate(Base):
    """The office's own words for an event; where there is none the built-in ones are used (central/notices)."""

    __tablename__ = "notice_templates"

    event: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    """sms or email."""
    language: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    gateway_id: Mapped[str] = mapped_column(default="")
    """The id under which the SMS provider approved it."""


class OutboxRow(Base):
    """One notice to one address. Written with what it tells of, in one transaction; sent once, tried again with
    back-off. `state`: waiting, sent, delivered, failed (a phone task took its place) or dropped."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_next", "state", "next_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    dedupe: Mapped[str] = mapped_column(unique=True)
    """event, booking, its rev and channel: the same is never told twice."""
    event: Mapped[str]
    booking: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    hall: Mapped[str]
    channel: Mapped[str]
    """sms, email, wechat or staff."""
    language: Mapped[str]
    address: Mapped[bytes] = mapped_column(LargeBinary)
    """Encrypted: phone, e-mail address, openid, or the URL of a staff channel."""
    address_kid: Mapped[str]
    address_masked: Mapped[str]
    variables: Mapped[dict[str, Any]]
    """What the template names; rendered when it is sent."""
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[int]
    created_at: Mapped[int]
    sent_at: Mapped[int | None]
    delivered_at: Mapped[int | None]
    message: Mapped[str] = mapped_column(default="", server_default="", index=True)
    """Our own id of it: a gateway that has seen it does not send it again. A new one after each failure for good."""
    reference: Mapped[str] = mapped_column(default="", index=True)
    """The gateway's own id, by which its delivery report names it."""
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it was refused or not delivered; what is only late does not count."""
    said: Mapped[str] = mapped_column(default="", server_default="")
    """What the customer read."""
    error: Mapped[str] = mapped_column(default="")


class ENotice(Base):
    """An electronic result notice (电子办理结果通知, S0-42), found by its code and the phone's last digits."""

    __tablename__ = "enotices"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    booking: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    node: Mapped[str]
    ticket: Mapped[str]
    number: Mapped[str]
    """The number of the result notice at the window."""
    outcome: Mapped[str]
    note: Mapped[str]
    collect: Mapped[str]
    failure: Mapped[str | None]
    at: Mapped[int]
    viewed_at: Mapped[int | None]


class Watcher(Base):
    """A person named for a hall, who is told when something is wrong there. `hall` empty: of all halls."""

    __tablename__ = "watchers"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    hall: Mapped[str] = mapped_column(default="", index=True)
    name: Mapped[str]
    channel: Mapped[str]
    """email, wecom, dingtalk, feishu or sms."""
    address: Mapped[bytes] = mapped_column(LargeBinary)
    address_kid: Mapped[str]
    address_masked: Mapped[str]
    kinds: Mapped[list[Any]] = mapped_column(JSON)
    """Which alerts; empty: all."""
    quiet_from: Mapped[str] = mapped_column(default="")
    quiet_to: Mapped[str] = mapped_column(default="")
    """Local "HH:MM"; in between nothing is sent but what is urgent."""
    language: Mapped[str] = mapped_column(default="zh")
    active: Mapped[bool] = mapped_column(default=True)


class Alert(Base):
    """Something that watchers were told of; one row from its beginning to its end."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index(
            "uq_alerts_open",
            "hall",
            "kind",
            "about",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    hall: Mapped[str]
    kind: Mapped[str]
    """alerts/judge.py `KINDS`."""
    about: Mapped[str]
    """Which node, device, service or kind of task."""
    facts: Mapped[dict[str, Any]]
    began_at: Mapped[int]
    told_at: Mapped[int | None]
    ended_at: Mapped[int | None]
    acknowledged_at: Mapped[int | None]
    acknowledged_by: Mapped[str | None]
