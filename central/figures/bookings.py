"""Bookings and slots as the formulas want them: counted by the database, so that a year of every hall is few rows."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, select

from central.db.tables import AuditRow, Booking, Hall, HallMatter, Slot, TicketRow
from central.metrics.booking_facts import BookingFacts, SlotFacts

CHANGES = ("booking.moved", "booking.changed")
"""What the audit trail calls a booking that came to another time or matter."""


class Choice(msgspec.Struct, frozen=True):
    """Which bookings: of these halls, for days from `since` to `until`, both included."""

    halls: tuple[str, ...]
    since: str
    until: str
    matter: str | None = None
    channel: str | None = None

    def of_bookings(self) -> ColumnElement[bool]:
        """The condition on `bookings`."""
        wanted = [Booking.hall.in_(self.halls), Booking.day.between(self.since, self.until)]
        return and_(*wanted, *self.of_kind())

    def of_kind(self) -> list[ColumnElement[bool]]:
        """What of it does not depend on hall and day."""
        kinds = ((Booking.matter, self.matter), (Booking.channel, self.channel))
        return [column == value for column, value in kinds if value is not None]


def bookings(connection: Connection, choice: Choice) -> list[BookingFacts]:
    """Each row stands for all bookings that are alike."""
    changed = exists().where(
        AuditRow.subject == "booking", AuditRow.subject_id == Booking.code, AuditRow.action.in_(CHANGES)
    )
    one = (
        select(
            Booking.hall,
            Booking.matter,
            Booking.channel,
            Booking.day,
            Booking.status,
            Booking.attempts,
            Booking.confirmed_at.is_not(None).label("confirmed"),
            Booking.reason_code,
            Booking.late_cancel,
            changed.label("changed"),
            Booking.arrival,
            (Booking.served_at <= Booking.ends_at).label("in_time"),
        )
        .where(choice.of_bookings())
        .subquery()
    )
    alike = [column for column in one.c if column.name != "attempts"]
    query = select(*alike, func.count().label("n"), func.sum(one.c.attempts).label("attempts")).group_by(*alike)
    return [BookingFacts(**row._asdict() | {"attempts": int(row.attempts)}) for row in connection.execute(query)]


def slots(connection: Connection, choice: Choice) -> list[SlotFacts]:
    """Of the queues in which the chosen matter is done; the channel does not matter. A closed slot offers no more than
    was taken of it."""
    offered = case((Slot.closed, Slot.taken), else_=Slot.capacity)
    query = (
        select(Hall.timezone, Slot.day, Slot.starts_at, func.sum(Slot.taken), func.sum(offered))
        .join(Hall, Hall.id == Slot.hall)
        .where(Slot.hall.in_(choice.halls), Slot.day.between(choice.since, choice.until))
        .group_by(Hall.timezone, Slot.day, Slot.starts_at)
        .order_by(Slot.starts_at)
    )
    if choice.matter is not None:
        done = exists().where(
            HallMatter.hall == Slot.hall, HallMatter.service == Slot.service, HallMatter.matter == choice.matter
        )
        query = query.where(done)
    found = []
    for timezone, day, starts_at, booked, capacity in connection.execute(query):
        local = datetime.fromtimestamp(starts_at / 1000, ZoneInfo(timezone))
        found.append(SlotFacts(day, local.isoweekday(), local.hour, int(booked), int(capacity)))
    return found


def walk_ins(connection: Connection, choice: Choice) -> int:
    """How many services were finished for customers without one of our bookings; of all matters and channels."""
    booked = exists().where(Booking.code == TicketRow.booking)
    query = select(func.count()).where(
        TicketRow.hall.in_(choice.halls),
        TicketRow.day.between(choice.since, choice.until),
        TicketRow.status == "done",
        ~booked,
    )
    return connection.scalar(query) or 0


def seen(connection: Connection, halls: Sequence[str]) -> tuple[list[str], list[str]]:
    """Matters and channels of which those halls ever had a booking."""
    here = Booking.hall.in_(halls)
    matters = connection.scalars(select(Booking.matter).where(here, Booking.matter.is_not(None)).distinct())
    channels = connection.scalars(select(Booking.channel).where(here).distinct())
    return sorted(matter for matter in matters if matter is not None), sorted(channels)
