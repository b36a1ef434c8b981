"""PURE: what the documents say after an event. Each document is a few tables; a table maps a key to a record.

Catalogue (what is on offer, and the rules), roster (the centre's bookings), devices (the archive: health,
faults), notices, sheets (the day-end sheets). All of it follows from the journal alone.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec

from contract import directives
from contract.events import (
    CatalogueChanged,
    DayClosed,
    DayStarted,
    DeviceFailed,
    DeviceRecovered,
    DirectiveTaken,
    RulesChanged,
)
from edge.journal import Recorded

Tables = dict[str, dict[str, dict[str, Any]]]

DOCUMENTS_VERSION = 1
"""Rises whenever what the folds make changes; documents of another version are made again."""
FAULTS_KEPT = 20
SHEETS_KEPT = 62
"""Days; the centre keeps them for good."""


def fold_catalogue(tables: Tables, record: Recorded) -> bool:
    """Each fold changes `tables` in place and says whether it did."""
    match record.event:
        case CatalogueChanged(catalogue):
            whole = msgspec.to_builtins(catalogue)
            for name in ("services", "counters", "priority_classes", "pause_reasons", "clerks"):
                tables[name] = {each["id"]: each for each in whole.pop(name)}
            tables["hall"] = {"hall": whole}
        case RulesChanged(rules):
            tables["rules"] = {"rules": msgspec.to_builtins(rules)}
        case _:
            return False
    return True


def fold_roster(tables: Tables, record: Recorded) -> bool:
    bookings = tables.setdefault("bookings", {})
    if isinstance(record.event, DayStarted):
        return record.synced and _drop_past(bookings, record.event.plan.day)
    match _told(record):
        case directives.SnapshotBegun():
            bookings.clear()
        case directives.BookingAdded() as booking:
            bookings[booking.code] = msgspec.to_builtins(booking)
        case directives.BookingCancelled(code):
            return bookings.pop(code, None) is not None
        case _:
            return False
    return True


def _drop_past(bookings: dict[str, dict[str, Any]], day: str) -> bool:
    """Bookings of before yesterday; who comes late on the night of a change of day is still found."""
    yesterday = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    past = [code for code, booking in bookings.items() if booking["day"] < yesterday]
    for code in past:
        del bookings[code]
    return bool(past)


def fold_notices(tables: Tables, record: Recorded) -> bool:
    notices = tables.setdefault("notices", {})
    match _told(record):
        case directives.SnapshotBegun():
            notices.clear()
        case directives.NoticeAdded() as notice:
            notices[notice.id] = msgspec.to_builtins(notice)
        case directives.NoticeWithdrawn(id_):
            return notices.pop(id_, None) is not None
        case _:
            return False
    return True


def fold_devices(tables: Tables, record: Recorded) -> bool:
    archive = tables.setdefault("devices", {})
    match record.event:
        case DeviceFailed(device, kind, cause):
            entry = archive.setdefault(device, {"id": device, "kind": kind, "failures": 0, "faults": []})
            entry |= {"kind": kind, "health": "failed", "cause": cause, "since": record.at}
            entry["failures"] += 1
            entry["faults"] = [*entry["faults"], {"at": record.at, "cause": cause, "until": None}][-FAULTS_KEPT:]
        case DeviceRecovered(device, kind):
            entry = archive.setdefault(device, {"id": device, "kind": kind, "failures": 0, "faults": []})
            entry |= {"kind": kind, "health": "ok", "cause": "", "since": record.at}
            if entry["faults"]:
                entry["faults"][-1]["until"] = record.at
        case _:
            return False
    return True


def fold_sheets(tables: Tables, record: Recorded) -> bool:
    """By day, the newest day last."""
    if not isinstance(record.event, DayClosed):
        return False
    sheets = tables.get("sheets", {}) | {record.event.day: msgspec.to_builtins(record.event)}
    tables["sheets"] = dict(sorted(sheets.items())[-SHEETS_KEPT:])
    return True


def _told(record: Recorded) -> msgspec.Struct | None:
    """The fact of the centre inside, None where there is none that can be read."""
    event = record.event
    if not isinstance(event, DirectiveTaken) or event.kind != "fact":
        return None
    try:
        return directives.parse(event.type, event.data)
    except msgspec.ValidationError:
        return None


FOLDS: dict[str, Callable[[Tables, Recorded], bool]] = {
    "catalogue": fold_catalogue,
    "roster": fold_roster,
    "devices": fold_devices,
    "notices": fold_notices,
    "sheets": fold_sheets,
}
