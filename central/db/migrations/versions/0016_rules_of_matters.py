"""Review rules of matters; what was chosen of a matter's questions, as the hall is told it"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("matters", sa.Column("review_rules", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("bookings", sa.Column("choices", sa.JSON(), server_default="{}", nullable=False))
