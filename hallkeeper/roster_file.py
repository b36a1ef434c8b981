"""A roster of bookings from another booking system: a CSV file, checked whole, then told to the hall.

Columns: code, date (2026-11-23), start and end (09:00, the hall's own time), service, name, id_type, id_number,
phone, priority_class; from `name` on they may be empty or missing. What leaves this file is masked or keyed:
no identity number and no whole name goes to the hall, and none is stored.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from central.db.engine import writing
from central.db.tables import CatalogueRow, Hall
from central.errors import Invalid, Unknown
from central.ingest import orders
from central.roster_key import fingerprint
from contract.directives import BookingAdded
from identity_numbers import NumberError, examine, masked_name, phone_digits

NEEDED = ("code", "date", "start", "end", "service")
OPTIONAL = ("name", "id_type", "id_number", "phone", "priority_class")
_CODE = re.compile(r"[0-9A-Z-]{4,32}")


class Offer:
    """What the hall offers, so that a line for something else is refused here and not in the hall."""

    def __init__(self, timezone: str, services: Iterable[str], classes: Iterable[str]) -> None:
        self.zone, self.services, self.classes = ZoneInfo(timezone), frozenset(services), frozenset(classes)


def read(path: Path, offer: Offer, key: str) -> list[BookingAdded]:
    """Every booking of the file. `key`: the hall's roster key. Raises Invalid naming line and column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_bookings(csv.DictReader(file), offer, key))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"{path}: cannot be read as a CSV file in UTF-8: {error}", "file") from None


def tell(database: Engine, hall: str, bookings: Iterable[BookingAdded], *, by: str, at: int) -> int:
    """All of them in one transaction; the same code again replaces it. Gives their number."""
    count = 0
    with writing(database).begin() as connection:
        for booking in bookings:
            orders.issue(connection, hall, booking, by=by, at=at)
            count += 1
    return count


def offered(database: Engine, hall: str) -> Offer:
    """As the hall's newest catalogue says. Raises Unknown where there is no hall, or it never sent one."""
    with database.connect() as connection:
        timezone = connection.scalar(select(Hall.timezone).where(Hall.id == hall))
        query = select(CatalogueRow.catalogue).where(CatalogueRow.hall == hall).order_by(CatalogueRow.at.desc())
        catalogue = connection.scalar(query.limit(1))
    if timezone is None:
        raise Unknown(f"there is no hall {hall}", "hall")
    if catalogue is None:
        raise Unknown(f"{hall} has not told yet what it offers: let its node connect first", "hall")
    ids = {name: [each["id"] for each in catalogue.get(name, ())] for name in ("services", "priority_classes")}
    return Offer(timezone, ids["services"], ids["priority_classes"])


def _bookings(rows: "csv.DictReader[str]", offer: Offer, key: str) -> Iterator[BookingAdded]:
    columns = set(rows.fieldnames or ())
    missing = [name for name in NEEDED if name not in columns]
    strange = sorted(columns - {*NEEDED, *OPTIONAL})
    if missing or strange:
        fault = f"column {missing[0]} is missing" if missing else f"there is no column {strange[0]!r}"
        raise Invalid(f"line 1: {fault}; the columns are {', '.join((*NEEDED, *OPTIONAL))}", "columns")
    seen: set[str] = set()
    for row in rows:
        booking = _booking(
            {name: (row.get(name) or "").strip() for name in (*NEEDED, *OPTIONAL)}, offer, key, rows.line_num
        )
        if booking.code in seen:
            raise _bad(rows.line_num, "code", f"{booking.code} stands there twice")
        seen.add(booking.code)
        yield booking


def _booking(row: Mapping[str, str], offer: Offer, key: str, line: int) -> BookingAdded:
    code = row["code"].upper()
    if not _CODE.fullmatch(code):
        raise _bad(line, "code", "needs 4 to 32 of A-Z, 0-9 and -")
    if row["service"] not in offer.services:
        raise _bad(line, "service", f"the hall has no service {row['service']!r}")
    if row["priority_class"] and row["priority_class"] not in offer.classes:
        raise _bad(line, "priority_class", f"the hall has no priority class {row['priority_class']!r}")
    starts_at, ends_at = (_moment(row, name, offer.zone, line) for name in ("start", "end"))
    if ends_at <= starts_at:
        raise _bad(line, "end", "lies before the start")
    return BookingAdded(
        code=code,
        day=row["date"],
        service=row["service"],
        starts_at=starts_at,
        ends_at=ends_at,
        name=masked_name(row["name"]),
        id_hmac=_person(row, key, line),
        phone_hmac=_phone(row["phone"], key, line),
        priority_class=row["priority_class"] or None,
    )


def _moment(row: Mapping[str, str], name: str, zone: ZoneInfo, line: int) -> int:
    try:
        day = date.fromisoformat(row["date"])
    except ValueError:
        raise _bad(line, "date", "is not a day like 2026-11-23") from None
    try:
        clock = time.fromisoformat(row[name])
    except ValueError:
        raise _bad(line, name, "is not a time like 09:30") from None
    return round(datetime.combine(day, clock, zone).timestamp() * 1000)


def _person(row: Mapping[str, str], key: str, line: int) -> str | None:
    if not row["id_number"]:
        return None
    try:
        found = examine(row["id_type"] or "resident-id", row["id_number"], date.today())
    except NumberError as error:
        raise _bad(line, "id_number", error.sentence) from None
    return fingerprint(key, found.id_type, found.number)


def _phone(text: str, key: str, line: int) -> str | None:
    try:
        return fingerprint(key, "phone", phone_digits(text)) if text else None
    except NumberError as error:
        raise _bad(line, "phone", error.sentence) from None


def _bad(line: int, column: str, fault: str) -> Invalid:
    return Invalid(f"line {line}, {column}: {fault}", column)
