"""Electronic result notices (电子办理结果通知, S0-42) as their customers see them."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, Select, select, update

from central.db.engine import writing
from central.db.tables import Booking, CatalogueRow, ENotice
from central.site.texts import said


class Notice(msgspec.Struct, frozen=True):
    """`why` and `advice`: of what could not be done, in the hall's own words."""

    number: str
    done: bool
    why: str
    advice: str
    note: str
    collect: str
    at: int


def find(engine: Engine, code: str) -> Row[Any] | None:
    """With the booking by whose phone it is proven; one of no booking was told at the window only."""
    with engine.connect() as connection:
        return connection.execute(_with_booking().where(ENotice.code == code)).first()


def of_booking(connection: Connection, booking: int) -> list[Row[Any]]:
    """The newest first."""
    return list(connection.execute(_with_booking().where(ENotice.booking == booking).order_by(ENotice.at.desc())))


def read(engine: Engine, rows: Iterable[Row[Any]], language: str, now: int) -> list[Notice]:
    """In words; that they were read, and when first, is noted (`viewed_at`)."""
    rows = list(rows)
    new = [row.id for row in rows if row.viewed_at is None]
    if new:
        first = update(ENotice).where(ENotice.id.in_(new), ENotice.viewed_at.is_(None))
        with writing(engine).begin() as connection:
            connection.execute(first.values(viewed_at=now))
    with engine.connect() as connection:
        return [_notice(row, _reasons(connection, row.node), language) for row in rows]


def _with_booking() -> Select[*tuple[Any, ...]]:
    booking = (Booking.code.label("booking_code"), Booking.hall, Booking.matter, Booking.phone_masked)
    return select(*ENotice.__table__.columns, *booking).join(Booking, Booking.id == ENotice.booking)


def _reasons(connection: Connection, node: str) -> dict[str, Mapping[str, Any]]:
    """What can go wrong, as the node's catalogue has it."""
    offered = connection.scalar(select(CatalogueRow.catalogue).where(CatalogueRow.node == node)) or {}
    return {one["id"]: one for one in offered.get("failure_reasons", ())}


def _notice(row: Row[Any], reasons: Mapping[str, Mapping[str, Any]], language: str) -> Notice:
    reason = reasons.get(row.failure or "", {})
    return Notice(
        number=row.number,
        done=row.outcome == "success",
        why=said(reason.get("name"), language) or (row.failure or ""),
        advice=said(reason.get("solution"), language),
        note=row.note,
        collect=row.collect,
        at=row.at,
    )
