"""Indexes of what is counted again and again: bookings to look at or to complete, verdicts of just now"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    unseen, unknown = sa.text("flag != '' AND flag_seen_by IS NULL"), sa.text("person IS NULL")
    op.create_index(
        "ix_bookings_unseen", "bookings", ["hall", "flag"], unique=False, sqlite_where=unseen, postgresql_where=unseen
    )
    op.create_index(
        "ix_bookings_unknown", "bookings", ["status"], unique=False, sqlite_where=unknown, postgresql_where=unknown
    )
    op.create_index(op.f("ix_verdicts_at"), "verdicts", ["at"], unique=False)
