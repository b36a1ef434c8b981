"""How much waits behind each entry of the menu, in one statement: only what somebody may do, in his halls."""

from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from central.booking.completing import unknown_here
from central.booking.flagged import unseen
from central.console import reach
from central.db.tables import Alert, Base, Booking, BookingChange, ContactTask, Grant, Relay, Slot, Unreconciled
from central.people.roles import Right
from central.people.scope import Staff

RIGHTS: Mapping[str, Right] = {
    "review": "book.review",
    "calls": "tasks.do",
    "lost": "book.assist",
    "look": "capacity.edit",
    "alerts": "alerts.ack",
    "relays": "relay.send",
}
"""An entry's route to the right without which nothing waits there for somebody."""


def waiting(connection: Connection, staff: Staff) -> dict[str, int]:
    """Route to how many wait, those with none left out."""
    mine = [entry for entry, right in RIGHTS.items() if staff.may(right)]
    if not mine:
        return {}
    sums = [_sum(_parts(staff, entry)).label(entry) for entry in mine]
    row = connection.execute(select(*sums)).one()
    return {entry: n for entry, n in row._mapping.items() if n}


def _sum(parts: list[Select[Any]]) -> ColumnElement[int]:
    first, *others = (one.scalar_subquery() for one in parts)
    return reduce(add, others, first)


def _parts(staff: Staff, entry: str) -> list[Select[Any]]:
    match entry:
        case "review":
            asked = _count(staff, Booking).join(BookingChange, BookingChange.booking == Booking.id)
            return [
                _count(staff, Booking).where(Booking.status == "reviewing"),
                asked.where(BookingChange.status == "asked"),
            ]
        case "calls":
            return [_count(staff, ContactTask).where(ContactTask.state == "open")]
        case "lost":
            return [_count(staff, Booking).where(*unknown_here())]
        case "look":
            return _odd(staff)
        case "alerts":
            everywhere = select(func.count()).select_from(Alert)
            here = everywhere.where(Alert.hall.in_([*staff.halls, ""])) if staff.halls else everywhere
            return [here.where(Alert.ended_at.is_(None), Alert.acknowledged_at.is_(None))]
        case _:
            return [_count(staff, Relay).where(Relay.closed_at.is_(None))]


def _odd(staff: Staff) -> list[Select[Any]]:
    """Shares are counted by the epochs of the nodes that had them, as the page shows them."""
    left = Grant.n - Grant.sold - Grant.returned - Grant.settled
    shares = select(Slot.hall, Grant.node, Grant.epoch).join(Grant, Grant.slot == Slot.id).distinct()
    ended = shares.where(Grant.state == "frozen", left > 0, *reach.of_rows(staff, Slot)).subquery()
    return [
        _count(staff, Booking).where(*unseen()),
        select(func.count()).select_from(ended),
        _count(staff, Unreconciled),
    ]


def _count(staff: Staff, table: type[Base]) -> Select[Any]:
    return select(func.count()).select_from(table).where(*reach.of_rows(staff, table))
