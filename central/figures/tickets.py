"""The tickets behind the figures, read from the projections."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, func, select

from central.db.tables import TicketRow
from central.metrics.facts import TicketFacts

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
    TicketRow.acceptance.is_not(None),
    TicketRow.notices,
)


def newest_day(connection: Connection, halls: Collection[str]) -> str | None:
    """The last business day with a ticket in one of `halls`; None where there never was one."""
    return connection.scalar(select(func.max(TicketRow.day)).where(TicketRow.hall.in_(halls)))


def of_hall(connection: Connection, hall: str, since: str, until: str) -> list[TicketFacts]:
    """Every ticket of one hall's business days, both ends included."""
    within = TicketRow.day.between(since, until)
    rows: Iterable[Any] = connection.execute(select(*_COLUMNS).where(within, TicketRow.hall == hall))
    return [TicketFacts(*row) for row in rows]


def of_halls(connection: Connection, halls: Collection[str], day: str) -> dict[str, list[TicketFacts]]:
    """Their tickets of one business day, by hall."""
    found: dict[str, list[TicketFacts]] = {}
    query = select(TicketRow.hall, *_COLUMNS).where(TicketRow.day == day, TicketRow.hall.in_(halls))
    for hall, *row in connection.execute(query):
        found.setdefault(hall, []).append(TicketFacts(*row))
    return found
