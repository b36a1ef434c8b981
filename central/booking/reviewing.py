"""What staff decide of applications: the reviewer's word (S0-18, S0-26), and the calls that confirm (S0-28)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select, update

from central.booking import applying, life, store
from central.booking.changing import ended, said
from central.booking.sentences import BookingRefused
from central.booking.work import Work
from central.db.tables import ClosureCase, ContactTask
from central.errors import Invalid
from central.ingest.words import clean

OUTCOMES = ("confirmed", "reached", "no_answer", "wrong_number", "rebooked", "cancelled")
FINAL = frozenset(OUTCOMES) - {"no_answer"}
"""After these the task is done; nobody who answers is called again."""
_NOT_REACHED = ("no_answer", "wrong_number")
FIELDS = ("name", "id_number", "phone", "email", "detail", "answers")


def approve(work: Work, booking: Row[Any]) -> Row[Any]:
    """Confirmed. Raises BookingRefused."""
    _require_reviewing(booking)
    offer = work.offer(booking.hall)
    now = store.change(
        work.connection, booking, status="confirmed", decided_at=work.at, decided_by=work.actor.name,
        confirmed_at=work.at, reason="",
    )  # fmt: skip
    called = applying.have_called(work, offer, offer.matters[booking.matter], now)
    work.tell("booking.confirmed", now, booking, unheard=not called)
    return now


def send_back(work: Work, booking: Row[Any], faults: Mapping[str, str]) -> Row[Any]:
    """Returned with what is unclear: field to the reviewer's own sentence. The place is held until the deadline."""
    _require_reviewing(booking)
    if not faults:
        raise BookingRefused("reason_missing", "faults")
    for field in faults:
        if field.partition(".")[0] not in FIELDS:
            raise Invalid(f"{field} is no field of an application; choose of {', '.join(FIELDS)}", "faults")
    rules = work.offer(booking.hall).rules
    now = store.change(
        work.connection, booking, status="returned", decided_at=work.at, decided_by=work.actor.name,
        faults=[{"field": field, "why": "reviewer", "text": said(text)} for field, text in faults.items()],
        deadline=life.mend_deadline(rules, booking.starts_at, work.at),
    )  # fmt: skip
    work.tell("booking.returned", now, booking)
    return now


def refuse(work: Work, booking: Row[Any], reason: str) -> Row[Any]:
    """Not possible, and why (S0-26)."""
    _require_reviewing(booking)
    return ended(
        work,
        booking,
        "refused",
        decided_at=work.at,
        decided_by=work.actor.name,
        reason=said(reason),
        reason_code="office",
    )


def note_call(work: Work, task: Row[Any], outcome: str, note: str) -> bool:
    """The outcome of one call. True where the task is done with it; one without an answer stays open, but for a closure
    whose booked time is over."""
    if outcome not in OUTCOMES:
        raise Invalid(f"outcome: choose one of {', '.join(OUTCOMES)}", "outcome")
    if task.state != "open":
        raise BookingRefused("not_open", "task")
    booking = store.by_id(work.connection, task.booking)
    over = task.closure is not None and booking.starts_at <= work.at
    done = outcome in FINAL or over
    work.connection.execute(
        update(ContactTask)
        .where(ContactTask.id == task.id)
        .values(
            outcome=outcome,
            note=clean(" ".join(note.split()), 500),
            by=work.actor.name,
            tries=ContactTask.tries + 1,
            state="done" if done else "open",
            done_at=work.at if done else None,
        )
    )
    if task.closure is not None:
        _note_case(work, task, reached=outcome not in _NOT_REACHED, over=over)
    work.tell("booking.called", booking, booking, outcome=outcome, kind=task.kind)
    return done


def _note_case(work: Work, task: Row[Any], *, reached: bool, over: bool) -> None:
    """What the call means for the closure's list (S0-52): spoken to, or never reached while there was time."""
    case = (ClosureCase.closure == task.closure, ClosureCase.booking == task.booking)
    if reached:
        first = update(ClosureCase).where(*case, ClosureCase.contacted_at.is_(None))
        work.connection.execute(first.values(contacted_at=work.at))
    elif over:
        lost = update(ClosureCase).where(*case, ClosureCase.outcome == "open", ClosureCase.contacted_at.is_(None))
        work.connection.execute(lost.values(outcome="unreachable", settled_at=work.at))


def task(connection: Any, id_: int) -> Row[Any]:
    """Raises BookingRefused "not_found"."""
    found = connection.execute(select(ContactTask).where(ContactTask.id == id_)).first()
    if found is None:
        raise Invalid("there is no such task", "task")
    return found  # type: ignore[no-any-return]


def _require_reviewing(booking: Row[Any]) -> None:
    if booking.status != "reviewing":
        raise BookingRefused("not_reviewing", "code")
