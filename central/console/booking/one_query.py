"""Everything the page of one booking shows of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from central.booking.desk import BookingDesk
from central.booking.offer import HallOffer
from central.booking.sentences import BookingRefused
from central.console.booking.offered import Offered, offered
from central.console.booking.teller import Teller
from central.console.who import ConsoleUser
from central.db.tables import AuditRow, Booking, BookingChange, ContactTask, OutboxRow

MOVABLE = ("confirmed", "displaced", "void")
"""A missed one only where force majeure hindered its customer (S0-53)."""


_TOLD = select(
    OutboxRow.event, OutboxRow.channel, OutboxRow.address_masked, OutboxRow.state, OutboxRow.created_at, OutboxRow.said
)


class One(msgspec.Struct, frozen=True):
    """`times`: to move to; `other`: of the matter a change is asked for; `matter`: its row, None once it is gone."""

    row: Row[Any]
    tell: Teller
    offer: HallOffer | None
    matter: Mapping[str, Any] | None
    times: Offered
    other: Offered
    change: Row[Any] | None
    tasks: Sequence[Row[Any]]
    story: Sequence[Row[Any]]
    told: Sequence[Any]
    linked: Mapping[str, int]
    """Codes of the bookings before and after this one, with their ids."""


def one(session: Session, desk: BookingDesk, row: Row[Any], user: ConsoleUser, other_matter: str) -> One:
    """As it stands now."""
    connection = session.connection()
    offer = _offer(desk, row.hall)
    times = other = Offered([])
    if offer is not None and user.may("book.assist", row.hall) and row.status in MOVABLE:
        times = offered(connection, offer, row.service, desk.wall())
        wanted = offer.matters.get(other_matter)
        other = offered(connection, offer, wanted["service"], desk.wall()) if wanted else other
    about = (ContactTask.booking == row.id, ContactTask.state == "open")
    asked = (BookingChange.booking == row.id, BookingChange.status == "asked")
    story = select(AuditRow).where(AuditRow.subject == "booking", AuditRow.subject_id == row.code)
    return One(
        row=row,
        tell=Teller(session, [row.hall]),
        offer=offer,
        matter=offer.matters.get(row.matter) if offer and row.matter else None,
        times=times,
        other=other,
        change=connection.execute(select(*BookingChange.__table__.columns).where(*asked)).first(),
        tasks=connection.execute(select(*ContactTask.__table__.columns).where(*about)).all(),
        story=connection.execute(story.order_by(AuditRow.id)).all(),
        told=connection.execute(_TOLD.where(OutboxRow.booking == row.id).order_by(OutboxRow.id)).all(),
        linked=_linked(session, user, row),
    )


def _offer(desk: BookingDesk, hall: str) -> HallOffer | None:
    try:
        return desk.offer(hall)
    except BookingRefused:
        return None


def _linked(session: Session, user: ConsoleUser, row: Row[Any]) -> dict[str, int]:
    codes = [code for code in (row.rebooked_from, row.rebooked_as) if code]
    found = session.execute(select(Booking.code, Booking.id, Booking.hall).where(Booking.code.in_(codes)))
    return {one.code: one.id for one in found if user.may("book.see", one.hall)}
