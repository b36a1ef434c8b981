"""A visitor registered in a hall: the person or department named as host is told at once (S3-11)."""

import logging
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, func, select

from central.clockwork import Job
from central.db.engine import writing
from central.db.follower import Follower
from central.db.tables import Contact, Department, Node, Relay, StoredEvent, Stream
from central.errors import CentralError
from central.relay import relaying
from contract import events as e

log = logging.getLogger(__name__)

NAME = "visitors"
EVERY_S = 2
LATE_MS = 2 * 3_600_000
"""Of a visitor who came longer ago nobody is told: he has been received, or has left."""
_FOLLOWED = Follower("relay.visitors")
_CHUNK = 200


class Visitors:
    """Follows what halls send; its cursor moves in the same transaction, so each visitor is announced once."""

    def __init__(self, database: Engine, public_url: str) -> None:
        self._database = database
        self._public_url = public_url

    def job(self) -> Job:
        return Job(NAME, EVERY_S, self.follow)

    def follow(self, now: int) -> int:
        """Gives how many visitors were new."""
        with self._database.connect() as connection:
            head = connection.scalar(select(func.max(StoredEvent.id))) or 0
            if head == _FOLLOWED.read(connection):
                return 0
        with writing(self._database).begin() as connection:
            cursor = _FOLLOWED.lock(connection)
            rows = _rows(connection, cursor, head)
            told = sum(self._announce(connection, row, now) for row in rows)
            value = rows[-1].id if len(rows) == _CHUNK else head
            _FOLLOWED.move(connection, value)
        return told

    def _announce(self, connection: Connection, row: Row[Any], now: int) -> bool:
        source = f"{row.node}/{row.epoch}/{row.seq}"
        try:
            envelope = e.envelope(row.raw)
            visitor = e.fact(envelope)
        except (msgspec.MsgspecError, UnicodeError, CentralError) as error:
            log.error("the visitor of event %s is not understood: %s", source, error)
            return False
        late = envelope.synced and now - envelope.at > LATE_MS
        if late or not isinstance(visitor, e.VisitorRegistered):
            return False
        if connection.scalar(select(Relay.id).where(Relay.source == source)) is not None:
            return False
        facts = {
            "name": visitor.name_masked,
            "host": visitor.host,
            "purpose": visitor.purpose,
            "number": visitor.number,
        }
        values = {
            "hall": row.hall,
            "kind": "visitor",
            "text": "",
            "facts": facts,
            "source": source,
            "urgent": False,
            "created_by": visitor.by or f"node:{row.node}",
        }
        hosts = _hosts(connection, row.hall, visitor.host)
        relaying.write(connection, values, hosts, at=now, public_url=self._public_url)
        return True


def _hosts(connection: Connection, hall: str, host: str) -> list[Row[Any]]:
    """The contacts of that name, a person's or a department's; none where nobody is called so."""
    wanted = _plain(host)
    query = (
        select(Contact.__table__, Department.name.label("department_name"))
        .outerjoin(Department, Department.id == Contact.department)
        .where(Contact.active, Contact.hall.in_(("", hall)))
        .order_by(Contact.id)
    )
    rows = list(connection.execute(query))
    named = [row for row in rows if _plain(row.name) == wanted]
    return named or [row for row in rows if wanted in map(_plain, (row.department_name or {}).values())]


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _rows(connection: Connection, cursor: int, head: int) -> list[Row[Any]]:
    query = (
        select(StoredEvent.id, StoredEvent.seq, StoredEvent.raw, Stream.node, Stream.epoch, Node.hall)
        .join(Stream, Stream.id == StoredEvent.stream)
        .join(Node, Node.id == Stream.node)
        .where(StoredEvent.id > cursor, StoredEvent.id <= head, StoredEvent.type == e.VisitorRegistered.__name__)
        .order_by(StoredEvent.id)
        .limit(_CHUNK)
    )
    return list(connection.execute(query))
