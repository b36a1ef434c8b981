"""The console's first three kinds of accounts become roles"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROLES = {"admin": ["hall-head", "security-admin", "system-admin"], "office": ["hall-head"], "viewer": ["auditor"]}
"""An office gave orders and changed rules, a viewer saw everything and changed nothing."""


def upgrade() -> None:
    users = sa.table("users", sa.column("role", sa.String()), sa.column("roles", sa.JSON()))
    for role, roles in ROLES.items():
        op.execute(users.update().where(users.c.role == role).values(roles=roles))
    op.drop_column("users", "role")
