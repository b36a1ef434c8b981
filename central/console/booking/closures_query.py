"""Closures and what became of everybody they hit (S0-52)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from central.console.booking import urgency
from central.db.tables import Booking, Closure, ClosureCase, ContactTask, Slot

PAST = 20
"""Closures shown that are over."""


class Case(msgspec.Struct, frozen=True):
    """One customer. `task`: the newest to call, None where nobody need be called any more."""

    case: Row[Any]
    booking: Row[Any]
    task: Row[Any] | None
    offers: list[Row[Any]]
    urgency: str


class Settled(msgspec.Struct, frozen=True):
    """How many, by what became of them. `in_time`: contacted by when they were to be."""

    whole: int
    by_outcome: Counter[str]
    contacted: int
    in_time: int

    @property
    def done(self) -> int:
        return self.whole - self.by_outcome["open"]


def closures(session: Session, halls: Sequence[str], now: int) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Those that last or are to come, the next first; and those that are over, the newest first."""
    query = select(*Closure.__table__.columns).where(Closure.hall.in_(halls))
    lasting = session.execute(query.where(Closure.ended_at.is_(None)).order_by(Closure.from_at))
    over = session.execute(query.where(Closure.ended_at.is_not(None)).order_by(Closure.id.desc()).limit(PAST))
    return list(lasting), list(over)


def closure(session: Session, id_: int) -> Row[Any] | None:
    return session.execute(select(*Closure.__table__.columns).where(Closure.id == id_)).first()


def cases(session: Session, id_: int, now: int) -> list[Case]:
    """Who is still open first, by when they are to be contacted."""
    rows = session.execute(select(*ClosureCase.__table__.columns).where(ClosureCase.closure == id_)).all()
    query = select(*Booking.__table__.columns).where(Booking.id.in_([row.booking for row in rows]))
    bookings = {row.id: row for row in session.execute(query)}
    tasks = {row.booking: row for row in session.execute(
        select(*ContactTask.__table__.columns).where(ContactTask.closure == id_, ContactTask.kind == "closure")
        .order_by(ContactTask.id)
    )}  # fmt: skip
    slots = _slots(session, [str(one) for row in rows for one in row.offers])
    found = [_case(row, bookings[row.booking], tasks.get(row.booking), slots, now) for row in rows]
    return sorted(found, key=lambda one: (one.case.outcome != "open", _due(one), one.booking.starts_at))


def settled(found: Sequence[Case]) -> Settled:
    """The figures of one closure."""
    called = [one for one in found if one.case.contacted_at is not None]
    in_time = [one for one in called if one.task is not None and one.case.contacted_at <= one.task.due_at]
    return Settled(len(found), Counter(one.case.outcome for one in found), len(called), len(in_time))


def hit(session: Session, hall: str, from_at: int, until_at: int) -> Sequence[Row[Any]]:
    """Whom a closure would hit."""
    query = select(*Booking.__table__.columns).where(
        Booking.hall == hall, Booking.open, Booking.status != "displaced", Booking.starts_at < until_at,
        Booking.ends_at > from_at,
    )  # fmt: skip
    return session.execute(query.order_by(Booking.starts_at)).all()


def _slots(session: Session, ids: list[str]) -> dict[str, Row[Any]]:
    return {row.id: row for row in session.execute(select(*Slot.__table__.columns).where(Slot.id.in_(ids)))}


def _case(row: Row[Any], booking: Row[Any], task: Row[Any] | None, slots: dict[str, Row[Any]], now: int) -> Case:
    open_ = row.outcome == "open" and task is not None and task.state == "open"
    pressing = urgency.of_task(task.due_at - now) if open_ and task is not None else ""
    return Case(row, booking, task, [slots[id_] for id_ in row.offers if id_ in slots], pressing)


def _due(one: Case) -> int:
    return int(one.task.due_at) if one.task is not None else 0
