"""A hall that had booking rules of its own may follow those of all halls again"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("booking_rules", sa.Column("common", sa.Boolean(), server_default=sa.false(), nullable=False))
