"""Clears what staff were told when its purpose is over (visitor.retain): closed messages to departments, alerts that
have ended, and their notices. What is still open is left until it is not."""

from sqlalchemy import ColumnElement, Connection, Engine, delete, select

from central import audit
from central.audit import SYSTEM
from central.clockwork import Job
from central.db.engine import writing
from central.db.tables import Alert, OutboxRow, Relay, RelayTo

NAME = "retention.staff"
EVERY_S = 6 * 3600
KEPT_DAYS = 180
DAY_MS = 86_400_000
AT_ONCE = 500


def job(database: Engine) -> Job:
    return Job(NAME, EVERY_S, lambda at: clear(database, at))


def clear(database: Engine, at: int) -> dict[str, int]:
    """Gives how many of each were cleared; the same is written into the audit trail."""
    before, done = at - KEPT_DAYS * DAY_MS, {"relays": 0, "alerts": 0, "notices": 0}
    while True:
        with writing(database).begin() as connection:
            some = {
                "relays": _relays(connection, before),
                "alerts": _some(connection, Alert, Alert.ended_at < before),
                "notices": _some(
                    connection,
                    OutboxRow,
                    (OutboxRow.booking.is_(None)) & (OutboxRow.created_at < before) & (OutboxRow.state != "waiting"),
                ),
            }
        done = {name: done[name] + some[name] for name in done}
        if max(some.values()) < AT_ONCE:
            break
    if any(done.values()):
        with writing(database).begin() as connection:
            audit.record(connection, SYSTEM, "retention.cleared", "notice", "", at=at, after=done)
    return done


def _relays(connection: Connection, before: int) -> int:
    old = connection.scalars(select(Relay.id).where(Relay.closed_at < before).limit(AT_ONCE)).all()
    connection.execute(delete(RelayTo).where(RelayTo.relay.in_(old)))
    return connection.execute(delete(Relay).where(Relay.id.in_(old))).rowcount


def _some(connection: Connection, table: type[Alert] | type[OutboxRow], old: ColumnElement[bool]) -> int:
    ids = connection.scalars(select(table.id).where(old).limit(AT_ONCE)).all()
    return connection.execute(delete(table).where(table.id.in_(ids))).rowcount
