"""Wrong tries of codes that exist, for every process of the centre"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_guesses",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_code_guesses")),
    )
    op.create_index(op.f("ix_code_guesses_last_at"), "code_guesses", ["last_at"], unique=False)
