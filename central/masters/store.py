"""Keeps entries: checked, compared with what is there, and every change in the audit trail with both sides (S0-3)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, insert, select, update

from central import audit
from central.audit import Actor
from central.db import tables as t
from central.errors import Invalid, Refused, Unknown
from central.masters import check
from central.masters import entries as e
from central.masters.published import check_size


class Kind(NamedTuple):
    """`subject` is what the audit trail calls it, `key` what tells entries apart."""

    subject: str
    table: Table
    key: tuple[str, ...] = ("id",)


def _table(model: type[t.Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


KINDS: Mapping[type[e.Entry], Kind] = {
    e.BusinessType: Kind("business_type", _table(t.BusinessType)),
    e.Material: Kind("material", _table(t.MaterialRow)),
    e.Matter: Kind("matter", _table(t.Matter)),
    e.HallMatter: Kind("hall_matter", _table(t.HallMatter), ("hall", "matter")),
    e.HallPage: Kind("hall_page", _table(t.HallPage), ("hall",)),
    e.Department: Kind("department", _table(t.Department)),
    e.Post: Kind("post", _table(t.Post)),
    e.Duty: Kind("duty", _table(t.Duty), ("hall", "step")),
}
_NAMED: tuple[tuple[type[e.Entry], str, Table], ...] = (
    (e.Matter, "business_type", _table(t.BusinessType)),
    (e.HallMatter, "hall", _table(t.Hall)),
    (e.HallMatter, "matter", _table(t.Matter)),
    (e.HallPage, "hall", _table(t.Hall)),
    (e.Post, "department", _table(t.Department)),
    (e.Duty, "hall", _table(t.Hall)),
    (e.Duty, "post", _table(t.Post)),
    (e.Duty, "deputy", _table(t.Post)),
)
"""Which field of which entry names a row of which table."""


def save(connection: Connection, entry: e.Entry, *, at: int, by: Actor, new: bool = False) -> bool:
    """Adds or changes it; False where nothing differs. A matter's version rises with each change (S1-3).

    `new`: it must not be there yet. Raises Invalid, and Refused for a new entry whose key is taken.
    """
    check.sound(entry)
    _look_up(connection, entry)
    kind, values = KINDS[type(entry)], msgspec.json.decode(msgspec.json.encode(entry))
    here = _here(kind, values)
    row = find(connection, type(entry), values)
    if row is not None and new:
        raise Refused("There is one with this id already; choose another.", kind.key[0])
    before, after = audit.changed(row or {}, values)
    if not after:
        return False
    if row is None:
        connection.execute(insert(kind.table).values(values))
    elif "version" in row:
        connection.execute(update(kind.table).where(here).values(**after, version=row["version"] + 1))
        before, after = {**before, "version": row["version"]}, {**after, "version": row["version"] + 1}
    else:
        connection.execute(update(kind.table).where(here).values(after))
    _publish(connection, entry, at=at, by=by)
    action = f"{kind.subject}.{'created' if row is None else 'changed'}"
    shown = before if row is not None else None
    audit.record(connection, by, action, kind.subject, _name(kind, values), at=at, before=shown, after=after)
    return True


def _publish(connection: Connection, entry: e.Entry, *, at: int, by: Actor) -> None:
    """A matter must fit what a hall can be told; one whose material changed is published anew (S1-14).

    Raises Invalid.
    """
    if isinstance(entry, e.Matter):
        concerned = [row for row in every(connection, e.Matter) if row["id"] == entry.id]
    elif isinstance(entry, e.Material):
        concerned = [row for row in every(connection, e.Matter) if entry.id in row["materials"]]
    else:
        return
    materials = {row["id"]: row for row in every(connection, e.Material)}
    for row in concerned:
        check_size(row, materials)
        if isinstance(entry, e.Material):
            _raise_version(connection, row, at=at, by=by)


def _raise_version(connection: Connection, matter: Mapping[str, Any], *, at: int, by: Actor) -> None:
    old, new = {"version": matter["version"]}, {"version": matter["version"] + 1}
    connection.execute(update(t.Matter).where(t.Matter.id == matter["id"]).values(new))
    audit.record(connection, by, "matter.changed", "matter", matter["id"], at=at, before=old, after=new)


def remove(connection: Connection, entry: type[e.Entry], key: Mapping[str, str], *, at: int, by: Actor) -> None:
    """Deletes one. Raises Unknown, and Refused where something still needs it."""
    kind = KINDS[entry]
    here = _here(kind, key)
    row = find(connection, entry, key)
    if row is None:
        raise Unknown("There is no such entry any more.", kind.key[0])
    if _needed(connection, entry, row):
        raise Refused("This is still in use elsewhere: change that first.", kind.key[0])
    connection.execute(delete(kind.table).where(here))
    before = {name: value for name, value in row.items() if name != "version"}
    audit.record(connection, by, f"{kind.subject}.removed", kind.subject, _name(kind, row), at=at, before=before)


def find(connection: Connection, entry: type[e.Entry], key: Mapping[str, str]) -> dict[str, Any] | None:
    """The row of that key; locked until the transaction ends, where the database can."""
    kind = KINDS[entry]
    row = connection.execute(select(kind.table).where(_here(kind, key)).with_for_update()).mappings().one_or_none()
    return dict(row) if row is not None else None


def every(connection: Connection, entry: type[e.Entry]) -> list[dict[str, Any]]:
    """All rows, by their key."""
    kind = KINDS[entry]
    order = [kind.table.c[name] for name in kind.key]
    return [dict(row) for row in connection.execute(select(kind.table).order_by(*order)).mappings()]


def _here(kind: Kind, values: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(*(kind.table.c[name] == values[name] for name in kind.key))


def _name(kind: Kind, values: Mapping[str, Any]) -> str:
    return "/".join(str(values[name]) for name in kind.key if values[name])


def _look_up(connection: Connection, entry: e.Entry) -> None:
    for type_, field, table in _NAMED:
        named = getattr(entry, field) if isinstance(entry, type_) else None
        if named and connection.scalar(select(table.c.id).where(table.c.id == named)) is None:
            raise Invalid("There is no such entry: choose one of the list.", field)
    if isinstance(entry, e.Matter) and entry.materials:
        known = set(connection.scalars(select(t.MaterialRow.id).where(t.MaterialRow.id.in_(entry.materials))))
        if set(entry.materials) - known:
            raise Invalid("There is no such material: choose among those listed.", "materials")


def _needed(connection: Connection, entry: type[e.Entry], row: Mapping[str, Any]) -> bool:
    if entry is e.Matter:
        query = select(t.Booking.id).where(t.Booking.matter == row["id"]).limit(1)
        if connection.scalar(query) is not None:
            return True
    if entry is e.Material:
        lists = connection.scalars(select(t.Matter.materials))
        return any(row["id"] in materials for materials in lists)
    return any(
        connection.execute(select(KINDS[user].table).where(KINDS[user].table.c[field] == row["id"]).limit(1)).first()
        for user, field, table in _NAMED
        if table is KINDS[entry].table
    )
