"""What a person sets of a slot: its capacity, closed or open, or the formula again. Each is in the audit trail."""

from typing import Any

from sqlalchemy import Row, select, update

from central import audit
from central.booking import opening, shares, store
from central.booking.work import Work
from central.db.tables import Closure, Grant, Slot
from central.errors import Invalid


def capacity(work: Work, id_: str, size: int) -> None:
    """Raises BookingRefused, Invalid where more is sold already."""
    before = store.slot(work.connection, id_)
    now = opening.set_capacity(work.connection, id_, size)
    _record(work, "slot.capacity_set", before, {"capacity": before.capacity}, {"capacity": now})


def formula(work: Work, id_: str) -> None:
    """Its capacity is worked out again: at once, and whenever windows or rules change."""
    before = store.slot(work.connection, id_)
    offer = work.offer(before.hall)
    size = opening.planned(offer, before.service, opening.mean_s(work.connection, offer, before.service, work.at))
    work.connection.execute(update(Slot).where(Slot.id == id_).values(by_hand=False))
    now = store.resize(work.connection, id_, size)
    after = {"capacity": now.capacity if now is not None else before.capacity, "by_hand": False}
    _record(work, "slot.by_formula", before, {"capacity": before.capacity, "by_hand": before.by_hand}, after)


def close(work: Work, id_: str) -> None:
    """No more of it is sold, in the hall neither; who has booked still comes."""
    before = store.slot(work.connection, id_)
    work.connection.execute(update(Slot).where(Slot.id == id_).values(closed=True))
    grants = work.connection.execute(select(Grant).where(Grant.slot == id_, Grant.state == "issued")).all()
    for grant in grants:
        shares.recall(work, before.hall, grant)
    _record(work, "slot.closed", before, {"closed": before.closed}, {"closed": True})


def reopen(work: Work, id_: str) -> None:
    """Raises Invalid while the hall is closed for that time."""
    before = store.slot(work.connection, id_)
    hit = (Closure.hall == before.hall, Closure.ended_at.is_(None), Closure.from_at < before.ends_at)
    query = select(Closure.id).where(*hit, Closure.until_at > before.starts_at)
    if work.connection.scalar(query.limit(1)) is not None:
        raise Invalid("This time lies within a closure of the hall: end the closure first.", "slots")
    work.connection.execute(update(Slot).where(Slot.id == id_).values(closed=False))
    _record(work, "slot.opened", before, {"closed": before.closed}, {"closed": False})


def _record(work: Work, action: str, slot: Row[Any], before: dict[str, Any], after: dict[str, Any]) -> None:
    if before != after:
        audit.record(work.connection, work.actor, action, "slot", slot.id, at=work.at, before=before, after=after)
