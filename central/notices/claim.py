"""Which notices go now, and what became of them. Several processes may take at once: none takes what another has.

Taking is recorded before anything is sent: whatever dies in between, the notice is tried again after `LEASE_MS`
under the same id of our own, and not before.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update

from central.db.tables import Booking, OutboxRow
from central.notices import backoff
from central.notices.events import OVERTAKEN, WHOLE, must_reach, reminds
from central.notices.outbox import call_instead, message_id
from central.notices.ways import Later, Outcome, Refused, Told, Way

LEASE_MS = 5 * 60_000
"""Longer than a batch can take."""
BATCH = 8
REFUSED_AGAIN_MS = 60_000
LONGEST_ERROR = 250

_OUTBOX = OutboxRow.__table__


def take(connection: Connection, channel: str, now: int) -> list[Any]:
    """The next few rows due, as they were before they were taken. The caller commits before it sends."""
    taken = _first_of_each(_of_use(connection, channel, now))
    if taken:
        connection.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_([row.id for row in taken]))
            .values(tries=OutboxRow.tries + 1, next_at=now + LEASE_MS)
        )
    return taken


def record(
    connection: Connection, row: Any, way: Way, outcome: Outcome, said: str, *, now: int, spin: Callable[[], float]
) -> None:
    """What came of a row taken; nothing, where a delivery report or another process knew it before."""
    tries = row.tries + 1
    mine = update(OutboxRow).where(
        OutboxRow.id == row.id,
        OutboxRow.state == "waiting",
        OutboxRow.message == row.message,
        OutboxRow.tries == tries,
    )
    match outcome:
        case Told(reference):
            connection.execute(mine.values(state="sent", sent_at=now, reference=reference, said=said, error=""))
        case Later(error):
            if backoff.spent(tries) < way.give_up_ms:
                connection.execute(mine.values(next_at=now + backoff.delay(tries, spin()), error=error[:LONGEST_ERROR]))
            elif connection.execute(mine.values(state="failed", error=error[:LONGEST_ERROR])).rowcount:
                ring_up(connection, row, now)
        case Refused(error):
            after = refused(row, way.refusals, error, now)
            if connection.execute(mine.values(**after)).rowcount and after["state"] == "failed":
                ring_up(connection, row, now)


def refused(row: Any, refusals: int, error: str, now: int) -> dict[str, Any]:
    """The columns after one more refusal: tried again under a new id, or failed for good."""
    failures = row.failures + 1
    values = {"failures": failures, "error": error[:LONGEST_ERROR]}
    if failures >= refusals:
        return values | {"state": "failed"}
    return values | {"state": "waiting", "message": message_id(), "reference": "", "next_at": now + REFUSED_AGAIN_MS}


def give_up(connection: Connection, channel: str, now: int, why: str) -> int:
    """The next few rows due on a way that is not used here: what the customer must know becomes a call at once, the
    rest is noted as not sent. Gives how many those were; 0: that was all."""
    rows = _of_use(connection, channel, now)
    for row in rows:
        rung = must_reach(row.event, row.variables) and ring_up(connection, row, now, why)
        state = "failed" if rung else "dropped"
        connection.execute(update(OutboxRow).where(OutboxRow.id == row.id).values(state=state, error=why))
    return len(rows)


def ring_up(connection: Connection, row: Any, now: int, why: str = "") -> bool:
    """A phone task takes its place: of a text message always, else where no other way told the same. False where
    none is needed. `why`: where it was not the way that failed."""
    if row.booking is None:
        return False
    told = row.dedupe.rpartition(":")[0]
    others = [f"{told}:{channel}" for channel in ("sms", "email", "wechat") if channel != row.channel]
    other = select(OutboxRow.id).where(
        OutboxRow.dedupe.in_(others), OutboxRow.state.in_(("waiting", "sent", "delivered"))
    )
    if row.channel != "sms" and connection.scalar(other.limit(1)) is not None:
        return False
    call_instead(connection, row.event, row.booking, row.hall, why=why or f"{row.channel} failed", at=now)
    return True


def _of_use(connection: Connection, channel: str, now: int) -> list[Any]:
    """The next few rows due, locked; those of no use any more are dropped. Empty: nothing more is due."""
    due = (
        select(_OUTBOX)
        .where(OutboxRow.state == "waiting", OutboxRow.channel == channel, OutboxRow.next_at <= now)
        .order_by(OutboxRow.next_at, OutboxRow.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    while rows := list(connection.execute(due)):
        over = _of_no_use(connection, rows, now)
        for id_, why in over.items():
            connection.execute(update(OutboxRow).where(OutboxRow.id == id_).values(state="dropped", error=why))
        if of_use := [row for row in rows if row.id not in over]:
            return of_use
    return []


def _first_of_each(rows: Sequence[Any]) -> list[Any]:
    """Of one booking one at a time, so that a customer reads them in the order in which things happened."""
    first: dict[object, Any] = {}
    for row in rows:
        first.setdefault(("booking", row.booking) if row.booking is not None else row.id, row)
    return list(first.values())


def _of_no_use(connection: Connection, rows: Sequence[Any], now: int) -> dict[int, str]:
    """Reminders of what is over, a confirmation to who has come already (a hall that sold it was away), and notices
    that a later one of the same booking has overtaken."""
    bookings = {row.booking for row in rows if row.booking is not None}
    if not bookings:
        return {}
    standing = connection.execute(select(Booking.id, Booking.status).where(Booking.id.in_(bookings)))
    status = {row.id: row.status for row in standing}
    newest = select(OutboxRow.booking, func.max(OutboxRow.id).label("last")).where(
        OutboxRow.booking.in_(bookings), OutboxRow.event.in_(WHOLE), OutboxRow.channel == rows[0].channel
    )
    last = {row.booking: row.last for row in connection.execute(newest.group_by(OutboxRow.booking))}
    over: dict[int, str] = {}
    for row in rows:
        if reminds(row.event) and (status.get(row.booking) != "confirmed" or row.variables["starts_at"] <= now):
            over[row.id] = "there is nothing left to remind of"
        elif row.event == "booking.confirmed" and status.get(row.booking) in ("arrived", "served"):
            over[row.id] = "the customer has come already"
        elif row.event in OVERTAKEN and last.get(row.booking, row.id) > row.id:
            over[row.id] = "overtaken by a later notice"
    return over
