"""What a message to a webhook is about: hall and booking, to be found by"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("webhook_deliveries", sa.Column("hall", sa.String(), server_default="", nullable=False))
    op.add_column("webhook_deliveries", sa.Column("code", sa.String(), server_default="", nullable=False))
