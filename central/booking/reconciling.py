"""After the centre was restored from a backup: no place of a hall is sold until its roster has been heard, confirmed
bookings are rebuilt from it, and what is too much is flagged to a person (F25).

Which of the two is behind is seen from `rev`: the hall names the newest it was told of each booking. It may have been
away for days, and then it is the hall that has not heard yet."""

from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from central.booking import changing, hall_sales, life, store
from central.booking.slots import slot_id
from central.booking.work import Work
from central.db.tables import Node, Slot, Unreconciled
from central.ingest import orders
from contract import events as e
from contract.booking_code import tidy
from contract.directives import BookingCancelled

_MAY_STAND = life.OPEN | {"void"}
"""What a booking may be here while the hall knows better."""


def reported(work: Work, hall: str, node: str, event: e.RosterReported) -> None:
    """One part of a node's report. With all its parts and those of the hall's other nodes the hall sells again."""
    for entry in event.entries:
        _compare(work, hall, node, entry)
    waiting = work.connection.execute(select(Unreconciled).where(Unreconciled.hall == hall).with_for_update()).first()
    if waiting is None or waiting.generation != event.generation:
        return
    parts = {str(one) for one in waiting.parts} | {f"{node} {event.part}/{event.parts}"}
    if _complete(work.connection, hall, parts):
        work.connection.execute(delete(Unreconciled).where(Unreconciled.hall == hall))
    else:
        done = update(Unreconciled).where(Unreconciled.hall == hall)
        work.connection.execute(done.values(parts=sorted(parts)))


def lift(connection: Connection, hall: str) -> bool:
    """A person says that the hall's places may be sold although not all its nodes have reported."""
    return connection.execute(delete(Unreconciled).where(Unreconciled.hall == hall)).rowcount > 0


def _compare(work: Work, hall: str, node: str, entry: e.RosterEntry) -> None:
    booking = store.by_code(work.connection, tidy(entry.code), lock=True)
    if booking is None:
        if entry.status != "cancelled":
            hall_sales.rebuilt(work, hall, node, entry)
    elif booking.hall == hall and entry.rev > booking.rev and booking.status in _MAY_STAND:
        _newer(work, booking, entry)
    elif entry.status == "booked" and booking.status in ("cancelled", "refused", "expired", "displaced"):
        _cancel_there(work, booking, booking.rev)


def _newer(work: Work, booking: Row[Any], entry: e.RosterEntry) -> None:
    """The centre has lost what it told the hall last, so the hall's word goes."""
    if entry.status != "cancelled":
        _stands(work, booking, entry)
        return
    # The customer has heard of it long ago, so only the trail is told.
    changing.ended(
        work, booking, "cancelled", event="booking.rebuilt", cancelled_at=work.at, reason_code="office", reason="",
        rev=entry.rev, told_rev=entry.rev,
    )  # fmt: skip
    # The snapshot of this generation has named it to the hall once more, as the backup has it.
    _cancel_there(work, booking, entry.rev)


def _cancel_there(work: Work, booking: Row[Any], rev: int) -> None:
    told = BookingCancelled(booking.code, rev)
    orders.issue(work.connection, booking.hall, told, by="booking", at=work.at)


def _stands(work: Work, booking: Row[Any], entry: e.RosterEntry) -> None:
    """At the time, for the matter and in the state the hall has it."""
    offer = work.offer(booking.hall)
    id_ = slot_id(offer.hall, entry.service, entry.starts_at)
    hall_sales.ensure_slot(work, offer, entry.service, entry.day, entry.starts_at, entry.ends_at)
    kind = _kind(work, booking, entry, id_)
    changing.withdraw_change(work, booking)
    beyond = False
    if not booking.holds or booking.slot != id_:
        if booking.holds and booking.slot is not None:
            store.free(work.connection, booking.slot)
        beyond = store.take_at_any_rate(work.connection, id_)
    slot = work.connection.execute(select(Slot).where(Slot.id == id_)).one()
    status = {"booked": "confirmed"}.get(entry.status, entry.status)
    values = changing.placed(slot) | kind | {
        "status": status, "open": status == "confirmed", "holds": True, "service": entry.service, "closure": None,
        "flag": "excess" if beyond else booking.flag, "rev": entry.rev, "told_rev": entry.rev - 1,
        "confirmed_at": booking.confirmed_at or work.at, "deadline": None, "faults": [],
    }  # fmt: skip
    now = store.change_kind(work.connection, booking, **values)
    if now is None:
        now = store.change(work.connection, booking, **values | {"person_key": None, "flag": "double"})
    if booking.status == "displaced":
        changing.drop_tasks(work, booking)
        changing.settle_case(work, booking, "kept")
    work.tell("booking.rebuilt", now, booking)


def _kind(work: Work, booking: Row[Any], entry: e.RosterEntry, id_: str) -> dict[str, Any]:
    """Of another queue than before: the change that waited here was approved; else nobody knows the matter any more."""
    if entry.service == booking.service:
        return {}
    offer, change = work.offer(booking.hall), changing.open_change(work, booking)
    approved = change.matter if change is not None and change.slot == id_ else None
    matter = offer.matters.get(approved or hall_sales.matter_of(offer, entry.service) or "")
    if matter is None:
        return {"matter": None, "business_type": entry.service}
    return {"matter": matter["id"], "business_type": matter["business_type"]}


def _complete(connection: Connection, hall: str, parts: set[str]) -> bool:
    nodes = connection.scalars(select(Node.id).where(Node.hall == hall, Node.active, Node.hello_at.is_not(None)))
    return all(_whole(node, parts) for node in nodes)


def _whole(node: str, parts: set[str]) -> bool:
    mine = [part.split(" ")[1].split("/") for part in parts if part.split(" ")[0] == node]
    return bool(mine) and len(mine) == int(mine[0][1])
