"""What the office has to do: calls, reviews, corrections that lapse, bookings and copies somebody must look at."""

from sqlalchemy import Connection, func, select

from central.alerts.judge import Copy, Deadline, Excess
from central.booking.flagged import unseen
from central.db.tables import Booking, ContactTask, Node, Quarantine, Relay, RelayTo, VerdictRow

REVIEW_BEFORE_MS = 2 * 3_600_000
"""So long before its slot an application is decided at the latest: its customer has yet to come."""
IMAGE_MS = 600_000
"""So long a new epoch that had to begin is told: by then the node goes on in it."""


def deadlines(connection: Connection, now: int, within_ms: int) -> list[Deadline]:
    """Those due within `within_ms`, and those overdue, by hall and kind; messages to departments once overdue."""
    until = now + within_ms
    calls = (
        select(ContactTask.hall, ContactTask.kind, func.count(), func.min(ContactTask.due_at))
        .where(ContactTask.state == "open", ContactTask.due_at <= until)
        .group_by(ContactTask.hall, ContactTask.kind)
    )
    reviews = (
        select(Booking.hall, func.count(), func.min(Booking.starts_at))
        .where(Booking.status == "reviewing", Booking.starts_at <= until + REVIEW_BEFORE_MS, Booking.starts_at > now)
        .group_by(Booking.hall)
    )
    mends = (
        select(Booking.hall, func.count(), func.min(Booking.deadline))
        .where(Booking.status == "returned", Booking.deadline <= until)
        .group_by(Booking.hall)
    )
    relays = (
        select(Relay.hall, func.count(Relay.id.distinct()), func.min(Relay.due_at))
        .outerjoin(RelayTo, RelayTo.relay == Relay.id)
        .where(Relay.closed_at.is_(None), Relay.due_at <= now, RelayTo.acknowledged_at.is_(None))
        .group_by(Relay.hall)
    )
    return [
        *(Deadline(hall, "relay", n, first) for hall, n, first in connection.execute(relays)),
        *(Deadline(*row) for row in connection.execute(calls)),
        *(Deadline(hall, "review", n, first - REVIEW_BEFORE_MS) for hall, n, first in connection.execute(reviews)),
        *(Deadline(hall, "mend", n, first or now) for hall, n, first in connection.execute(mends)),
    ]


def excess(connection: Connection) -> list[Excess]:
    """Bookings with a flag nobody has seen."""
    query = select(Booking.hall, Booking.flag, func.count()).where(*unseen()).group_by(Booking.hall, Booking.flag)
    return [Excess(*row) for row in connection.execute(query)]


def copies(connection: Connection, now: int) -> list[Copy]:
    """Copies of nodes the office has not decided about, and new epochs begun a moment ago."""
    aside = select(Node.hall, Node.id, Quarantine.id, Quarantine.since).join(Node, Node.id == Quarantine.node)
    begun = select(Node.hall, Node.id, VerdictRow.id, VerdictRow.at).join(Node, Node.id == VerdictRow.node)
    lately = VerdictRow.at.between(now - IMAGE_MS, now)
    found = {
        "aside": aside.where(Quarantine.ended_at.is_(None)),
        "image": begun.where(VerdictRow.verdict == "new_epoch", lately),
    }
    return [
        Copy(hall, node, about, id_, since)
        for about, query in found.items()
        for hall, node, id_, since in connection.execute(query)
    ]
