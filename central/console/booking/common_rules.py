"""What it would mean for a hall to follow the booking rules of all halls again: sentences, next slots, bookings."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, select

from central.booking import effect, opening, ruling
from central.booking.desk import BookingDesk
from central.booking.effect import DayEffect, Queue
from central.booking.life import OPEN
from central.booking.offer import HallOffer, rules_of
from central.booking.slots import windows
from central.console.booking import rule_changes
from central.db.tables import Booking


class Outlook(msgspec.Struct, frozen=True):
    """`sentences`: those that read otherwise then; `until_now`, `until_then`: the last day that can be booked;
    `standing`: bookings at times that are no slots any more."""

    sentences: Sequence[str]
    days: Sequence[DayEffect]
    until_now: date
    until_then: date
    standing: int


def outlook(connection: Connection, desk: BookingDesk, hall: str) -> Outlook:
    """As it stands now."""
    offer, at = desk.offer(hall), desk.wall()
    now, then = rules_of(connection, hall)[0], rules_of(connection, ruling.ALL)[0]
    until_now, until_then = effect.horizon(offer.times, now, then, at)
    query = select(Booking.starts_at).where(
        Booking.hall == hall, Booking.status.in_(OPEN - {"displaced"}), Booking.starts_at > at
    )
    return Outlook(
        sentences=rule_changes.changes(now, then),
        days=effect.days(offer.times, _queues(connection, offer, at), now, then, at),
        until_now=until_now,
        until_then=until_then,
        standing=len(effect.without_slot(offer.times, then, connection.scalars(query))),
    )


def _queues(connection: Connection, offer: HallOffer, at: int) -> list[Queue]:
    return [
        Queue(windows(offer.counters, service), opening.mean_s(connection, offer, service, at))
        for service in offer.services()
    ]
