"""Slots, bookings, and the halls' own shares"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _slots()
    _bookings()
    _booking_changes()
    _grants()
    _unreconciled()
    _idempotency_keys()


def _slots() -> None:
    op.create_table(
        "slots",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("excess", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("taken + granted <= capacity + excess", name=op.f("ck_slots_no_overbooking")),
        sa.CheckConstraint("taken >= 0 AND granted >= 0 AND excess >= 0", name=op.f("ck_slots_counts")),
        sa.ForeignKeyConstraint(["hall"], ["halls.id"], name=op.f("fk_slots_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
    )
    op.create_index("ix_slots_hall_day_service", "slots", ["hall", "day", "service"], unique=False)


def _bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=True),
        sa.Column("business_type", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=True),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("channel_ref", sa.String(), nullable=False),
        sa.Column("partner", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("person", sa.LargeBinary(), nullable=True),
        sa.Column("person_kid", sa.String(), nullable=False),
        sa.Column("person_key", sa.String(), nullable=True),
        sa.Column("phone_key", sa.String(), nullable=True),
        sa.Column("roster_id", sa.String(), nullable=True),
        sa.Column("roster_phone", sa.String(), nullable=True),
        sa.Column("name_masked", sa.String(), nullable=False),
        sa.Column("phone_masked", sa.String(), nullable=False),
        sa.Column("id_masked", sa.String(), nullable=False),
        sa.Column("id_type", sa.String(), nullable=False),
        sa.Column("has_email", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("priority_class", sa.String(), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("applied_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("assisted_by", sa.String(), nullable=True),
        sa.Column("readback", sa.Boolean(), nullable=False),
        sa.Column("review_s", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.Column("late_cancel", sa.Boolean(), nullable=False),
        sa.Column("rebooked_as", sa.String(), nullable=True),
        sa.Column("rebooked_from", sa.String(), nullable=True),
        sa.Column("closure", sa.BigInteger(), nullable=True),
        sa.Column("node", sa.String(), nullable=True),
        sa.Column("ticket", sa.String(), nullable=True),
        sa.Column("arrived_at", sa.BigInteger(), nullable=True),
        sa.Column("arrival", sa.String(), nullable=True),
        sa.Column("served_at", sa.BigInteger(), nullable=True),
        sa.Column("grant", sa.String(), nullable=True),
        sa.Column("flag", sa.String(), nullable=False),
        sa.Column("flag_seen_by", sa.String(), nullable=True),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("told_rev", sa.BigInteger(), nullable=False),
        sa.Column("rules_version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.id"], name=op.f("fk_bookings_hall")),
        sa.ForeignKeyConstraint(["slot"], ["slots.id"], name=op.f("fk_bookings_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("code", name=op.f("uq_bookings_code")),
    )
    op.create_index("ix_bookings_hall_day", "bookings", ["hall", "day"], unique=False)
    op.create_index("ix_bookings_node_ticket", "bookings", ["node", "ticket"], unique=False)
    op.create_index(op.f("ix_bookings_phone_key"), "bookings", ["phone_key"], unique=False)
    op.create_index(op.f("ix_bookings_slot"), "bookings", ["slot"], unique=False)
    op.create_index("ix_bookings_status_deadline", "bookings", ["status", "deadline"], unique=False)
    op.create_index(
        "uq_bookings_open_person",
        "bookings",
        ["person_key", "business_type"],
        unique=True,
        sqlite_where=sa.text("open AND person_key IS NOT NULL"),
        postgresql_where=sa.text("open AND person_key IS NOT NULL"),
    )


def _booking_changes() -> None:
    op.create_table(
        "booking_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booking", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["booking"], ["bookings.id"], name=op.f("fk_booking_changes_booking")),
        sa.ForeignKeyConstraint(["slot"], ["slots.id"], name=op.f("fk_booking_changes_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_changes")),
    )
    op.create_index(op.f("ix_booking_changes_booking"), "booking_changes", ["booking"], unique=False)


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["node"], ["nodes.id"], name=op.f("fk_grants_node")),
        sa.ForeignKeyConstraint(["slot"], ["slots.id"], name=op.f("fk_grants_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index("ix_grants_node_state", "grants", ["node", "state"], unique=False)
    op.create_index(op.f("ix_grants_slot"), "grants", ["slot"], unique=False)


def _unreconciled() -> None:
    op.create_table(
        "unreconciled",
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("generation", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.id"], name=op.f("fk_unreconciled_hall")),
        sa.PrimaryKeyConstraint("hall", name=op.f("pk_unreconciled")),
    )


def _idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_at"), "idempotency_keys", ["at"], unique=False)
