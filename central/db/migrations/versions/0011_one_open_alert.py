"""Of each trouble at most one alert is open"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_alerts_open", "alerts")
    lasting = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["hall", "kind", "about"],
        unique=True,
        sqlite_where=lasting,
        postgresql_where=lasting,
    )
