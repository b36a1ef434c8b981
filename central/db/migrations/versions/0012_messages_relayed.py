"""Messages relayed to departments, and who can be told"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _contacts()
    _relays()
    _relays_to()


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("address_kid", sa.String(), nullable=False),
        sa.Column("address_masked", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("outages", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.id"], name=op.f("fk_contacts_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_hall"), "contacts", ["hall"], unique=False)


def _relays() -> None:
    op.create_table(
        "relays",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("booking", _KEY, nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["booking"], ["bookings.id"], name=op.f("fk_relays_booking")),
        sa.ForeignKeyConstraint(["hall"], ["halls.id"], name=op.f("fk_relays_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relays")),
        sa.UniqueConstraint("source", name=op.f("uq_relays_source")),
    )
    for name in ("hall", "booking", "closed_at"):
        op.create_index(op.f(f"ix_relays_{name}"), "relays", [name], unique=False)


def _relays_to() -> None:
    op.create_table(
        "relays_to",
        sa.Column("relay", _KEY, nullable=False),
        sa.Column("contact", _KEY, nullable=False),
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=True),
        sa.Column("feedback", sa.String(), nullable=False),
        sa.Column("feedback_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_relays_to_contact")),
        sa.ForeignKeyConstraint(["relay"], ["relays.id"], name=op.f("fk_relays_to_relay")),
        sa.PrimaryKeyConstraint("relay", "contact", name=op.f("pk_relays_to")),
        sa.UniqueConstraint("token", name=op.f("uq_relays_to_token")),
    )
