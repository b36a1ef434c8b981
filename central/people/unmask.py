"""The one door to a customer's full details: a right, a hall, a purpose; every look and every refusal is recorded."""

from typing import Any

from sqlalchemy import Connection, Engine, Row, select

from central import audit
from central.audit import Actor
from central.db.engine import writing
from central.db.tables import Booking
from central.errors import CentralError, Forbidden, Unknown
from central.people.purposes import Purpose, stated
from central.people.scope import Staff
from central.vault import Vault
from contract.person import Person


def unmask(engine: Engine, vault: Vault, staff: Staff, booking: int, purpose: Purpose, *, at: int) -> Person:
    """Who the booking is for, in full (S1-22). A transaction of its own, so that a refusal is kept too (F51).

    Raises Forbidden without the right or outside the hall, Invalid without a purpose, Unknown where nothing is kept,
    StorageError where it does not open.
    """
    with writing(engine).begin() as connection:
        row = connection.execute(select(Booking).where(Booking.id == booking)).first()
        refusal = _refusal(staff, row, purpose)
        _record(connection, staff, row.code if row is not None else booking, purpose, refusal, at)
    if refusal is not None:
        raise refusal
    assert row is not None
    return vault.person(row.person, row.person_kid)


def _refusal(staff: Staff, row: Row[Any] | None, purpose: Purpose) -> CentralError | None:
    if not staff.may("person.unmask"):
        return Forbidden("Your roles do not let you see customers' full details.", "right")
    if row is None:
        return Unknown("There is no such booking.", "booking")
    if not staff.may("person.unmask", row.hall):
        return Forbidden("This booking belongs to a hall you do not work for.", "hall")
    if row.person is None:
        return Unknown("The details of this booking are no longer kept.", "booking")
    try:
        stated(purpose)
    except CentralError as error:
        return error
    return None


def _record(
    connection: Connection, staff: Staff, booking: object, purpose: Purpose, refusal: CentralError | None, at: int
) -> None:
    actor = Actor(staff.name, staff.source)
    if refusal is None:
        audit.record(connection, actor, "person.viewed", "booking", booking, at=at, purpose=stated(purpose))
        return
    why = {"refused": refusal.field}
    audit.record(connection, actor, "person.view_refused", "booking", booking, at=at, after=why)
