"""Bookings, the slots they take places of, and the changes asked for."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base, Key


class Slot(Base):
    """One bookable period of a service in a hall. `id`: `hall:service:starts_at`, so a restored centre finds it again.

    taken + granted never exceed capacity + excess, and the database itself refuses what would (F49).
    """

    __tablename__ = "slots"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND granted >= 0 AND excess >= 0", name="counts"),
        CheckConstraint("taken + granted <= capacity + excess", name="no_overbooking"),
        Index("ix_slots_hall_day_service", "hall", "day", "service"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    hall: Mapped[str] = mapped_column(ForeignKey("halls.id"))
    service: Mapped[str]
    day: Mapped[str]
    starts_at: Mapped[int]
    ends_at: Mapped[int]
    capacity: Mapped[int]
    by_hand: Mapped[bool] = mapped_column(default=False)
    """The capacity was set by a person and is not worked out anew."""
    taken: Mapped[int] = mapped_column(default=0)
    """Places of bookings that hold one, whoever sold them."""
    granted: Mapped[int] = mapped_column(default=0)
    """Places given to the hall as its own share, not known to be sold nor given back."""
    excess: Mapped[int] = mapped_column(default=0)
    """Bookings beyond the capacity, found after a loss or left over by a smaller capacity; a person sees to them."""
    closed: Mapped[bool] = mapped_column(default=False)
    """No more is sold, whatever is free."""


class Booking(Base):
    """One booking (预约). The person is encrypted; masked texts are for showing, keyed hashes for finding."""

    __tablename__ = "bookings"
    __table_args__ = (
        Index(
            "uq_bookings_open_person",
            "person_key",
            "business_type",
            unique=True,
            sqlite_where=text("open AND person_key IS NOT NULL"),
            postgresql_where=text("open AND person_key IS NOT NULL"),
        ),
        Index("ix_bookings_hall_day", "hall", "day"),
        Index("ix_bookings_node_ticket", "node", "ticket"),
        Index("ix_bookings_status_deadline", "status", "deadline"),
        Index("ix_bookings_status_starts_at", "status", "starts_at"),
        Index(
            "ix_bookings_owed",
            "hall",
            sqlite_where=text("rev > told_rev"),
            postgresql_where=text("rev > told_rev"),
        ),
        Index(
            "ix_bookings_unseen",
            "hall",
            "flag",
            sqlite_where=text("flag != '' AND flag_seen_by IS NULL"),
            postgresql_where=text("flag != '' AND flag_seen_by IS NULL"),
        ),
        Index(
            "ix_bookings_unknown",
            "status",
            sqlite_where=text("person IS NULL"),
            postgresql_where=text("person IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    hall: Mapped[str] = mapped_column(ForeignKey("halls.id"))
    matter: Mapped[str | None]
    """None only for what was rebuilt from a hall's roster."""
    business_type: Mapped[str]
    service: Mapped[str]
    slot: Mapped[str | None] = mapped_column(ForeignKey("slots.id"), index=True)
    day: Mapped[str]
    starts_at: Mapped[int]
    ends_at: Mapped[int]
    status: Mapped[str]
    """booking/life.py `STATUSES`."""
    open: Mapped[bool] = mapped_column(default=True)
    """Still to come; a person has at most one open booking of a business type."""
    holds: Mapped[bool] = mapped_column(default=True)
    """Counted in its slot's `taken`."""
    channel: Mapped[str]
    """web, app, wechat, hotline, onsite, partner, hall (its own share), roster (a file) or rebuilt."""
    channel_ref: Mapped[str] = mapped_column(default="")
    """Call id, or the partner's own number."""
    partner: Mapped[int | None]
    """`api_keys.id` of whose application it was."""
    language: Mapped[str] = mapped_column(default="zh")
    person: Mapped[bytes | None] = mapped_column(LargeBinary)
    """AES-GCM of contract/person.py `Person`; None: cleared, or never known here."""
    person_kid: Mapped[str] = mapped_column(default="")
    person_key: Mapped[str | None] = mapped_column(index=True)
    """HMAC of the identity number under the centre's search key."""
    phone_key: Mapped[str | None] = mapped_column(index=True)
    roster_id: Mapped[str | None]
    """The same under the hall's roster key, as its node knows them."""
    roster_phone: Mapped[str | None]
    name_masked: Mapped[str] = mapped_column(default="")
    phone_masked: Mapped[str] = mapped_column(default="")
    id_masked: Mapped[str] = mapped_column(default="")
    id_type: Mapped[str] = mapped_column(default="")
    has_email: Mapped[bool] = mapped_column(default=False)
    flags: Mapped[list[Any]] = mapped_column(JSON)
    """elderly, disabled, interpreter."""
    priority_class: Mapped[str | None]
    detail: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The description and the answers, encrypted as `person` is."""
    choices: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Of the answers, those that were chosen and not written: question to choice, as the hall is told them."""
    applied_at: Mapped[int]
    attempts: Mapped[int] = mapped_column(default=1)
    """Applications, resubmissions included (K13)."""
    faults: Mapped[list[Any]] = mapped_column(JSON)
    """While returned: `[{"field", "code", "text"}]` to mend."""
    deadline: Mapped[int | None]
    """While returned: until when; the place is held so long."""
    decided_at: Mapped[int | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why it was returned, refused, cancelled or moved."""
    reason_code: Mapped[str] = mapped_column(default="")
    """customer, FM (force majeure), office, closure, expired or late."""
    confirmed_at: Mapped[int | None]
    assisted_by: Mapped[str | None]
    readback: Mapped[bool] = mapped_column(default=False)
    review_s: Mapped[int | None]
    """Of assisted channels: seconds from taking the call, or opening the form, to the decision."""
    cancelled_at: Mapped[int | None]
    late_cancel: Mapped[bool] = mapped_column(default=False)
    rebooked_as: Mapped[str | None]
    """Code of the booking that took its place, and the other way round."""
    rebooked_from: Mapped[str | None]
    closure: Mapped[int | None]
    node: Mapped[str | None]
    ticket: Mapped[str | None]
    arrived_at: Mapped[int | None]
    arrival: Mapped[str | None]
    """on_time, late, deferred or lifted."""
    served_at: Mapped[int | None]
    grant: Mapped[str | None]
    flag: Mapped[str] = mapped_column(default="")
    """What a person must look at: excess, late_cancel, details_lost or double; empty: nothing."""
    flag_seen_by: Mapped[str | None]
    rev: Mapped[int] = mapped_column(default=1)
    """Rises with every change the hall must know."""
    told_rev: Mapped[int] = mapped_column(default=0)
    """The `rev` its hall was told last; 0: never."""
    rules_version: Mapped[int] = mapped_column(default=0)


class BookingChange(Base):
    """A change of business asked for (业务变更, S0-48); the new place is held until it is decided."""

    __tablename__ = "booking_changes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    booking: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    status: Mapped[str]
    """asked, approved, refused or withdrawn."""
    matter: Mapped[str]
    service: Mapped[str]
    slot: Mapped[str] = mapped_column(ForeignKey("slots.id"))
    before: Mapped[dict[str, Any]]
    channel: Mapped[str]
    asked_at: Mapped[int]
    decided_at: Mapped[int | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")


class Grant(Base):
    """Places of a slot given to one node as the hall's own share. n = sold + returned + settled + what is open.

    `state`: issued, recalled, closed (all of it is accounted for) or frozen (the epoch it was bound to is over:
    what is open counts as sold until it is settled)."""

    __tablename__ = "grants"
    __table_args__ = (Index("ix_grants_state_node", "state", "node"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[str] = mapped_column(ForeignKey("slots.id"), index=True)
    node: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    epoch: Mapped[str]
    n: Mapped[int]
    sold: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    settled: Mapped[int] = mapped_column(default=0)
    """Counted as sold or set free by a settlement."""
    state: Mapped[str]
    issued_at: Mapped[int]
    closed_at: Mapped[int | None]
    settled_by: Mapped[str | None]
    whole: Mapped[bool] = mapped_column(default=False)
    """Frozen: the epoch that followed proved that nothing the one before had promised is missing …"""
    last: Mapped[int] = mapped_column(default=0)
    """… and that this was its last event: once it is here, what is open can be sold again."""


class Unreconciled(Base):
    """A hall whose roster must be heard before its places are sold again: the centre was restored (`generation`)."""

    __tablename__ = "unreconciled"

    hall: Mapped[str] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    generation: Mapped[str]
    since: Mapped[int]
    parts: Mapped[list[Any]] = mapped_column(JSON)
    """Parts of the report that have come."""


class CodeGuess(Base):
    """Wrong tries of a code, of a booking or a result notice, that exists (central/guesses_kept.py)."""

    __tablename__ = "code_guesses"

    code: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[int] = mapped_column(index=True)


class IdempotencyKey(Base):
    """An answered POST: the same key of the same caller gets the same answer."""

    __tablename__ = "idempotency_keys"

    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of what was asked."""
    code: Mapped[str]
    """Of the booking that came of it."""
    at: Mapped[int] = mapped_column(index=True)
