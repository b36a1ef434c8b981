"""The highest ticket number the centre knows of, for a node that cannot know what was issued before it."""

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from central.db.tables import TicketRow

DAYS = 2
"""Days before the present one that are named too: which day it is there, its hall knows."""
_RUNNING = re.compile(r"\d+$")


def highest(connection: Connection, node: str, at: int) -> dict[str, int]:
    """Business day to the highest running number of any letter, of the newest days with a ticket."""
    since = (datetime.fromtimestamp(at / 1000, UTC).date() - timedelta(days=DAYS)).isoformat()
    query = select(TicketRow.day, TicketRow.number).where(TicketRow.node == node, TicketRow.day >= since)
    found: defaultdict[str, int] = defaultdict(int)
    for day, number in connection.execute(query):
        running = _RUNNING.search(number)
        if running is not None:
            found[day] = max(found[day], int(running.group()))
    return dict(found)
