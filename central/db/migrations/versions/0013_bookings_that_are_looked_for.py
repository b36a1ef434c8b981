"""Indexes of what is looked for again and again: rosters owed to halls, a person's bookings, open grants"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_bookings_status_starts_at", "bookings", ["status", "starts_at"], unique=False)
    op.create_index(op.f("ix_bookings_person_key"), "bookings", ["person_key"], unique=False)
    owed = sa.text("rev > told_rev")
    op.create_index("ix_bookings_owed", "bookings", ["hall"], unique=False, sqlite_where=owed, postgresql_where=owed)
    op.drop_index("ix_grants_node_state", table_name="grants")
    op.create_index("ix_grants_state_node", "grants", ["state", "node"], unique=False)
