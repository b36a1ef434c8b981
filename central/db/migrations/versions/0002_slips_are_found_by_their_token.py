"""Slips are found by their token: its hash beside each ticket, also those already there"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PAGE = 5000
ISSUED = sa.text(
    "SELECT e.id, s.node, e.raw FROM events e JOIN streams s ON s.id = e.stream "
    "WHERE e.type = 'TicketIssued' AND e.id > :after ORDER BY e.id LIMIT :page"
)
SET = sa.text("UPDATE tickets SET token = :token WHERE node = :node AND ticket = :ticket")


def upgrade() -> None:
    op.add_column("tickets", sa.Column("token", sa.LargeBinary(length=32), nullable=True))
    connection = op.get_bind()
    after = 0
    while rows := connection.execute(ISSUED, {"after": after, "page": PAGE}).all():
        after = rows[-1].id
        found = [line for row in rows if (line := _line(row.node, bytes(row.raw))) is not None]
        if found:
            connection.execute(SET, found)
    op.create_index(op.f("ix_tickets_token"), "tickets", ["token"], unique=False)


def _line(node: str, raw: bytes) -> dict[str, object] | None:
    """None for an event of another shape, which made no row either."""
    try:
        data = json.loads(raw)["data"]
        return {"node": node, "ticket": data["ticket"], "token": hashlib.sha256(data["token"].encode()).digest()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
