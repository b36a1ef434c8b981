"""Tickets of the whole hall floor: bookings, identity, papers, journeys; `hallkeeper central rebuild` fills them"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXTS = ("booking", "arrival", "verified", "assurance", "acceptance", "result")
COUNTS = ("notices", "moves", "suspends", "overruns", "stage")


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("tickets", sa.Column(name, sa.String(), nullable=True))
    op.add_column("tickets", sa.Column("slot_at", sa.BigInteger(), nullable=True))
    for name in COUNTS:
        op.add_column("tickets", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
