"""How many people are called before a ticket that waits, as far as its events tell.

The formula is the hall's own (edge/hall/waits.py `ahead`), with those before the ticket in its lane for all of
its lane: an ordinary one sees `o + min(p, priority·(1 + o ÷ ordinary))`, one of the priority lane
`p + min(o, ordinary·(p ÷ priority))`, with the hall's own ratio. Places changed by hand are known to the hall only.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from central.db.tables import RulesRow, TicketRow
from contract.catalogue import Rules

_PLACED = frozenset({"late", "deferred", "lifted"})
"""Arrivals whose place the hall has chosen."""


class Line(NamedTuple):
    """Others who wait for the service: those before the ticket in its own lane, and all of the other lane."""

    before: int
    other: int


def ahead(connection: Connection, row: Any, now: int) -> int | None:
    """People before the waiting ticket of `row`; None where the centre cannot know: it was moved or brought back,
    sent on, came late, or its booked time has not come."""
    if row.moves or row.returns or row.transfers or row.counter or row.arrival in _PLACED or _early(row, now):
        return None
    line = _line(connection, row, now)
    return _ahead(row.lane, line, *_ratio(connection, row.node))


def _ahead(lane: str, line: Line, priority: int, ordinary: int) -> int:
    if lane == "priority":
        return line.before + min(line.other, ordinary * (line.before // priority))
    return line.before + min(line.other, priority * (1 + line.before // ordinary))


def _line(connection: Connection, row: Any, now: int) -> Line:
    columns = (TicketRow.ticket, TicketRow.lane, TicketRow.issued_at, TicketRow.arrival, TicketRow.slot_at)
    waiting = connection.execute(
        select(*columns).where(
            TicketRow.day == row.day,
            TicketRow.hall == row.hall,
            TicketRow.node == row.node,
            TicketRow.service == row.service,
            TicketRow.status == "waiting",
            TicketRow.ticket != row.ticket,
            TicketRow.counter.is_(None),
        )
    ).all()
    # The deferred, and the booked before their time, are called when nobody else waits.
    others = [each for each in waiting if each.arrival != "deferred" and not _early(each, now)]
    same = [each for each in others if each.lane == row.lane]
    return Line(sum(_since(each) < _since(row) for each in same), len(others) - len(same))


def _early(row: Any, now: int) -> bool:
    return row.arrival == "on_time" and row.slot_at is not None and now < row.slot_at


def _since(row: Any) -> tuple[int, str]:
    """A booked customer on time stands where a ticket taken at the slot's start would."""
    at = row.slot_at if row.arrival == "on_time" else None
    return (row.issued_at or 0) if at is None else at, row.ticket


def _ratio(connection: Connection, node: str) -> tuple[int, int]:
    rules: Mapping[str, Any] = connection.scalar(select(RulesRow.rules).where(RulesRow.node == node)) or {}
    usual = Rules()
    return rules.get("priority") or usual.priority, rules.get("ordinary") or usual.ordinary
