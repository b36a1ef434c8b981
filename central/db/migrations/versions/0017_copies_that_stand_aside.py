"""Copies of a node that were told to stand aside"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quarantines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("lease", sa.String(), nullable=False),
        sa.Column("boot", sa.String(), nullable=False),
        sa.Column("conn", sa.BigInteger(), nullable=False),
        sa.Column("hw", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("let_in", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["node"], ["nodes.id"], name=op.f("fk_quarantines_node_nodes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantines")),
        sa.UniqueConstraint("lease", name=op.f("uq_quarantines_lease")),
    )
    op.create_index(op.f("ix_quarantines_node"), "quarantines", ["node"], unique=False)
