"""Every hall that is shown, with its free places of the days ahead: a handful of queries, however many halls."""

import threading
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Engine, Row, Select, case, func, or_, select

from central.booking.rules import BookingRules, parse
from central.db.tables import BookingRulesRow, Closure, Hall, HallMatter, HallPage, Matter, Slot, Unreconciled

KEPT_S = 5.0
DAYS = 3
"""Days with free places shown of each hall."""

Text = Mapping[str, str]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One hall. `free`: the next days it has slots on ("YYYY-MM-DD") and the places still free; None: not told."""

    hall: str
    name: Text
    timezone: str
    address: Text
    phone: str
    free: tuple[tuple[str, int], ...]
    shut: frozenset[str]
    """Those of them that a closure takes whole."""
    show_capacity: bool
    bookable: bool
    """There is a matter somebody may book."""
    checking: bool
    """Its bookings are being checked after a loss: nothing can be booked for the moment."""
    closed: tuple[tuple[int, int, Text], ...]
    """Closures published: from, until (ms), and what the public reads."""


class Listing:
    """Read anew at most every five seconds. Any thread may ask."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._known: tuple[float, int, list[Line]] = (0.0, 0, [])

    def lines(self, at: int) -> list[Line]:
        """`at`: ms since 1970."""
        with self._lock:
            read_at, as_of, lines = self._known
            if lines and time.monotonic() - read_at < KEPT_S and abs(at - as_of) < KEPT_S * 1000:
                return lines
            with self._engine.connect() as connection:
                lines = read(connection, at)
            self._known = (time.monotonic(), at, lines)
            return lines


def read(connection: Connection, at: int) -> list[Line]:
    rules = _rules(connection)
    halls = connection.execute(_shown()).all()
    free, shut = _free(connection, halls, rules, at)
    bookable = _bookable(connection)
    checking = set(connection.scalars(select(Unreconciled.hall)))
    closures = _closures(connection, at)
    return [
        Line(
            hall=hall.id,
            name=hall.name,
            timezone=hall.timezone,
            address=hall.address or {},
            phone=hall.phone or "",
            free=tuple(free.get(hall.id, ())[:DAYS]),
            shut=frozenset(shut.get(hall.id, ())),
            show_capacity=_of(rules, hall.id).show_capacity,
            bookable=hall.id in bookable,
            checking=hall.id in checking,
            closed=tuple(closures.get(hall.id, ())),
        )
        for hall in halls
    ]


def _shown() -> Select[*tuple[Any, ...]]:
    return (
        select(Hall.id, Hall.name, Hall.timezone, HallPage.address, HallPage.phone)
        .outerjoin(HallPage, HallPage.hall == Hall.id)
        .where(or_(HallPage.published.is_(None), HallPage.published))
        .order_by(Hall.id)
    )


def _bookable(connection: Connection) -> set[str]:
    query = select(HallMatter.hall).join(Matter, Matter.id == HallMatter.matter)
    return set(connection.scalars(query.where(HallMatter.bookable, Matter.active)))


def _rules(connection: Connection) -> dict[str, BookingRules]:
    """The newest of every hall that has its own; under "" those of the others."""
    rows = connection.execute(select(BookingRulesRow).order_by(BookingRulesRow.version))
    newest = {row.hall: row for row in rows}
    return {hall: parse(row.rules) for hall, row in newest.items() if not row.common}


def _of(rules: Mapping[str, BookingRules], hall: str) -> BookingRules:
    return rules.get(hall) or rules.get("") or BookingRules()


def _free(
    connection: Connection, halls: Iterable[Row[Any]], rules: Mapping[str, BookingRules], at: int
) -> tuple[dict[str, list[tuple[str, int]]], dict[str, set[str]]]:
    """Free places by hall and day, and the days that are closed; halls with the same lead are asked for together."""
    leads: dict[tuple[int, bool], list[Row[Any]]] = {}
    for hall in halls:
        own = _of(rules, hall.id)
        leads.setdefault((own.same_day_min, own.same_day), []).append(hall)
    left = Slot.capacity - Slot.taken - Slot.granted
    places = func.sum(case((Slot.closed | (left < 0), 0), else_=left)).label("places")
    opened = func.sum(case((Slot.closed, 0), else_=1)).label("opened")
    found: dict[str, list[tuple[str, int]]] = {}
    shut: dict[str, set[str]] = {}
    for (lead, same_day), group in leads.items():
        zones = {hall.id: ZoneInfo(hall.timezone) for hall in group}
        query = select(Slot.hall, Slot.day, places, opened).where(
            Slot.hall.in_(list(zones)), Slot.starts_at >= at + lead * 60_000, Slot.starts_at > at
        )
        for row in connection.execute(query.group_by(Slot.hall, Slot.day).order_by(Slot.hall, Slot.day)):
            today = datetime.fromtimestamp(at / 1000, zones[row.hall]).date().isoformat()
            if row.day != today or same_day:
                found.setdefault(row.hall, []).append((row.day, int(row.places)))
                if not row.opened:
                    shut.setdefault(row.hall, set()).add(row.day)
    return found, shut


def _closures(connection: Connection, at: int) -> dict[str, list[tuple[int, int, Text]]]:
    query = select(Closure).where(Closure.ended_at.is_(None), Closure.until_at > at).order_by(Closure.from_at)
    found: dict[str, list[tuple[int, int, Text]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.hall, []).append((row.from_at, row.until_at, row.text))
    return found
