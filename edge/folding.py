"""PURE: what the documents say after an event. Each document is a few tables; a table maps a key to a record.

Catalogue (what is on offer, and the rules), roster (the centre's bookings, and those sold here of the hall's own
share), devices (the archive: health, faults), notices, sheets (the day-end sheets). All of it follows from the
journal alone.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import msgspec

from contract import directives
from contract.directives import BookingAdded
from contract.events import (
    CatalogueChanged,
    DayClosed,
    DayStarted,
    DeviceFailed,
    DeviceRecovered,
    DirectiveTaken,
    EpochBegun,
    Event,
    NodeStarted,
    PlaceSold,
    RulesChanged,
    ShareReturned,
)
from edge.hall import shares, shelf
from edge.hall.fact_told import fact_told
from edge.hall.state import Grant
from edge.journal import Recorded

Tables = dict[str, dict[str, dict[str, Any]]]

DOCUMENTS_VERSION = 3
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
    """`generation`: of the centre, which named the booking; `grant`: sold here, of the hall's own share."""
    granted = _fold_grants(tables, record)
    bookings = tables.setdefault("bookings", {})
    match record.event:
        case DayStarted(plan):
            return record.synced and _drop_past(tables, plan.day)
        case PlaceSold() as sold:
            kept = {name: getattr(sold, name, 0) for name in BookingAdded.__struct_fields__}
            bookings[sold.code] = kept | {"generation": "", "grant": sold.grant}
            return True
        case DirectiveTaken() as event:
            return _fold_booking(bookings, event) or granted
        case _:
            return granted


def _fold_booking(bookings: dict[str, dict[str, Any]], event: DirectiveTaken) -> bool:
    match fact_told(event):
        case directives.SnapshotBegun():
            for code in [code for code, kept in bookings.items() if kept["generation"] == event.generation]:
                del bookings[code]
        case BookingAdded() as booking:
            before = bookings.get(booking.code, {"grant": None})
            more = {"generation": event.generation, "grant": before["grant"]}
            bookings[booking.code] = msgspec.to_builtins(booking) | more
        case directives.BookingCancelled(code):
            return bookings.pop(code, None) is not None
        case _:
            return False
    return True


class _Shares(msgspec.Struct):
    """As `edge.hall.shares` wants it."""

    node: str = ""
    epoch: str = ""
    generation: str = ""
    grants: dict[str, Grant] = {}


def _fold_grants(tables: Tables, record: Recorded) -> bool:
    """The tables "grants" (by id) and "here" (what grants are bound to), by the hall's own rules."""
    event, grants = record.event, tables.setdefault("grants", {})
    if not isinstance(event, (NodeStarted, EpochBegun, PlaceSold, ShareReturned, DirectiveTaken)):
        return False
    here = tables.setdefault("here", {}).get("here", {})
    before = {id_: grants[id_] for id_ in _concerned(event, grants) if id_ in grants}
    kept = msgspec.convert({**here, "grants": before}, _Shares)
    match event:
        case NodeStarted():
            kept.node, kept.epoch = event.node, event.epoch
        case EpochBegun():
            shares.epoch_ended(kept)
        case PlaceSold():
            shares.sold(kept, event)
        case ShareReturned():
            shares.returned(kept, event)
        case DirectiveTaken():
            shares.told(kept, event)
            kept.generation = event.generation
    after = msgspec.to_builtins(kept.grants)
    grants |= after
    tables["here"]["here"] = {"node": kept.node, "epoch": kept.epoch, "generation": kept.generation}
    return after != before or tables["here"]["here"] != here


def _concerned(event: Event, grants: Iterable[str]) -> Iterable[str]:
    """Which grants the event may change: a snapshot of thousands must not look at all of them each time."""
    match event:
        case PlaceSold() | ShareReturned():
            return (event.grant,)
        case DirectiveTaken(type="ShareGranted", data={"grant": str(id_)}):
            return (id_,)
        case DirectiveTaken(type="SnapshotBegun" | "SnapshotEnded") | EpochBegun():
            return tuple(grants)
        case _:
            return ()


def _drop_past(tables: Tables, day: str) -> bool:
    """Bookings and grants of before yesterday; who comes late on the night of a change of day is still found."""
    yesterday = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    dropped = False
    for name in ("bookings", "grants"):
        kept = {key: one for key, one in tables.get(name, {}).items() if one["day"] >= yesterday}
        dropped = dropped or len(kept) < len(tables.get(name, {}))
        tables[name] = kept
    return dropped


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


def fold_matters(tables: Tables, record: Recorded) -> bool:
    """As the centre publishes them for this hall, by id."""
    if not isinstance(record.event, DirectiveTaken):
        return False
    kept = msgspec.convert({"matters": tables.get("matters", {}), "stale": list(tables.get("stale", {}))}, shelf.Shelf)
    if not shelf.told(kept, record.event):
        return False
    tables["matters"] = msgspec.to_builtins(kept.matters)
    tables["stale"] = {id_: {} for id_ in kept.stale}
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
    return fact_told(record.event) if isinstance(record.event, DirectiveTaken) else None


FOLDS: dict[str, Callable[[Tables, Recorded], bool]] = {
    "catalogue": fold_catalogue,
    "roster": fold_roster,
    "devices": fold_devices,
    "notices": fold_notices,
    "matters": fold_matters,
    "sheets": fold_sheets,
}
