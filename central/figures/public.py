"""The indicators of a hall that the public may see (metrics.publish, S0-1): whole months, and nothing of any person."""

import calendar
from datetime import date

import msgspec
from sqlalchemy import Connection

from central.figures import bookings, tickets
from central.figures.bookings import Choice
from central.metrics import booking
from central.metrics.booking_load import slot_load
from central.metrics.figures import STRICTLY_SATISFIED_FROM, handling_time, satisfaction, served, waiting_time
from central.metrics.formulas import Rate, Spread


class Indicators(msgspec.Struct, frozen=True):
    """One hall's month."""

    hall: str
    month: str
    served: int
    wait: Spread
    handling: Spread
    satisfied: Rate
    strictly_satisfied: Rate
    success: Rate
    success_by_attempts: Rate
    on_time: Rate
    on_time_of_all: Rate
    punctual: Rate
    load: Rate


def public_indicators(connection: Connection, hall: str, month: str) -> Indicators:
    """`month`: "2026-11". Raises ValueError for what is no month."""
    first = date.fromisoformat(f"{month}-01")
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    choice = Choice((hall,), first.isoformat(), last.isoformat())
    taken = tickets.of_hall(connection, hall, choice.since, choice.until)
    booked = bookings.bookings(connection, choice)
    return Indicators(
        hall=hall,
        month=month,
        served=served(taken),
        wait=waiting_time(taken),
        handling=handling_time(taken),
        satisfied=satisfaction(taken),
        strictly_satisfied=satisfaction(taken, STRICTLY_SATISFIED_FROM),
        success=booking.success_rate(booked),
        success_by_attempts=booking.success_rate_by_attempts(booked),
        on_time=booking.on_time_rate(booked),
        on_time_of_all=booking.on_time_rate_of_all(booked, bookings.walk_ins(connection, choice)),
        punctual=booking.punctual_rate(booked),
        load=slot_load(bookings.slots(connection, choice)),
    )
