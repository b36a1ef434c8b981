"""After the centre was restored from a backup: no place of a hall is sold until its roster has been heard, confirmed
bookings are rebuilt from it, and what is too much is flagged to a person (F25)."""

from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from central.booking import changing, hall_sales, store
from central.booking.slots import slot_id
from central.booking.work import Work
from central.db.tables import Booking, Node, Slot, Unreconciled
from central.ingest import orders
from contract import events as e
from contract.booking_code import tidy
from contract.directives import BookingCancelled


def reported(work: Work, hall: str, node: str, event: e.RosterReported) -> None:
    """One part of a node's report. With all its parts and those of the hall's other nodes the hall sells again."""
    for entry in event.entries:
        _compare(work, hall, entry)
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


def _compare(work: Work, hall: str, entry: e.RosterEntry) -> None:
    booking = store.by_code(work.connection, tidy(entry.code), lock=True)
    if booking is None:
        if entry.status != "cancelled":
            hall_sales.rebuilt(work, hall, entry)
    elif entry.status == "cancelled" and booking.status == "confirmed":
        changing.ended(work, booking, "cancelled", cancelled_at=work.at, reason_code="customer", reason="rebuilt")
    elif entry.status == "booked" and booking.status == "confirmed" and booking.starts_at != entry.starts_at:
        _moved(work, hall, booking, entry)
    elif entry.status == "booked" and booking.status not in ("confirmed", "arrived", "served", "void"):
        orders.issue(work.connection, hall, BookingCancelled(booking.code), by="booking", at=work.at)


def _moved(work: Work, hall: str, booking: Row[Any], entry: e.RosterEntry) -> None:
    """The centre has lost that it was moved: the hall's word is the newer one."""
    offer = work.offer(hall)
    id_ = slot_id(hall, entry.service, entry.starts_at)
    hall_sales.ensure_slot(work, offer, entry.service, entry.day, entry.starts_at, entry.ends_at)
    if booking.holds and booking.slot is not None:
        store.free(work.connection, booking.slot)
    beyond = store.take_at_any_rate(work.connection, id_)
    slot = work.connection.execute(select(Slot).where(Slot.id == id_)).one()
    flag = "excess" if beyond else booking.flag
    now = store.change(
        work.connection, booking, **changing.placed(slot), service=entry.service, holds=True, flag=flag,
        told_rev=Booking.rev + 1,
    )  # fmt: skip
    work.tell("booking.rebuilt", now, booking)


def _complete(connection: Connection, hall: str, parts: set[str]) -> bool:
    nodes = connection.scalars(select(Node.id).where(Node.hall == hall, Node.active, Node.hello_at.is_not(None)))
    return all(_whole(node, parts) for node in nodes)


def _whole(node: str, parts: set[str]) -> bool:
    mine = [part.split(" ")[1].split("/") for part in parts if part.split(" ")[0] == node]
    return bool(mine) and len(mine) == int(mine[0][1])
