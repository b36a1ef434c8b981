"""Finds bookings by what a caller says: a code, a phone number, or the number of any accepted document (S0-10)."""

import datetime
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from central.booking.application import ID_TYPES
from central.db.tables import Booking
from central.errors import Invalid
from central.people.find import find_by_number, find_by_phone
from central.vault import Vault
from contract.booking_code import ALPHABET, LENGTH, tidy

LONGEST = 100


def find(
    connection: Connection, vault: Vault, asked: str, today: datetime.date, halls: Collection[str]
) -> Sequence[Row[Any]]:
    """Open ones first, each group newest first; in `halls`, in all where that is empty."""
    text = asked[:LONGEST]
    if (code := tidy(text)) and len(code) == LENGTH and set(code) <= set(ALPHABET):
        query = select(Booking).where(Booking.code == code)
        found = list(connection.execute(query.where(Booking.hall.in_(halls)) if halls else query))
        if found:
            return found
    rows: dict[int, Row[Any]] = {}
    for one in (*_by_phone(connection, vault, text, halls), *_by_number(connection, vault, text, today, halls)):
        rows[one.id] = one
    return sorted(rows.values(), key=lambda row: (not row.open, -row.starts_at))


def _by_phone(connection: Connection, vault: Vault, text: str, halls: Collection[str]) -> Sequence[Row[Any]]:
    try:
        return find_by_phone(connection, vault, text, halls)
    except Invalid:
        return ()


def _by_number(
    connection: Connection, vault: Vault, text: str, today: datetime.date, halls: Collection[str]
) -> list[Row[Any]]:
    """The caller does not say which document it is, so every kind that the number can be of is looked for."""
    found: list[Row[Any]] = []
    for id_type in ID_TYPES:
        try:
            found += find_by_number(connection, vault, id_type, text, today, halls)
        except Invalid:
            continue
    return found
