"""Which days are worked, and when each hall is open."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from central.db.base import Base


class CalendarDay(Base):
    """A day that differs from its weekday: a holiday, or a make-up workday (调休). `source`: of whom it is known."""

    __tablename__ = "calendar_days"

    day: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """holiday or workday."""
    name: Mapped[str]
    source: Mapped[str]
    """announced (the State Council's, by a package) or office (a person's)."""


class CalendarYear(Base):
    """A year whose holidays have been announced; without a row a year's weekdays are only a guess."""

    __tablename__ = "calendar_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str]
    at: Mapped[int]


class HallHours(Base):
    """The periods in which a hall takes bookings on one weekday (1 Monday … 7 Sunday); see booking/rules.py for who
    has none. `periods`: `[["09:00", "12:00"], …]`, local time."""

    __tablename__ = "hall_hours"

    hall: Mapped[str] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    periods: Mapped[list[Any]] = mapped_column(JSON)


class HallDay(Base):
    """One date on which a hall differs: closed (`periods` empty), or open at other times."""

    __tablename__ = "hall_days"

    hall: Mapped[str] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    periods: Mapped[list[Any]] = mapped_column(JSON)
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[int]


class BookingRulesRow(Base):
    """One version of a hall's booking rules (booking/rules.py `BookingRules`); `hall` empty: of all without own."""

    __tablename__ = "booking_rules"

    hall: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rules: Mapped[dict[str, Any]]
    by: Mapped[str]
    at: Mapped[int]
    common: Mapped[bool] = mapped_column(default=False, server_default=false())
    """From this version on the hall follows the rules of all halls again; `rules` are those it came to."""
