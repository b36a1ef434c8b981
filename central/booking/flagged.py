"""Bookings with a flag, which a person must look at."""

from sqlalchemy import ColumnElement, literal_column

from central.db.tables import Booking


def unseen() -> tuple[ColumnElement[bool], ...]:
    """Those nobody has seen yet, as conditions of a query. Written as their index is, or SQLite would not use it."""
    return Booking.flag != literal_column("''"), Booking.flag_seen_by.is_(None)
