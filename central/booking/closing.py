"""A hall closes (暂停办公, S0-51): one form → slots closed, boards and site told, every booking hit is told, offered
other times and put on the list of whom to call; and what has become of each (S0-52)."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle, islice
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, exists, insert, select, update

from central.booking import changing, life, shares, store
from central.booking.offer import HallOffer
from central.booking.sentences import BookingRefused
from central.booking.work import Work
from central.db.tables import Booking, Closure, ClosureCase, ContactTask, Grant, Slot
from central.errors import Invalid
from central.ingest import orders

CAUSES = ("weather", "power", "epidemic", "fire", "works", "other")
OFFERED = 3
"""Times offered to each customer."""
LONGEST_TEXT = 300
CLOSING = "17:00"
"""On the next working day until then others than today's customers are called."""


def declare(
    work: Work, hall: str, *, from_at: int, until_at: int, cause: str, text: dict[str, str], known_at: int | None = None
) -> Row[Any]:
    """Publishes the closure and gives its row. `until_at`: when the hall is expected to open again. Raises Invalid."""
    offer = work.offer(hall)
    words = _checked(from_at, until_at, cause, text)
    made = (
        insert(Closure)
        .values(
            hall=hall, from_at=from_at, until_at=until_at, cause=cause, text=words,
            known_at=min(known_at or work.at, work.at), published_at=work.at, by=work.actor.name,
        )
        .returning(*Closure.__table__.columns)
    )  # fmt: skip
    closure = work.connection.execute(made).one()
    _enforce(work, offer, closure)
    return closure


def prolong(work: Work, closure_id: int, until_at: int, text: dict[str, str] | None = None) -> Row[Any]:
    """It lasts longer than was thought; who is hit now as well is told. `text`: what the public reads from now on,
    where that changes. Raises Invalid."""
    closure = _running(work, closure_id)
    if until_at <= closure.until_at:
        raise Invalid("until: give a later time, or end the closure", "until")
    words = closure.text if text is None else _checked(closure.from_at, until_at, closure.cause, text)
    done = update(Closure).where(Closure.id == closure_id).values(until_at=until_at, text=words)
    longer = work.connection.execute(done.returning(*Closure.__table__.columns)).one()
    _enforce(work, work.offer(closure.hall), longer)
    if closure.suspended_at is not None and words != closure.text:
        _say_why(work, longer)
    return longer


def end(work: Work, closure_id: int) -> int:
    """The hall opens again. Bookings still to come whose customers chose nothing else stand as before.

    Gives how many those are.
    """
    closure = _running(work, closure_id)
    work.connection.execute(
        update(Closure).where(Closure.id == closure_id).values(ended_at=work.at, ended_by=work.actor.name)
    )
    within = _within(closure, Slot.starts_at, Slot.ends_at)
    other = exists().where(
        Closure.hall == Slot.hall, Closure.ended_at.is_(None), Closure.from_at < Slot.ends_at,
        Closure.until_at > Slot.starts_at,
    )  # fmt: skip
    work.connection.execute(update(Slot).where(Slot.hall == closure.hall, within, ~other).values(closed=False))
    orders.withdraw_notice(work.connection, closure.hall, _notice(closure), by=work.actor.name, at=work.at)
    others = of_hall(work, closure.hall)
    if closure.suspended_at is not None and all(other.suspended_at is None for other in others):
        orders.resume_hall(work.connection, closure.hall, by=work.actor.name, at=work.at)
    return sum(_restore(work, closure, booking, others) for booking in _hit(work, closure))


def keep_time(work: Work) -> int:
    """Where a closure has begun no more tickets are issued; one whose time is over ends. Gives the number of both."""
    running = select(Closure).where(Closure.ended_at.is_(None))
    begun = work.connection.execute(
        running.where(Closure.suspended_at.is_(None), Closure.from_at <= work.at, Closure.until_at > work.at)
    ).all()
    for closure in begun:
        _suspend(work, closure)
    over = work.connection.execute(running.where(Closure.until_at <= work.at)).all()
    for closure in over:
        end(work, closure.id)
    return len(begun) + len(over)


def of_hall(work: Work, hall: str) -> Sequence[Row[Any]]:
    """Closures that last or are to come, the next first."""
    query = select(Closure).where(Closure.hall == hall, Closure.ended_at.is_(None), Closure.until_at > work.at)
    return work.connection.execute(query.order_by(Closure.from_at)).all()


def offers_of(work: Work, token: str) -> tuple[Row[Any], Row[Any], list[Row[Any]]]:
    """Closure, booking and the times offered that are still free, of the link a customer was sent.

    Where all were taken meanwhile, others are offered. Raises BookingRefused "offer_gone".
    """
    case = _case(work, token)
    booking = store.by_id(work.connection, case.booking)
    closure = work.connection.execute(select(Closure).where(Closure.id == case.closure)).one()
    if case.outcome != "open" or booking.status != "displaced":
        raise BookingRefused("offer_gone", "code")
    offered = [slot for slot in _slots(work, case.offers) if _free(work, slot)]
    return closure, booking, offered or _next_free(work, booking, closure)[:OFFERED]


def settled(work: Work, token: str) -> tuple[str, Row[Any]] | None:
    """What its customer chose (ClosureCase `outcome`), or what became of it, and the booking; None while it is open.

    Raises BookingRefused "offer_gone" for a link that is none.
    """
    case = _case(work, token)
    booking = store.by_id(work.connection, case.booking)
    return (case.outcome, booking) if case.outcome != "open" and booking.status != "displaced" else None


def accept(work: Work, token: str, slot: str) -> Row[Any]:
    """One tap: the booking is at the new time. Raises BookingRefused; then it is as it was."""
    _, booking, _ = offers_of(work, token)
    return changing.move(work, store.by_id(work.connection, booking.id, lock=True), slot, reason_code="closure")


def decline(work: Work, token: str) -> Row[Any]:
    """The customer comes no more; nothing is counted against anybody."""
    _, booking, _ = offers_of(work, token)
    return changing.ended(work, booking, "cancelled", cancelled_at=work.at, reason_code="closure")


def hit_late(work: Work, booking: Row[Any]) -> None:
    """A booking that a hall took before it heard of the closure."""
    for closure in of_hall(work, booking.hall):
        if booking.status == "confirmed" and _covers(closure, booking):
            [offers] = _offers(work, [booking], closure)
            _displace(work, work.offer(booking.hall), closure, booking, offers)
            return


def _checked(from_at: int, until_at: int, cause: str, text: dict[str, str]) -> dict[str, str]:
    if until_at <= from_at:
        raise Invalid("until: the hall opens again after it closes", "until")
    if cause not in CAUSES:
        raise Invalid(f"cause: choose one of {', '.join(CAUSES)}", "cause")
    words = {language: " ".join(said.split()) for language, said in text.items() if said.strip()}
    if not words:
        raise Invalid("text: say in at least one language what the public is to know", "text")
    if any(len(said) > LONGEST_TEXT for said in words.values()):
        raise Invalid(f"text: at most {LONGEST_TEXT} characters", "text")
    return words


def _enforce(work: Work, offer: HallOffer, closure: Row[Any]) -> None:
    """Slots, boards, queue and bookings, as the closure has it now."""
    _bookings(work, closure)  # locked before their slots, as everywhere; read again when nothing more can be booked
    within = _within(closure, Slot.starts_at, Slot.ends_at)
    work.connection.execute(update(Slot).where(Slot.hall == closure.hall, within).values(closed=True))
    for grant in _grants(work, closure):
        shares.recall(work, closure.hall, grant)
    orders.add_notice(
        work.connection, closure.hall, _notice(closure), closure.text, closure.until_at, by=work.actor.name, at=work.at
    )
    if closure.suspended_at is None and closure.from_at <= work.at:
        _suspend(work, closure)
    hit = [booking for booking in _bookings(work, closure) if booking.status in life.OPEN - {"displaced"}]
    hit.sort(key=lambda booking: booking.starts_at)
    for booking, offers in zip(hit, _offers(work, hit, closure), strict=True):
        _displace(work, offer, closure, booking, offers)


def _displace(work: Work, offer: HallOffer, closure: Row[Any], booking: Row[Any], offers: list[str]) -> None:
    token = secrets.token_urlsafe(16)
    changing.withdraw_change(work, booking)
    changing.drop_tasks(work, booking)
    now = store.change(work.connection, booking, status="displaced", holds=False, closure=closure.id)
    if booking.holds and booking.slot is not None:
        store.free(work.connection, booking.slot)
    again = (ClosureCase.closure == closure.id, ClosureCase.booking == booking.id)
    work.connection.execute(delete(ClosureCase).where(*again))  # moved out of it, and now it lasts longer
    work.connection.execute(
        insert(ClosureCase).values(
            closure=closure.id, booking=booking.id, outcome="open", offers=offers, offer_token=_hashed(token)
        )
    )
    work.connection.execute(
        insert(ContactTask).values(
            kind="closure", hall=booking.hall, booking=booking.id, closure=closure.id, why=closure.cause,
            due_at=life.call_by(_contact_by(work, offer, booking), booking.starts_at, work.at), created_at=work.at,
        )
    )  # fmt: skip
    work.tell("closure.hit", now, booking, offer=token, resumes_at=closure.until_at, closure=closure.id)


def _restore(work: Work, closure: Row[Any], booking: Row[Any], others: Sequence[Row[Any]]) -> bool:
    """As if it had not been; past ones stay open for the call that settles them, and those that another closure hits
    as well are that one's."""
    if booking.status != "displaced" or booking.starts_at <= work.at:
        return False
    for other in others:
        if _covers(other, booking):
            _hand_over(work, closure, booking, other)
            return False
    store.take_at_any_rate(work.connection, booking.slot)
    stands = changing.standing(work, booking, booking.starts_at)
    now = store.change(work.connection, booking, **stands)
    changing.drop_tasks(work, booking)
    changing.settle_case(work, booking, "kept")
    work.tell("closure.ended", now, booking)
    return True


def _hand_over(work: Work, closure: Row[Any], booking: Row[Any], other: Row[Any]) -> None:
    for table in (ClosureCase, ContactTask):
        about = (table.closure == closure.id, table.booking == booking.id)
        work.connection.execute(update(table).where(*about).values(closure=other.id))
    store.change(work.connection, booking, closure=other.id)


def _suspend(work: Work, closure: Row[Any]) -> None:
    _say_why(work, closure)
    work.connection.execute(update(Closure).where(Closure.id == closure.id).values(suspended_at=work.at))


def _say_why(work: Work, closure: Row[Any]) -> None:
    """To the hall, that issues no tickets and says so."""
    said = closure.text.get("zh") or next(iter(closure.text.values()))
    orders.suspend_hall(work.connection, closure.hall, said, by=work.actor.name, at=work.at)


def _contact_by(work: Work, offer: HallOffer, booking: Row[Any]) -> int:
    """closure.contact_within: who was to come today soon, others within a working day."""
    today = offer.times.day_of(work.at)
    if offer.times.day_of(booking.starts_at) == today:
        return work.at + offer.rules.closure_contact_min * 60_000
    day = today + timedelta(days=1)
    while not offer.times.calendar.workday(day):
        day += timedelta(days=1)
    return offer.times.moment(day, CLOSING)


def _offers(work: Work, hit: Sequence[Row[Any]], closure: Row[Any]) -> list[list[str]]:
    """Times for each customer: not the same three for all of them."""
    rings: dict[str, Any] = {}
    found = []
    for booking in hit:
        if booking.service not in rings:
            free = [slot.id for slot in _next_free(work, booking, closure)]
            rings[booking.service] = (len(free), cycle(free))
        size, ring = rings[booking.service]
        found.append(list(islice(ring, min(size, OFFERED))))
    return found


def _next_free(work: Work, booking: Row[Any], closure: Row[Any]) -> list[Row[Any]]:
    """What the customer may take by one tap, after the closure."""
    after = max(closure.until_at, work.at)
    query = select(Slot).where(
        Slot.hall == booking.hall, Slot.service == booking.service, Slot.starts_at >= after, Slot.closed.is_(False),
        Slot.taken + Slot.granted < Slot.capacity,
    )  # fmt: skip
    found = work.connection.execute(query.order_by(Slot.starts_at).limit(40)).all()
    return [slot for slot in found if _free(work, slot)]


def _free(work: Work, slot: Row[Any]) -> bool:
    lead = work.offer(slot.hall).rules.same_day_min * 60_000
    return store.free_places(slot) > 0 and slot.starts_at - work.at > lead


def _slots(work: Work, ids: Sequence[str]) -> Sequence[Row[Any]]:
    return work.connection.execute(select(Slot).where(Slot.id.in_(ids)).order_by(Slot.starts_at)).all()


def _within(closure: Row[Any], starts_at: Any, ends_at: Any) -> ColumnElement[bool]:
    overlap: ColumnElement[bool] = (starts_at < closure.until_at) & (ends_at > closure.from_at)
    return overlap


def _covers(closure: Row[Any], booking: Row[Any]) -> bool:
    return bool(booking.starts_at < closure.until_at and booking.ends_at > closure.from_at)


def _bookings(work: Work, closure: Row[Any]) -> Sequence[Row[Any]]:
    within = _within(closure, Booking.starts_at, Booking.ends_at)
    query = select(Booking).where(Booking.hall == closure.hall, within, Booking.open).order_by(Booking.id)
    return work.connection.execute(query.with_for_update()).all()


def _hit(work: Work, closure: Row[Any]) -> Sequence[Row[Any]]:
    query = (
        select(Booking)
        .join(ClosureCase, ClosureCase.booking == Booking.id)
        .where(ClosureCase.closure == closure.id, ClosureCase.outcome == "open")
        .order_by(Booking.id)
    )
    return work.connection.execute(query).all()


def _grants(work: Work, closure: Row[Any]) -> Sequence[Row[Any]]:
    within = _within(closure, Slot.starts_at, Slot.ends_at)
    query = select(Grant).join(Slot, Slot.id == Grant.slot).where(Slot.hall == closure.hall, within)
    return work.connection.execute(query.where(Grant.state == "issued")).all()


def _running(work: Work, closure_id: int) -> Row[Any]:
    found = work.connection.execute(select(Closure).where(Closure.id == closure_id).with_for_update()).first()
    if found is None or found.ended_at is not None:
        raise Invalid("this closure is over, or there is none of that number", "closure")
    return found


def _case(work: Work, token: str) -> Row[Any]:
    query = select(ClosureCase).where(ClosureCase.offer_token == _hashed(token)).with_for_update()
    found = work.connection.execute(query).first()
    if found is None:
        raise BookingRefused("offer_gone", "code")
    return found


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _notice(closure: Row[Any]) -> str:
    return f"closure-{closure.id}"
