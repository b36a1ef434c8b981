"""Tickets of the whole hall floor: bookings, identity, papers, journeys; `hallkeeper central rebuild` fills them"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXTS = ("booking", "arrival", "verified", "assurance", "acceptance", "result")
COUNTS = ("notices", "moves", "suspends", "overruns", "stage", "turns", "chosen")


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("tickets", sa.Column(name, sa.String(), nullable=True))
    op.add_column("tickets", sa.Column("slot_at", sa.BigInteger(), nullable=True))
    for name in COUNTS:
        op.add_column("tickets", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("day_sheets", sa.Column("suspended", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "slip_wishes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_wishes")),
    )
    op.create_table(
        "hall_rules",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("nth", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("asked", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_hall_rules")),
    )
    _rule_changes_and_alarms()
    op.create_index(op.f("ix_hall_rules_hall"), "hall_rules", ["hall"], unique=False)
    op.create_index(op.f("ix_slip_wishes_token"), "slip_wishes", ["token"], unique=False)


def _rule_changes_and_alarms() -> None:
    op.create_table(
        "rule_changes",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("nth", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("directive", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("node", "nth", name=op.f("pk_rule_changes")),
    )
    op.create_index(op.f("ix_rule_changes_hall"), "rule_changes", ["hall"], unique=False)
    op.create_table(
        "alarms",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("alarm", sa.String(), nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=True),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("node", "alarm", name=op.f("pk_alarms")),
    )
    op.create_index(op.f("ix_alarms_hall"), "alarms", ["hall"], unique=False)
