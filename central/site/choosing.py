"""The days and times somebody may choose from, with what is free of each; full ones are shown as full."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Row, select

from central.booking import life, store
from central.booking.offer import HallOffer
from central.booking.sentences import BookingRefused
from central.db.tables import Unreconciled
from central.site import moments
from central.site.halls_said import places

PARTS = ((12, "morning"), (18, "afternoon"))
"""Until which hour a part of the day lasts; what begins later is in the evening."""


class Choice(msgspec.Struct, frozen=True):
    """One day or one time. `value`: "YYYY-MM-DD" or the slot's id."""

    value: str
    name: str
    places: str
    free: bool
    part: str = ""
    """Of a time: morning, afternoon or evening."""


class Place(msgspec.Struct, frozen=True):
    """A chosen time in words."""

    slot: str
    day: str
    day_name: str
    short_name: str
    time: str


def day_name(day: str, language: str) -> str:
    """Raises BookingRefused for what is no day."""
    try:
        return moments.long_day(date.fromisoformat(day), language)
    except ValueError:
        raise BookingRefused("slot_unknown", "slot") from None


def checking(connection: Connection, hall: str) -> bool:
    """Its bookings are being checked after a loss: nothing can be booked for the moment."""
    return connection.scalar(select(Unreconciled.hall).where(Unreconciled.hall == hall)) is not None


def days(connection: Connection, offer: HallOffer, service: str, at: int, language: str) -> list[Choice]:
    """Open days within the horizon that have slots."""
    opened = [day.isoformat() for day in life.bookable_days(offer.rules, offer.times, at)]
    free: dict[str, int] = {}
    working: set[str] = set()
    for slot in store.slots(connection, offer.hall, opened, service):
        free[slot.day] = free.get(slot.day, 0) + _free(offer, slot, at)
        working |= set() if slot.closed else {slot.day}
    today = offer.times.day_of(at)
    return [
        Choice(
            day,
            moments.near_day(date.fromisoformat(day), today, language),
            places(n, offer.rules.show_capacity, language, shut=day not in working),
            n > 0,
        )
        for day, n in free.items()
    ]


def times(
    connection: Connection, offer: HallOffer, service: str, day: str, at: int, language: str, own: str = ""
) -> list[Choice]:
    """Times of that day which are still to come. `own`: the slot somebody holds already, which is free to them."""
    zone = offer.times.zone
    slots = store.slots(connection, offer.hall, [day], service)
    return [_time(offer, slot, at, zone, language, own) for slot in slots if slot.starts_at > at and slot.capacity]


def place(offer: HallOffer, slot: Row[Any], language: str) -> Place:
    zone = offer.times.zone
    day = moments.local(slot.starts_at, zone).date()
    time = moments.span(slot.starts_at, slot.ends_at, zone)
    return Place(slot.id, day.isoformat(), moments.long_day(day, language), moments.short_day(day, language), time)


def still_free(connection: Connection, offer: HallOffer, service: str, near: str, at: int) -> Sequence[Row[Any]]:
    """Times that can be had in the place of one that is gone: of that day, else of the next that has any."""
    opened = [day.isoformat() for day in life.bookable_days(offer.rules, offer.times, at)]
    for day in (near, *(one for one in opened if one > near), *opened):
        found = [slot for slot in store.slots(connection, offer.hall, [day], service) if _free(offer, slot, at)]
        if found:
            return found
    return ()


def _time(offer: HallOffer, slot: Row[Any], at: int, zone: ZoneInfo, language: str, own: str) -> Choice:
    n = max(_free(offer, slot, at), int(slot.id == own))
    return Choice(
        slot.id,
        moments.span(slot.starts_at, slot.ends_at, zone),
        places(n, offer.rules.show_capacity, language, shut=slot.closed),
        n > 0,
        part_of_day(moments.local(slot.starts_at, zone).hour),
    )


def part_of_day(hour: int) -> str:
    """In which part of the day somebody comes who comes at that hour."""
    return next((part for until, part in PARTS if hour < until), "evening")


def _free(offer: HallOffer, slot: Row[Any], at: int) -> int:
    """Places a customer may still have."""
    lead = offer.rules.same_day_min * 60_000
    today = slot.day == offer.times.day_of(at).isoformat()
    if slot.starts_at <= at or slot.starts_at - at < lead or (today and not offer.rules.same_day):
        return 0
    return store.free_places(slot)
