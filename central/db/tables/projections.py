"""Read models folded from `events`; `hallkeeper central rebuild` makes them again, row for row."""

from typing import Any

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base


class TicketRow(Base):
    """One ticket at one service. `wait_s`: first call less issue, or less the slot's start for a booked customer
    who came before it; `handling_s`: counter time of its finished services, less what was suspended.

    A ticket that goes on to another service (一票到底) leaves a row `ticket#1`, `#2` … for each stage done, and its own
    row is about the present stage. Where a copy of the node gave its number to somebody else as well, the one of the
    two whose issue came first has a row `ticket!…`.
    """

    __tablename__ = "tickets"
    __table_args__ = (Index("ix_tickets_day_hall", "day", "hall"), Index("ix_tickets_unsynced", "node", "unsynced"))

    node: Mapped[str] = mapped_column(primary_key=True)
    ticket: Mapped[str] = mapped_column(primary_key=True)
    hall: Mapped[str]
    day: Mapped[str]
    number: Mapped[str]
    service: Mapped[str]
    """The queue it is in or was served in; "" when its issue was lost."""
    lane: Mapped[str]
    priority_class: Mapped[str | None]
    source: Mapped[str]
    status: Mapped[str]
    """waiting, called, serving, suspended, done, passed or voided."""
    counter: Mapped[str | None]
    clerk: Mapped[str | None]
    issued_at: Mapped[int | None]
    hour: Mapped[int | None]
    """Local hour of issue, 0–23, in the hall's time zone."""
    called_at: Mapped[int | None]
    """First call."""
    started_at: Mapped[int | None]
    """First start of service."""
    ended_at: Mapped[int | None]
    """Finished, passed or voided; None while open."""
    wait_s: Mapped[int | None]
    handling_s: Mapped[int | None]
    calls: Mapped[int] = mapped_column(default=0)
    passes: Mapped[int] = mapped_column(default=0)
    returns: Mapped[int] = mapped_column(default=0)
    transfers: Mapped[int] = mapped_column(default=0)
    ahead: Mapped[int | None]
    promised_p50_s: Mapped[int | None]
    promised_p90_s: Mapped[int | None]
    policy: Mapped[str | None]
    """Why it was called: the rule's policy of its last call."""
    level: Mapped[int | None]
    """Rating 5 (best) … 1; None: not rated, which never counts as good."""
    slips: Mapped[int] = mapped_column(default=0)
    token: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    """SHA-256 of the secret on its slip (central/slip_token.py); None when its issue was lost."""
    booking: Mapped[str | None]
    """Code of the booking it was issued for."""
    slot_at: Mapped[int | None]
    arrival: Mapped[str | None]
    """on_time, late, deferred or lifted; None for a walk-in."""
    verified: Mapped[str | None]
    """The last verification of identity: same, other or none; None: there was none."""
    assurance: Mapped[str | None]
    """high, or low where the number was typed."""
    acceptance: Mapped[str | None]
    """Number of its acceptance receipt."""
    notices: Mapped[int] = mapped_column(default=0, server_default="0")
    """One-time supplement notices given."""
    result: Mapped[str | None]
    """success or failure, as told at the window."""
    moves: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often its customer asked to be moved back."""
    suspends: Mapped[int] = mapped_column(default=0, server_default="0")
    overruns: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the counter time was over, as the hall saw it by its own limits."""
    stage: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many services of a journey were done before this one."""
    turns: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it was called to a counter; repeated calls are in `calls` alone."""
    chosen: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of these: how often as a chosen number (特呼)."""
    unsynced: Mapped[bool] = mapped_column(default=False)
    """Some of its times come from a clock that was not set yet."""
    marks: Mapped[dict[str, Any]]
    """What the fold needs to go on: boots and monotonic times of its steps."""


class CounterRow(Base):
    """One window as its events left it. `status`: closed, idle, called, serving or paused."""

    __tablename__ = "counters"

    node: Mapped[str] = mapped_column(primary_key=True)
    counter: Mapped[str] = mapped_column(primary_key=True)
    hall: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    since: Mapped[int]
    clerk: Mapped[str | None]
    ticket: Mapped[str | None]
    reason: Mapped[str | None]
    cover: Mapped[str | None]


class CatalogueRow(Base):
    """What a node offers: the newest catalogue it recorded (contract/catalogue.py `Catalogue`)."""

    __tablename__ = "catalogues"

    node: Mapped[str] = mapped_column(primary_key=True)
    hall: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]
    catalogue: Mapped[dict[str, Any]]
    at: Mapped[int]


class RulesRow(Base):
    """The calling rules in force at a node since `at` (contract/catalogue.py `Rules`), as it recorded them."""

    __tablename__ = "hall_rules"

    node: Mapped[str] = mapped_column(primary_key=True)
    hall: Mapped[str] = mapped_column(index=True)
    rules: Mapped[dict[str, Any]]
    at: Mapped[int]
    nth: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many different ones there have been."""
    asked: Mapped[str | None]
    """The directive whose rules the node is taking, until it has answered."""


class RuleChangeRow(Base):
    """One set of rules that came into force at a node. `directive`: whose doing it was; None: the hall's own file."""

    __tablename__ = "rule_changes"

    node: Mapped[str] = mapped_column(primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hall: Mapped[str] = mapped_column(index=True)
    rules: Mapped[dict[str, Any]]
    at: Mapped[int]
    directive: Mapped[str | None]


class AlarmRow(Base):
    """One alarm, or one emergency (kind "emergency:fire" …). `note`: what was found and done."""

    __tablename__ = "alarms"

    node: Mapped[str] = mapped_column(primary_key=True)
    alarm: Mapped[str] = mapped_column(primary_key=True)
    hall: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    """help, silent, fire, intrusion, crowd or emergency:…; "" when its raising was lost."""
    place: Mapped[str]
    raised_at: Mapped[int | None]
    raised_by: Mapped[str]
    closed_at: Mapped[int | None]
    closed_by: Mapped[str | None]
    note: Mapped[str | None]


class DaySheetRow(Base):
    """One service's line of a day-end sheet, as the node closed it."""

    __tablename__ = "day_sheets"

    node: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    hall: Mapped[str] = mapped_column(index=True)
    issued: Mapped[int]
    served: Mapped[int]
    passed: Mapped[int]
    voided: Mapped[int]
    carried: Mapped[int]
    wait_mean_s: Mapped[int | None]
    wait_max_s: Mapped[int | None]
    handling_mean_s: Mapped[int | None]
    ratings: Mapped[dict[str, int]]
    closed_at: Mapped[int]
    suspended: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of those void or carried: cases that were suspended when the day ended."""


class DeviceRow(Base):
    """A device that failed at least once. `health`: ok or failed."""

    __tablename__ = "devices"

    node: Mapped[str] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(primary_key=True)
    hall: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    health: Mapped[str]
    since: Mapped[int]
    cause: Mapped[str | None]
    faults: Mapped[int] = mapped_column(default=0)


class DeviceFaultRow(Base):
    """One fault of one device; `nth` counts them."""

    __tablename__ = "device_faults"

    node: Mapped[str] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hall: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    cause: Mapped[str]
    failed_at: Mapped[int]
    recovered_at: Mapped[int | None]


class SlipRow(Base):
    """One slip that was started; `nth` counts the slips of a ticket. `status`: started, printed, failed or staff."""

    __tablename__ = "slips"

    node: Mapped[str] = mapped_column(primary_key=True)
    ticket: Mapped[str] = mapped_column(primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hall: Mapped[str] = mapped_column(index=True)
    copy: Mapped[bool]
    status: Mapped[str]
    started_at: Mapped[int | None]
    ended_at: Mapped[int | None]
    cause: Mapped[str | None]
