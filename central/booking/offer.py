"""What a hall offers for booking, gathered from its tables: rules, hours, matters, queues. Kept for two seconds, so
that a booking costs no eight queries more; what must hold to the moment is asked again where it is written."""

import threading
import time
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Engine, select

from central.booking.calendar import Calendar, HallTimes
from central.booking.rules import BookingRules, Periods, parse
from central.booking.sentences import BookingRefused
from central.db.tables import (
    BookingRulesRow,
    BusinessType,
    CalendarDay,
    CalendarYear,
    CatalogueRow,
    Hall,
    HallDay,
    HallHours,
    HallMatter,
    HallPage,
    MaterialRow,
    Matter,
)
from central.ingest.words import clean

KEPT_S = 2.0


class HallOffer(msgspec.Struct, frozen=True):
    """One hall. `matters`: id to its row, with `service`, `bookable` and `type_name`; `queues`: the services of its
    newest catalogue by id; `materials`: id to row, of all."""

    hall: str
    name: Mapping[str, str]
    timezone: str
    address: Mapping[str, str]
    way: Mapping[str, str]
    phone: str
    published: bool
    rules: BookingRules
    rules_version: int
    times: HallTimes
    matters: Mapping[str, Mapping[str, Any]]
    materials: Mapping[str, Mapping[str, Any]]
    queues: Mapping[str, Mapping[str, Any]]
    counters: tuple[Mapping[str, Any], ...]
    classes: Mapping[str, Mapping[str, str]]

    def matter(self, id_: str) -> Mapping[str, Any]:
        """Raises BookingRefused for one that is not bookable here."""
        found = self.matters.get(id_)
        if found is None or not found["bookable"] or not found["active"]:
            raise BookingRefused("matter_unknown", "matter")
        return found

    def bookable(self) -> list[Mapping[str, Any]]:
        """Matters somebody may book, by business type and name."""
        shown = [one for one in self.matters.values() if one["bookable"] and one["active"]]
        return sorted(shown, key=lambda one: (one["business_type"], one["id"]))

    def services(self) -> list[str]:
        """Queues that have a bookable matter."""
        return sorted({one["service"] for one in self.bookable()})


def read(connection: Connection, hall: str) -> HallOffer:
    """Raises BookingRefused "hall_unknown"."""
    row = connection.execute(select(Hall).where(Hall.id == hall)).first()
    if row is None:
        raise BookingRefused("hall_unknown", "hall")
    page = connection.execute(select(HallPage).where(HallPage.hall == hall)).first()
    rules, version = rules_of(connection, hall)
    catalogue = newest_catalogue(connection, hall)
    return HallOffer(
        hall=hall,
        name=row.name,
        timezone=row.timezone,
        address=page.address if page else {},
        way=page.way if page else {},
        phone=page.phone if page else "",
        published=page.published if page else True,
        rules=rules,
        rules_version=version,
        times=times_of(connection, hall, row.timezone),
        matters=_matters(connection, hall),
        materials={one.id: one._asdict() for one in connection.execute(select(MaterialRow))},
        queues={one["id"]: one for one in catalogue.get("services", ())},
        counters=tuple(catalogue.get("counters", ())),
        classes={one["id"]: one["name"] for one in catalogue.get("priority_classes", ())},
    )


def rules_of(connection: Connection, hall: str) -> tuple[BookingRules, int]:
    """The hall's own newest rules, else those of all halls, else the defaults (version 0)."""
    for owner in (hall, ""):
        query = select(BookingRulesRow).where(BookingRulesRow.hall == owner)
        found = connection.execute(query.order_by(BookingRulesRow.version.desc()).limit(1)).first()
        if found is not None and not found.common:
            return parse(found.rules), found.version
    return BookingRules(), 0


def newest_catalogue(connection: Connection, hall: str) -> Mapping[str, Any]:
    query = select(CatalogueRow.catalogue).where(CatalogueRow.hall == hall).order_by(CatalogueRow.at.desc()).limit(1)
    return connection.scalar(query) or {}


def times_of(connection: Connection, hall: str, timezone: str) -> HallTimes:
    weekly = connection.execute(select(HallHours.weekday, HallHours.periods).where(HallHours.hall == hall))
    single = connection.execute(select(HallDay.day, HallDay.periods, HallDay.reason).where(HallDay.hall == hall)).all()
    return HallTimes(
        calendar_of(connection),
        ZoneInfo(timezone),
        {weekday: _periods(periods) for weekday, periods in weekly},
        {row.day: _periods(row.periods) for row in single},
        {row.day: row.reason for row in single if row.reason},
    )


def calendar_of(connection: Connection) -> Calendar:
    days = connection.execute(select(CalendarDay.day, CalendarDay.kind, CalendarDay.name)).all()
    years = connection.scalars(select(CalendarYear.year))
    names = {row.day: row.name for row in days if row.name}
    return Calendar({row.day: row.kind for row in days}, frozenset(years), names)


def _periods(stored: list[Any]) -> Periods:
    return tuple((str(start), str(end)) for start, end in stored)


def _matters(connection: Connection, hall: str) -> dict[str, Mapping[str, Any]]:
    query = (
        select(*Matter.__table__.columns, HallMatter.service, HallMatter.bookable, BusinessType.name.label("type_name"))
        .join(HallMatter, HallMatter.matter == Matter.id)
        .join(BusinessType, BusinessType.id == Matter.business_type)
        .where(HallMatter.hall == hall)
    )
    return {row.id: row._asdict() for row in connection.execute(query)}


class Offers:
    """The offers of all halls, each read at most every two seconds. Any thread may ask."""

    def __init__(self, engine: Engine, kept_s: float = KEPT_S) -> None:
        self._engine, self._kept_s = engine, kept_s
        self._known: dict[str, tuple[float, HallOffer]] = {}
        self._lock = threading.Lock()

    def of(self, hall: str, connection: Connection | None = None) -> HallOffer:
        """`connection`: of who has one already, so that nobody waits for a second while holding the first.

        Raises BookingRefused.
        """
        now, hall = time.monotonic(), clean(hall)
        with self._lock:
            known = self._known.get(hall)
        if known is not None and now - known[0] < self._kept_s:
            return known[1]
        with nullcontext(connection) if connection is not None else self._engine.connect() as reading:
            found = read(reading, hall)
        with self._lock:
            self._known[hall] = (now, found)
        return found

    def forget(self) -> None:
        """After something was changed here."""
        with self._lock:
            self._known.clear()
