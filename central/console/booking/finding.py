"""Finds bookings by what a caller says: a code, a phone number, or the number of any accepted document (S0-10).

One that was made again from a hall's roster has only the hall's hashes, and is found by those.
"""

import datetime
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from central.booking.application import ID_TYPES
from central.booking.completing import unknown_here
from central.booking.desk import BookingDesk
from central.db.tables import Booking
from central.errors import Invalid
from central.people.find import find_by_number, find_by_phone
from central.roster_key import fingerprint
from contract.booking_code import tidy, whole
from identity_numbers import NumberError, examine, phone_digits

LONGEST = 100


def find(
    connection: Connection, desk: BookingDesk, asked: str, today: datetime.date, halls: Collection[str]
) -> Sequence[Row[Any]]:
    """Open ones first, each group newest first; in `halls`, in all where that is empty."""
    text = asked[:LONGEST]
    if whole(text):
        query = select(Booking).where(Booking.code == tidy(text))
        found = list(connection.execute(query.where(Booking.hall.in_(halls)) if halls else query))
        if found:
            return found
    rows: dict[int, Row[Any]] = {}
    for one in (
        *_by_phone(connection, desk, text, halls),
        *_by_number(connection, desk, text, today, halls),
        *_by_roster(connection, desk, list(_normalised(text, today)), halls),
    ):
        rows[one.id] = one
    return sorted(rows.values(), key=lambda row: (not row.open, -row.starts_at))


def _by_phone(connection: Connection, desk: BookingDesk, text: str, halls: Collection[str]) -> Sequence[Row[Any]]:
    try:
        return find_by_phone(connection, desk.vault, text, halls)
    except Invalid:
        return ()


def _by_number(
    connection: Connection, desk: BookingDesk, text: str, today: datetime.date, halls: Collection[str]
) -> list[Row[Any]]:
    """The caller does not say which document it is, so every kind that the number can be of is looked for."""
    found: list[Row[Any]] = []
    for id_type in ID_TYPES:
        try:
            found += find_by_number(connection, desk.vault, id_type, text, today, halls)
        except Invalid:
            continue
    return found


def _by_roster(
    connection: Connection, desk: BookingDesk, said: Sequence[tuple[str, str]], halls: Collection[str]
) -> list[Row[Any]]:
    """Bookings nobody here knows the customer of, each hall's under its own key; mostly there are none."""
    if not said:
        return []
    found: list[Row[Any]] = []
    for hall in connection.scalars(select(Booking.hall).where(*unknown_here()).distinct()).all():
        if halls and hall not in halls:
            continue
        prints = [fingerprint(key, *one) for key in desk.roster_keys(hall) for one in said]
        fits = or_(Booking.roster_phone.in_(prints), Booking.roster_id.in_(prints))
        found += connection.execute(select(Booking).where(*unknown_here(), Booking.hall == hall, fits))
    return found


def _normalised(text: str, today: datetime.date) -> Iterator[tuple[str, str]]:
    """Kind and number, as hashes are made of them, of everything that the text can be."""
    with suppress(NumberError):
        yield "phone", phone_digits(text)
    for id_type in ID_TYPES:
        try:
            found = examine(id_type, text, today)
        except NumberError:
            continue
        yield found.id_type, found.number
