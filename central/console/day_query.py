"""The tickets and names behind the daily figures, read from the projections."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.db.tables import CatalogueRow, Hall, TicketRow
from central.metrics.facts import TicketFacts

Names = Mapping[str, Mapping[str, str]]

_COLUMNS = (
    TicketRow.service,
    TicketRow.status,
    TicketRow.issued_at,
    TicketRow.called_at,
    TicketRow.started_at,
    TicketRow.ended_at,
    TicketRow.wait_s,
    TicketRow.handling_s,
    TicketRow.level,
    TicketRow.counter,
    TicketRow.clerk,
    TicketRow.stage,
    TicketRow.overruns,
    TicketRow.arrival,
    TicketRow.turns,
    TicketRow.chosen,
    TicketRow.moves,
    TicketRow.verified,
    TicketRow.assurance,
)


def halls(session: Session) -> list[Hall]:
    """All halls by id."""
    return list(session.scalars(select(Hall).order_by(Hall.id)))


def newest_day(session: Session, hall: str | None) -> str | None:
    """The last business day with a ticket in `hall` (None: in any); None where there never was one."""
    query = select(func.max(TicketRow.day))
    return session.scalar(query if hall is None else query.where(TicketRow.hall == hall))


def tickets(session: Session, hall: str, day: str) -> list[TicketFacts]:
    """Every ticket of one hall's business day."""
    rows: Iterable[Any] = session.execute(select(*_COLUMNS).where(TicketRow.day == day, TicketRow.hall == hall))
    return [TicketFacts(*row) for row in rows]


def tickets_of_all(session: Session, day: str) -> dict[str, list[TicketFacts]]:
    """Every hall's tickets of one business day."""
    found: dict[str, list[TicketFacts]] = {}
    for hall, *row in session.execute(select(TicketRow.hall, *_COLUMNS).where(TicketRow.day == day)):
        found.setdefault(hall, []).append(TicketFacts(*row))
    return found


class HallNames(msgspec.Struct, frozen=True):
    """What a hall's services, counters and clerks are called."""

    services: Names
    counters: Names
    clerks: Mapping[str, str]


def names(session: Session, hall: str) -> HallNames:
    """From the newest catalogue of the hall's nodes; empty before a node has sent one."""
    services: dict[str, Mapping[str, str]] = {}
    counters: dict[str, Mapping[str, str]] = {}
    clerks: dict[str, str] = {}
    rows = session.scalars(select(CatalogueRow).where(CatalogueRow.hall == hall).order_by(CatalogueRow.at))
    for catalogue in (row.catalogue for row in rows):
        services |= {entry["id"]: entry["name"] for entry in catalogue.get("services", ())}
        counters |= {entry["id"]: entry["name"] for entry in catalogue.get("counters", ())}
        clerks |= {entry["id"]: entry["name"] for entry in catalogue.get("clerks", ())}
    return HallNames(services, counters, clerks)
