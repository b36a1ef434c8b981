"""`/api/v1/halls/{hall}/ledger`: what the centre holds of a hall, to be compared with its journals.

Counts and hashes only; `hallkeeper edge verify --against` puts them beside the journal's own.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from fastapi import APIRouter
from sqlalchemy import Connection, Engine, func, select

from central.api.entries import Day, Id
from central.db.tables import Hall, Node, StoredEvent, Stream, TicketRow
from central.errors import Unknown
from central.ingest.projector import FOLLOWED


class ServiceCount(msgspec.Struct):
    """Tickets of one business day at one service, as they stand now. `rated`: level "1".."5" to count."""

    taken: int = 0
    served: int = 0
    passed: int = 0
    voided: int = 0
    open: int = 0
    rated: dict[str, int] = {}


def router(engine: Engine) -> APIRouter:
    api = APIRouter(prefix="/api/v1", tags=["halls"])
    engine = _one_moment(engine)

    @api.get("/halls/{hall}/ledger")
    def ledger(hall: Id, day: Day) -> dict[str, Any]:
        """Each node's streams as far as they are stored (`acked`) and in the figures (`folded`), and the day's tickets
        by service."""
        with engine.connect() as connection:
            if connection.scalar(select(Hall.id).where(Hall.id == hall)) is None:
                raise Unknown(f"there is no hall {hall}", "hall")
            nodes = connection.scalars(select(Node.id).where(Node.hall == hall).order_by(Node.id)).all()
            return {"hall": hall, "day": day, "nodes": {node: _node(connection, node, day) for node in nodes}}

    return api


def _one_moment(engine: Engine) -> Engine:
    """One whose transactions see a single moment in all they read; SQLite's do anyway."""
    return engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="REPEATABLE READ")


def _node(connection: Connection, node: str, day: str) -> dict[str, Any]:
    streams = connection.execute(select(Stream.id, Stream.epoch, Stream.acked, Stream.hash).where(Stream.node == node))
    waiting = _waiting(connection)
    columns = (TicketRow.service, TicketRow.status, TicketRow.stage, TicketRow.level)
    tickets = connection.execute(select(*columns).where(TicketRow.node == node, TicketRow.day == day))
    return {
        "streams": {
            row.epoch: {
                "acked": row.acked,
                "hash": bytes(row.hash).hex(),
                "folded": waiting.get(row.id, row.acked + 1) - 1,
            }
            for row in streams
        },
        "services": msgspec.to_builtins(counted(tickets)),
    }


def _waiting(connection: Connection) -> dict[int, int]:
    """Stream to its first event that is stored and not in the figures yet."""
    first = select(StoredEvent.stream, func.min(StoredEvent.seq)).group_by(StoredEvent.stream)
    found = connection.execute(first.where(StoredEvent.id > FOLLOWED.read(connection)))
    return dict(found.tuples().all())


def counted(tickets: Iterable[Any]) -> dict[str, ServiceCount]:
    """By service. A later stage of a journey was not taken there."""
    found: dict[str, ServiceCount] = {}
    for service, status, stage, level in tickets:
        count = found.setdefault(service, ServiceCount())
        count.taken += stage == 0
        match status:
            case "done":
                count.served += 1
            case "passed":
                count.passed += 1
            case "voided":
                count.voided += 1
            case _:
                count.open += 1
        if level is not None:
            count.rated[str(level)] = count.rated.get(str(level), 0) + 1
    return dict(sorted(found.items()))
