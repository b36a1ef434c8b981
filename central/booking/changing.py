"""A booking cancelled, moved to another time, or changed to another matter after a review; and force majeure."""

from typing import Any

from sqlalchemy import Row, insert, select, update

from central.booking import applying, life, store
from central.booking.sentences import BookingRefused
from central.booking.work import Work
from central.db.tables import Booking, BookingChange, ClosureCase, ContactTask
from central.ingest.words import clean

LONGEST_REASON = 200
FORCE_MAJEURE = "FM"
"""Reason code that waives the lead times (K4)."""


def cancel(work: Work, booking: Row[Any], *, reason: str = "", reason_code: str = "customer") -> Row[Any]:
    """S0-21. Customers keep the lead time unless force majeure hindered them or the hall; staff may cancel later, with
    a reason."""
    _require_open(work, booking, reason_code)
    rules = work.offer(booking.hall).rules
    waived = booking.status == "displaced" or (reason_code == FORCE_MAJEURE and rules.fm_waives)
    if not work.staff and not waived:
        life.check_cancel(rules, booking.starts_at, work.at)
    late = not waived and booking.status == "confirmed" and life.is_late_cancel(rules, booking.starts_at, work.at)
    if (work.staff and late) or reason_code == FORCE_MAJEURE:
        reason = said(reason)
    return ended(
        work, booking, "cancelled", cancelled_at=work.at, reason=clean(reason, LONGEST_REASON), reason_code=reason_code,
        late_cancel=late,
    )  # fmt: skip


def ended(work: Work, booking: Row[Any], status: str, *, event: str = "", **values: Any) -> Row[Any]:
    """The booking is over before its customer came: its place is free again, and what was open about it is dropped.

    `event`: as it is told, where that is not `booking.{status}`.
    """
    withdraw_change(work, booking)
    now = store.change(work.connection, booking, status=status, open=False, holds=False, **values)
    if booking.holds and booking.slot is not None:
        store.free(work.connection, booking.slot)
    drop_tasks(work, booking)
    settle_case(work, booking, "cancelled")
    work.tell(event or f"booking.{status}", now, booking)
    return now


def move(work: Work, booking: Row[Any], slot_id: str, *, reason: str = "", reason_code: str = "customer") -> Row[Any]:
    """The same matter at another time, in one step: the old place is given up only with the new one in hand.

    Raises BookingRefused; the booking is as it was then.
    """
    _require_open(work, booking, reason_code)
    if booking.status in ("returned", "reviewing"):
        raise BookingRefused("mend_first", "code")
    offer = work.offer(booking.hall)
    waived = booking.status == "displaced" or (reason_code == FORCE_MAJEURE and offer.rules.fm_waives)
    if not work.staff and not waived:
        life.check_move(offer.rules, booking.starts_at, work.at)
    if reason_code == FORCE_MAJEURE:
        reason = said(reason)
    if slot_id == booking.slot:
        raise BookingRefused("same_slot", "slot")
    slot = store.slot(work.connection, slot_id)
    if (slot.hall, slot.service) != (booking.hall, booking.service):
        raise BookingRefused("slot_unknown", "slot")
    life.check_slot_time(offer.rules, offer.times, slot.starts_at, work.at, assisted=work.staff)
    withdraw_change(work, booking)
    now = store.change_kind(
        work.connection, booking, **placed(slot), **standing(work, booking, slot.starts_at),
        reason=clean(reason, LONGEST_REASON), reason_code=reason_code,
    )  # fmt: skip
    if now is None:
        raise BookingRefused("open_booking", "code")
    _hold(work, booking, slot_id)
    if booking.status == "displaced":
        drop_tasks(work, booking)
        settle_case(work, booking, "rebooked")
    event = "booking.moved" if now.status == "confirmed" else f"booking.{now.status}"
    work.tell(event, now, booking, was=booking.starts_at)
    return now


def standing(work: Work, booking: Row[Any], starts_at: int) -> dict[str, Any]:
    """What a booking is again that a closure, or force majeure, had taken from its time: as far as it had come.

    One that was returned or under review before is that again.
    """
    stands: dict[str, Any] = {"status": "confirmed", "open": True, "holds": True, "closure": None}
    if booking.confirmed_at is not None:
        return stands
    if not booking.faults:
        return stands | {"status": "reviewing"}
    deadline = life.mend_deadline(work.offer(booking.hall).rules, starts_at, work.at)
    return stands | {"status": "returned", "deadline": deadline}


def ask_change(work: Work, booking: Row[Any], matter_id: str, slot_id: str, reason: str, channel: str) -> int:
    """Another matter, reviewed by staff (S0-48). The new place is held meanwhile. Gives the change's id."""
    if booking.status != "confirmed":
        raise BookingRefused("mend_first" if booking.status in ("returned", "reviewing") else "not_open", "code")
    offer = work.offer(booking.hall)
    if not work.staff:
        life.check_change(offer.rules, offer.times, booking.starts_at, work.at)
    if matter_id == booking.matter:
        raise BookingRefused("nothing_changes", "matter")
    matter = offer.matter(matter_id)
    slot = store.slot(work.connection, slot_id)
    if (slot.hall, slot.service) != (booking.hall, matter["service"]):
        raise BookingRefused("slot_unknown", "slot")
    life.check_slot_time(offer.rules, offer.times, slot.starts_at, work.at, assisted=work.staff)
    _check_other(work, booking, matter["business_type"])
    if open_change(work, booking) is not None:
        raise BookingRefused("change_waits", "code")
    made = work.connection.execute(
        insert(BookingChange)
        .values(
            booking=booking.id,
            status="asked",
            matter=matter_id,
            service=matter["service"],
            slot=slot_id,
            before={"matter": booking.matter, "slot": booking.slot},
            channel=channel,
            asked_at=work.at,
            reason=clean(reason, LONGEST_REASON),
        )
        .returning(BookingChange.id)
    ).scalar_one()
    if slot_id != booking.slot:
        store.take(work.connection, slot_id)
    work.tell("booking.change_asked", booking, booking, matter=matter_id, slot=slot_id)
    return int(made)


def decide_change(work: Work, change: Row[Any], booking: Row[Any], *, approve: bool, reason: str = "") -> Row[Any]:
    """The reviewer's word. Refused: the new place is free again and the booking stays."""
    if change.status != "asked":
        raise BookingRefused("not_reviewing", "change")
    if not approve:
        _end_change(work, change, booking, "refused", said(reason))
        work.tell("booking.change_refused", booking, booking, reason=reason)
        return booking
    life.require_open(booking.status)
    offer = work.offer(booking.hall)
    matter = offer.matter(change.matter)
    slot = store.slot(work.connection, change.slot)
    if slot.closed or slot.starts_at <= work.at:
        raise BookingRefused("slot_closed" if slot.closed else "slot_past", "slot")
    _close_change(work, change, "approved", reason)
    now = store.change_kind(
        work.connection, booking, **placed(slot), matter=change.matter, service=change.service,
        business_type=matter["business_type"], choices={}, decided_at=work.at, decided_by=work.actor.name,
    )  # fmt: skip
    if now is None:
        raise BookingRefused("open_booking", "matter")
    if booking.slot is not None and booking.slot != change.slot:
        store.free(work.connection, booking.slot)
    drop_tasks(work, booking)
    applying.have_called(work, offer, matter, now)
    work.tell("booking.changed", now, booking)
    return now


def withdraw_change(work: Work, booking: Row[Any]) -> None:
    """A change that waits for its review is given up with what it was about."""
    change = open_change(work, booking)
    if change is not None:
        _end_change(work, change, booking, "withdrawn", "")


def said(reason: str) -> str:
    """Raises BookingRefused for none, or a long one."""
    text = clean(" ".join(reason.split()), LONGEST_REASON + 1)
    if not text:
        raise BookingRefused("reason_missing", "reason")
    if len(text) > LONGEST_REASON:
        raise BookingRefused("reason_long", "reason", most=LONGEST_REASON)
    return text


def drop_tasks(work: Work, booking: Row[Any]) -> None:
    """Nobody need be called about it any more."""
    about = (ContactTask.booking == booking.id, ContactTask.state == "open")
    work.connection.execute(update(ContactTask).where(*about).values(state="dropped", done_at=work.at))


def settle_case(work: Work, booking: Row[Any], outcome: str) -> None:
    """What became of a booking that a closure had hit."""
    about = (ClosureCase.booking == booking.id, ClosureCase.outcome == "open")
    work.connection.execute(update(ClosureCase).where(*about).values(outcome=outcome, settled_at=work.at))


def placed(slot: Row[Any]) -> dict[str, Any]:
    return {"slot": slot.id, "day": slot.day, "starts_at": slot.starts_at, "ends_at": slot.ends_at}


def _require_open(work: Work, booking: Row[Any], reason_code: str) -> None:
    """Staff may also take up one that fell void because of force majeure (S0-53, K3). Raises BookingRefused."""
    if booking.status == "void" and work.staff and reason_code == FORCE_MAJEURE:
        return
    life.require_open(booking.status)


def _hold(work: Work, booking: Row[Any], slot_id: str) -> None:
    if booking.holds and booking.slot is not None:
        store.exchange(work.connection, booking.slot, slot_id)
    else:
        store.take(work.connection, slot_id)


def open_change(work: Work, booking: Row[Any]) -> Row[Any] | None:
    """The one that waits for its review."""
    query = select(BookingChange).where(BookingChange.booking == booking.id, BookingChange.status == "asked")
    return work.connection.execute(query).first()


def _end_change(work: Work, change: Row[Any], booking: Row[Any], status: str, reason: str) -> None:
    _close_change(work, change, status, reason)
    if change.slot != booking.slot:
        store.free(work.connection, change.slot)


def _close_change(work: Work, change: Row[Any], status: str, reason: str) -> None:
    values = {"status": status, "decided_at": work.at, "decided_by": work.actor.name}
    values |= {"reason": reason} if reason else {}
    work.connection.execute(update(BookingChange).where(BookingChange.id == change.id).values(**values))


def _check_other(work: Work, booking: Row[Any], business_type: str) -> None:
    """A person has at most one open booking of a business type, also after a change."""
    query = select(Booking.id).where(
        Booking.person_key == booking.person_key,
        Booking.business_type == business_type,
        Booking.open,
        Booking.id != booking.id,
    )
    if booking.person_key is not None and work.connection.scalar(query.limit(1)) is not None:
        raise BookingRefused("open_booking", "matter")
