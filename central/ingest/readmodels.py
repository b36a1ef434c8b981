"""Loads the rows a batch of events touches, and writes the folded ones back: one statement a table.

The statements are made once a table, their keys are one parameter: compiling an IN (…) of hundreds
of keys again and again costs more than the database does.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import JSON, Connection, Table, delete

from central.db.tables import (
    AlarmRow,
    Base,
    CatalogueRow,
    CounterRow,
    DaySheetRow,
    DeviceFaultRow,
    DeviceRow,
    DirectiveRow,
    RuleChangeRow,
    RulesRow,
    SlipRow,
    TicketRow,
)
from central.ingest.projections.alarms import EMERGENCY
from central.ingest.projections.picture import Key, Needs, Picture
from central.ingest.projections.rows import Alarm, Answer, Counter, Device, Marks, RulesSeen, Slip, Ticket

READ_MODELS: tuple[type[Base], ...] = (
    TicketRow,
    CounterRow,
    CatalogueRow,
    RulesRow,
    RuleChangeRow,
    AlarmRow,
    DaySheetRow,
    DeviceRow,
    DeviceFaultRow,
    SlipRow,
)
"""What a rebuild drops."""

_JSON = msgspec.json.Encoder(order="sorted")
_JSON_TEXT = msgspec.json.Decoder(dict[str, Any])
_MARKS = msgspec.json.Decoder(Marks)


def load(connection: Connection, needs: Needs) -> Picture:
    """The rows of `needs` that exist."""
    picture = Picture()
    for row in _found(connection, TicketRow, needs.tickets):
        picture.tickets[row[0], row[1]] = _ticket(row)
    for node in sorted(needs.clocks):
        for row in _execute(connection, _unsynced(connection.dialect.name), (node,)):
            picture.tickets.setdefault((row[0], row[1]), _ticket(row))
    for row in _found(connection, CounterRow, needs.counters):
        picture.counters[row[0], row[1]] = Counter(*row)
    for row in _found(connection, DeviceRow, needs.devices):
        picture.devices[row[0], row[1]] = Device(*row)
    for row in _found(connection, SlipRow, needs.slips):
        picture.slips[row[0], row[1], row[2]] = Slip(*(*row[:4], bool(row[4]), *row[5:]))
    _load_house(connection, needs, picture)
    return picture


def _load_house(connection: Connection, needs: Needs, picture: Picture) -> None:
    """Alarms and rules, of which a node has one at a time."""
    for row in _found(connection, AlarmRow, needs.alarms):
        picture.alarms[row[0], row[1]] = Alarm(*row)
    for node in sorted(needs.emergencies):
        for row in _execute(connection, _emergencies(connection.dialect.name), (node,)):
            picture.alarms[row[0], row[1]] = Alarm(*row)
    for node in sorted(needs.rules):
        for row in _execute(connection, _rules(connection.dialect.name), (node,)):
            picture.rules[row[0]] = RulesSeen(row[0], row[1], _JSON_TEXT.decode(row[2]), *row[3:])


def save(connection: Connection, picture: Picture) -> None:
    """Inserts or replaces every row of `picture`; answers go into the directive log."""
    _upsert(connection, TicketRow, picture.tickets.values())
    _upsert(connection, CounterRow, picture.counters.values())
    _upsert(connection, CatalogueRow, picture.catalogues.values())
    _upsert(connection, RulesRow, picture.rules.values())
    _upsert(connection, RuleChangeRow, picture.rule_changes.values())
    _upsert(connection, AlarmRow, picture.alarms.values())
    _upsert(connection, DaySheetRow, picture.sheets.values())
    _upsert(connection, DeviceRow, picture.devices.values())
    _upsert(connection, DeviceFaultRow, picture.faults.values())
    _upsert(connection, SlipRow, picture.slips.values())
    _answer(connection, picture.answers)


def clear(connection: Connection) -> None:
    """Empties every read model."""
    for kind in READ_MODELS:
        connection.execute(delete(_table(kind)))


def _ticket(row: Sequence[Any]) -> Ticket:
    return Ticket(*(*row[:-2], bool(row[-2]), _MARKS.decode(row[-1])))


def _table(kind: type[Base]) -> Table:
    table = kind.__table__
    assert isinstance(table, Table)
    return table


def _execute(connection: Connection, sql: str, parameters: tuple[Any, ...]) -> Iterable[Sequence[Any]]:
    return connection.exec_driver_sql(sql, parameters).all()


def _found(connection: Connection, kind: type[Base], keys: set[Key]) -> Iterable[Sequence[Any]]:
    if not keys:
        return ()
    pairs = sorted(keys)
    if connection.dialect.name == "sqlite":
        parameters: tuple[Any, ...] = (_JSON.encode(pairs).decode(),)
    else:
        parameters = ([first for first, _ in pairs], [second for _, second in pairs])
    return _execute(connection, _select(kind, connection.dialect.name), parameters)


@cache
def _select(kind: type[Base], dialect: str) -> str:
    """Rows whose first two key columns are in a list given as parameters."""
    table = _table(kind)
    first, second = [column.name for column in table.primary_key][:2]
    source = (
        "(SELECT value->>0 AS a, value->>1 AS b FROM json_each(?)) k"
        if dialect == "sqlite"
        else "unnest(%s::text[], %s::text[]) AS k(a, b)"
    )
    return f"SELECT {_columns(table)} FROM {source} JOIN {table.name} t ON t.{first} = k.a AND t.{second} = k.b"


@cache
def _unsynced(dialect: str) -> str:
    return _of_node(TicketRow, dialect) + " AND t.unsynced"


@cache
def _emergencies(dialect: str) -> str:
    """Those that have not ended."""
    return _of_node(AlarmRow, dialect) + f" AND t.closed_at IS NULL AND substr(t.kind, 1, 10) = '{EMERGENCY}'"


@cache
def _rules(dialect: str) -> str:
    return _of_node(RulesRow, dialect)


def _of_node(kind: type[Base], dialect: str) -> str:
    table = _table(kind)
    return f"SELECT {_columns(table)} FROM {table.name} t WHERE t.node = {'?' if dialect == 'sqlite' else '%s'}"


def _columns(table: Table) -> str:
    return ", ".join(
        f"CAST(t.{column.name} AS TEXT)" if isinstance(column.type, JSON) else f"t.{column.name}"
        for column in table.columns
    )


def _upsert(connection: Connection, kind: type[Base], rows: Iterable[Any]) -> None:
    values = attrgetter(*(column.name for column in _table(kind).columns))
    json = [i for i, column in enumerate(_table(kind).columns) if isinstance(column.type, JSON)]
    batch = []
    for row in rows:
        line = list(values(row))
        for i in json:
            line[i] = _JSON.encode(line[i]).decode()
        batch.append(tuple(line))
    if batch:
        connection.exec_driver_sql(_replace(kind, connection.dialect.name), batch)


@cache
def _replace(kind: type[Base], dialect: str) -> str:
    table = _table(kind)
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    marks = ", ".join(["?" if dialect == "sqlite" else "%s"] * len(names))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks}) "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"
    )


def _answer(connection: Connection, answers: list[Answer]) -> None:
    table = _table(DirectiveRow)
    for answer in answers:
        connection.execute(
            table.update()
            .where(table.c.node == answer.node, table.c.id == answer.id)
            .values(outcome=answer.outcome, detail=answer.detail, answered_at=answer.at)
        )
