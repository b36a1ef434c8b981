"""What halls say of booked customers: who arrived, was served, did not come; whom a window told a result."""

import secrets
from typing import Any

from sqlalchemy import Row, select

from central.booking import life, store
from central.booking.changing import drop_tasks, settle_case, withdraw_change
from central.booking.work import Work
from central.db.tables import Booking, ENotice
from contract import events as e
from contract.booking_code import ALPHABET, tidy


def arrived(work: Work, hall: str, node: str, event: e.BookingArrived) -> None:
    """The customer checked in. One whose booking was cancelled or moved meanwhile stays served and is flagged (§10)."""
    booking = _known(work, hall, event.code)
    if booking is None or not life.may_become(booking.status, "arrived"):
        return
    elsewhere = booking.holds and booking.starts_at != event.slot_at
    if elsewhere and booking.slot is not None:
        store.free(work.connection, booking.slot)
    late = elsewhere or booking.status in ("cancelled", "expired")
    _over(work, booking, "kept")
    now = _heard(
        work, booking, status="arrived", open=False, node=node, ticket=event.ticket, arrived_at=work.at,
        arrival=event.outcome, flag="late_cancel" if late else booking.flag, holds=booking.holds and not elsewhere,
    )  # fmt: skip
    work.tell("booking.arrived", now, booking)


def voided(work: Work, hall: str, node: str, event: e.BookingVoided) -> None:
    """Nobody came within the grace (S0-45): the customer is told how to book again (S0-46)."""
    booking = _known(work, hall, event.code)
    if booking is None or booking.status != "confirmed" or booking.starts_at != event.slot_at:
        return
    _over(work, booking, "cancelled")
    now = _heard(work, booking, status="void", open=False, node=node)
    work.tell("booking.void", now, booking)


def finished(work: Work, node: str, event: e.ServiceFinished) -> None:
    booking = _of_ticket(work, node, event.ticket)
    if booking is not None and life.may_become(booking.status, "served"):
        now = _heard(work, booking, status="served", served_at=work.at)
        work.tell("booking.served", now, booking)


def result_told(work: Work, node: str, event: e.ResultTold) -> None:
    """An electronic result notice (S0-42) for important matters; and what is to be collected is written too (S1-35)."""
    booking = _of_ticket(work, node, event.ticket)
    if booking is None:
        return
    matter = work.offer(booking.hall).matters.get(booking.matter or "")
    if matter is not None and matter["important"]:
        code = "".join(secrets.choice(ALPHABET) for _ in range(10))
        made = store.quiet_insert(work.connection, ENotice).values(
            code=code, booking=booking.id, node=node, ticket=event.ticket, number=event.number, outcome=event.outcome,
            note=event.note, collect=event.collect, failure=event.failure, at=work.at,
        )  # fmt: skip
        work.connection.execute(made)
        work.tell("enotice.ready", booking, booking, number=event.number, enotice=code)
    if event.collect:
        work.tell("result.ready", booking, booking, number=event.number, collect=event.collect)


def _known(work: Work, hall: str, code: str) -> Row[Any] | None:
    """Of that hall, locked."""
    booking = store.by_code(work.connection, tidy(code), lock=True)
    return booking if booking is not None and booking.hall == hall else None


def _over(work: Work, booking: Row[Any], outcome: str) -> None:
    """It is not to come any more: nobody is called about it, and a change that waits holds no place for it."""
    withdraw_change(work, booking)
    drop_tasks(work, booking)
    settle_case(work, booking, outcome)


def _of_ticket(work: Work, node: str, ticket: str) -> Row[Any] | None:
    query = select(Booking).where(Booking.node == node, Booking.ticket == ticket)
    return work.connection.execute(query.with_for_update()).first()


def _heard(work: Work, booking: Row[Any], **values: Any) -> Row[Any]:
    """Changed as the hall says; it need not be told back."""
    return store.change(work.connection, booking, **values, told_rev=Booking.rev + 1)
