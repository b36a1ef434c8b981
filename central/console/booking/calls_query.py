"""Telephone and contact tasks that are open, in the order in which they are best done (S0-28)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from central.console.booking import urgency
from central.db.tables import AuditRow, Booking, ContactTask

AGAIN_MS = 30 * 60_000
"""Who did not answer is tried again after this."""


class Call(msgspec.Struct, frozen=True):
    """`last`: when it was tried; `again_at`: before then another try is too soon; both ms, None before any try."""

    task: Row[Any]
    booking: Row[Any]
    urgency: str
    last: int | None
    again_at: int | None


def calls(session: Session, halls: Sequence[str], kind: str, now: int) -> list[Call]:
    """What can be done now by when it is due; then what was tried just before. `kind` empty: all."""
    query = (
        select(*ContactTask.__table__.columns)
        .where(ContactTask.state == "open", ContactTask.hall.in_(halls))
        .order_by(ContactTask.due_at, ContactTask.id)
    )
    tasks = session.execute(query.where(ContactTask.kind == kind) if kind else query).all()
    found = _calls(session, tasks, now)
    return sorted(found, key=lambda one: (one.again_at is not None and one.again_at > now, one.task.due_at))


def call(session: Session, id_: int, now: int) -> Call | None:
    """Also one that is done."""
    tasks = session.execute(select(*ContactTask.__table__.columns).where(ContactTask.id == id_)).all()
    return next(iter(_calls(session, tasks, now)), None)


def _calls(session: Session, tasks: Sequence[Row[Any]], now: int) -> list[Call]:
    query = select(*Booking.__table__.columns).where(Booking.id.in_({task.booking for task in tasks}))
    bookings = {row.id: row for row in session.execute(query)}
    called = last_calls(session, [bookings[task.booking].code for task in tasks if task.tries])
    return [_call(task, bookings[task.booking], called, now) for task in tasks]


def _call(task: Row[Any], booking: Row[Any], called: Mapping[str, int], now: int) -> Call:
    last = called.get(booking.code) if task.tries else None
    again_at = last + AGAIN_MS if last is not None and task.state == "open" else None
    pressing = urgency.of_task(task.due_at - now) if task.state == "open" else ""
    return Call(task, booking, pressing, last, again_at)


def last_calls(session: Session, codes: Sequence[str]) -> dict[str, int]:
    """Booking code to the moment its customer was called last, as the trail has it."""
    query = (
        select(AuditRow.subject_id, func.max(AuditRow.at))
        .where(AuditRow.subject == "booking", AuditRow.action == "booking.called", AuditRow.subject_id.in_(codes))
        .group_by(AuditRow.subject_id)
    )
    return {row[0]: row[1] for row in session.execute(query)} if codes else {}
