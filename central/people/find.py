"""Finds bookings by what a caller says, without anything being opened: by keyed hashes under every key known here."""

import datetime
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from central.db.tables import Booking
from central.errors import Invalid
from central.vault import Vault
from identity_numbers import NumberError, examine, phone_digits

MOST = 50
"""Bookings of one person that are found, the newest first."""


def find_by_phone(connection: Connection, vault: Vault, text: str, halls: Collection[str] = ()) -> Sequence[Row[Any]]:
    """Bookings with that number, newest first; in `halls` where some are given. Raises Invalid with what to do."""
    try:
        digits = phone_digits(text)
    except NumberError as error:
        raise Invalid(error.sentence, error.field) from None
    return _found(connection, Booking.phone_key.in_(vault.search_keys("phone", digits)), halls)


def find_by_number(
    connection: Connection, vault: Vault, id_type: str, text: str, today: datetime.date, halls: Collection[str] = ()
) -> Sequence[Row[Any]]:
    """Bookings of who has that identity document, as `find_by_phone`."""
    try:
        found = examine(id_type, text, today)
    except NumberError as error:
        raise Invalid(error.sentence, error.field) from None
    return _found(connection, Booking.person_key.in_(vault.search_keys(found.id_type, found.number)), halls)


def _found(connection: Connection, here: ColumnElement[bool], halls: Collection[str]) -> Sequence[Row[Any]]:
    query = select(Booking).where(here).order_by(Booking.starts_at.desc()).limit(MOST)
    if halls:
        query = query.where(Booking.hall.in_(halls))
    return connection.execute(query).all()
