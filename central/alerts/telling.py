"""Tells watchers through the outbox: everybody named for the hall, in his language, after his quiet hours."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, or_, select, update

from central.alerts import words
from central.alerts.quiet import told_at
from central.db.tables import Alert, Hall, OutboxRow, Watcher
from central.notices.to_staff import put

STATE_ZONE = ZoneInfo("Asia/Shanghai")
"""Of what concerns no single hall."""
OVER = "it was over before it was told"


def tell_begun(connection: Connection, alert: int, urgent: bool, now: int) -> int:
    """Gives how many persons are told. What is urgent waits for no quiet hours."""
    row = connection.execute(select(Alert.__table__).where(Alert.id == alert)).one()
    name, zone = _hall(connection, row.hall)
    watchers = _watchers(connection, row.hall, row.kind)
    for watcher in watchers:
        said = words.begun(row.kind, row.facts, name, zone, watcher.language, now)
        at = now if urgent else told_at(now, watcher.quiet_from, watcher.quiet_to, zone)
        put(connection, "alert.begun", f"alert:{alert}:begun:{watcher.id}", row.hall, watcher, *said, now=now, at=at)
    return len(watchers)


def tell_ended(connection: Connection, alert: int, now: int) -> None:
    """To those who were told that it began; who was still to be told hears of neither."""
    row = connection.execute(select(Alert.__table__).where(Alert.id == alert)).one()
    name, zone = _hall(connection, row.hall)
    begun = {f"alert:{alert}:begun:{id_}": id_ for id_ in connection.scalars(select(Watcher.id))}
    mine = OutboxRow.dedupe.in_(begun)
    untold = update(OutboxRow).where(mine, OutboxRow.state == "waiting", OutboxRow.tries == 0)
    connection.execute(untold.values(state="dropped", error=OVER))
    told = select(OutboxRow.dedupe).where(mine, OutboxRow.state != "dropped")
    heard = [begun[dedupe] for dedupe in connection.scalars(told)]
    for watcher in connection.execute(select(Watcher.__table__).where(Watcher.id.in_(heard), Watcher.active)):
        said = words.ended(row.kind, row.facts, name, zone, watcher.language, row.began_at, now)
        at = told_at(now, watcher.quiet_from, watcher.quiet_to, zone)
        put(connection, "alert.ended", f"alert:{alert}:ended:{watcher.id}", row.hall, watcher, *said, now=now, at=at)


def tell_trial(connection: Connection, watcher: int, said: Mapping[str, str], now: int) -> None:
    """A message for trial, at once. `said`: its words by language."""
    row = connection.execute(select(Watcher.__table__).where(Watcher.id == watcher)).one()
    text = said[row.language]
    put(connection, "alert.trial", f"trial:{watcher}:{now}", row.hall, row, text, text, now=now, at=now)


def _watchers(connection: Connection, hall: str, kind: str) -> Sequence[Row[Any]]:
    """Those named for the hall, and those named for all."""
    query = select(Watcher.__table__).where(Watcher.active, or_(Watcher.hall == hall, Watcher.hall == ""))
    return [row for row in connection.execute(query.order_by(Watcher.id)) if not row.kinds or kind in row.kinds]


def _hall(connection: Connection, id_: str) -> tuple[Mapping[str, str], ZoneInfo]:
    found = connection.execute(select(Hall.id, Hall.name, Hall.timezone).where(Hall.id == id_)).first()
    return (found.name, ZoneInfo(found.timezone)) if found else ({}, STATE_ZONE)
