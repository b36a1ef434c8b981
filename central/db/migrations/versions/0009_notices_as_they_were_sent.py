"""Notices as they were sent: our own id of each try, how often one failed for good, what was said"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("message", sa.String(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("said", sa.String(), server_default="", nullable=False))
    op.create_index(op.f("ix_outbox_message"), "outbox", ["message"], unique=False)
