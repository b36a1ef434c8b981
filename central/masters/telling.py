"""Tells halls the matters done there. What is owed follows from the rows alone: what stands at the hall beside what is
published now, so nothing is forgotten, and telling twice tells nothing."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, select

from central.db.engine import writing
from central.db.tables import Hall, HallFact, HallMatter, MaterialRow, Matter
from central.ingest import orders
from central.masters.published import published
from contract.directives import MatterPublished, MatterWithdrawn

_BY = "masters"
_KEYS = "matter:"


def tell(engine: Engine, at: int) -> int:
    """Everything owed to every hall. Gives how many matters were told."""
    with engine.connect() as connection:
        halls = [hall for hall in connection.scalars(select(Hall.id)) if _owed(connection, hall)]
    told = 0
    for hall in halls:
        with writing(engine).begin() as connection:
            for directive in _owed(connection, hall):
                orders.issue(connection, hall, directive, by=_BY, at=at)
                told += 1
    return told


def _owed(connection: Connection, hall: str) -> list[MatterPublished | MatterWithdrawn]:
    """New or changed, and done there no more."""
    now = {one.matter.id: one for one in _published(connection, hall)}
    standing = _standing(connection, hall)
    changed = [one for id_, one in now.items() if standing.get(id_) != _plain(one)]
    return [*changed, *(MatterWithdrawn(id_) for id_ in standing if id_ not in now)]


def _published(connection: Connection, hall: str) -> list[MatterPublished]:
    query = (
        select(*Matter.__table__.columns, HallMatter.service)
        .join(HallMatter, HallMatter.matter == Matter.id)
        .where(HallMatter.hall == hall, Matter.active)
        .order_by(Matter.id)
    )
    rows = connection.execute(query).all()
    if not rows:
        return []
    materials = {row.id: row._asdict() for row in connection.execute(select(MaterialRow))}
    return [published(row._asdict(), materials, row.service) for row in rows]


def _standing(connection: Connection, hall: str) -> dict[str, Any]:
    query = select(HallFact.key, HallFact.data).where(HallFact.hall == hall, HallFact.key.startswith(_KEYS))
    return {row.key.removeprefix(_KEYS): row.data for row in connection.execute(query)}


def _plain(told: MatterPublished) -> Any:
    """As it comes back from a JSON column."""
    return msgspec.json.decode(msgspec.json.encode(told))
