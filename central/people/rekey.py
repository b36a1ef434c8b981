"""After a change of the secret: brings what is encrypted, and what persons are found by, under the new one.

It may be stopped and begun again, and runs beside the centre: what is under the new key already is passed over.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, Table, func, select, update
from sqlalchemy.exc import IntegrityError

from central.booking.written import DETAILS
from central.db import tables as t
from central.db.engine import writing
from central.errors import StorageError
from central.hooks.register import ABOUT as WEBHOOK_SECRET
from central.notices.outbox import ADDRESS
from central.roster_key import fingerprint, roster_key
from central.vault import Vault

AT_ONCE = 200
"""Rows of one transaction."""


class Column(NamedTuple):
    """An encrypted column of a table, the one with its key's id, and what it was kept for."""

    table: Table
    name: str
    kid: str
    about: str


def _table(model: type[t.Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


_BOOKINGS = _table(t.Booking)
COLUMNS = (
    Column(_BOOKINGS, "person", "person_kid", "person"),
    Column(_table(t.OutboxRow), "address", "address_kid", ADDRESS),
    Column(_table(t.Watcher), "address", "address_kid", ADDRESS),
    Column(_table(t.Contact), "address", "address_kid", ADDRESS),
    Column(_table(t.Webhook), "secret", "secret_kid", WEBHOOK_SECRET),
)


class Done(NamedTuple):
    """`shut`: rows under keys that are not known here; they stay as they are."""

    moved: int = 0
    shut: int = 0


def count(engine: Engine, vault: Vault) -> int:
    """Rows that are not under the present key."""
    with engine.connect() as connection:
        return sum(connection.scalar(select(func.count()).where(*_old(one, vault))) or 0 for one in COLUMNS)


def rekey(engine: Engine, vault: Vault, secret: str, progress: Callable[[int], object] = lambda n: None) -> Done:
    """`vault` knows the keys of before; `secret` is the new one, which the halls' roster keys are derived from too."""
    moved = shut = 0
    for column in COLUMNS:
        after = 0
        while True:
            with writing(engine).begin() as connection:
                rows = _next(connection, column, vault, after)
                done = sum(_move(connection, column, row, vault, secret) for row in rows)
            moved, shut = moved + done, shut + len(rows) - done
            progress(len(rows))
            if len(rows) < AT_ONCE:
                break
            after = rows[-1].id
    return Done(moved, shut)


def _old(column: Column, vault: Vault) -> tuple[Any, Any]:
    return column.table.c[column.kid] != vault.kid, column.table.c[column.name].is_not(None)


def _next(connection: Connection, column: Column, vault: Vault, after: int) -> list[Row[Any]]:
    id_ = column.table.c.id
    query = select(column.table).where(*_old(column, vault), id_ > after).order_by(id_).limit(AT_ONCE)
    return list(connection.execute(query.with_for_update()))


def _move(connection: Connection, column: Column, row: Row[Any], vault: Vault, secret: str) -> bool:
    old = row._asdict()
    try:
        kept = vault.moved(old[column.name], old[column.kid], column.about)
        values: dict[str, Any] = {column.name: kept.text, column.kid: kept.kid}
        if column.table is _BOOKINGS:
            values |= _found_by(old, vault, secret)
    except StorageError:
        return False
    _write(connection, column.table, row.id, values)
    return True


def _found_by(old: Mapping[str, Any], vault: Vault, secret: str) -> dict[str, Any]:
    """The hashes of a booking under the new key; what was cleared stays so. Its hall hears of it anew."""
    person = vault.person(old["person"], old["person_kid"])
    key = roster_key(secret, old["hall"])
    new = {
        "person_key": vault.search_key(person.id_type, person.id_number),
        "phone_key": vault.search_key("phone", person.phone),
        "roster_id": fingerprint(key, person.id_type, person.id_number),
        "roster_phone": fingerprint(key, "phone", person.phone),
    }
    values: dict[str, Any] = {name: text for name, text in new.items() if old[name] is not None}
    if old["detail"] is not None:
        values["detail"] = vault.moved(old["detail"], old["person_kid"], DETAILS).text
    if old["status"] == "confirmed" and old["told_rev"]:
        values["rev"] = old["rev"] + 1
    return values


def _write(connection: Connection, table: Table, id_: int, values: dict[str, Any]) -> None:
    change = update(table).where(table.c.id == id_)
    try:
        with connection.begin_nested():
            connection.execute(change.values(values))
    except IntegrityError:
        # Booked once under each key, while neither could be told from the other: both stay, and a person looks.
        connection.execute(change.values({**values, "person_key": None, "flag": "double"}))
