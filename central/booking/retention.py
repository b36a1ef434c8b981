"""Clears what the centre knows of persons when its purpose is over (S4-56): the identity number 90 days after a booking
has ended, everything else after two years. The booking itself stays for the figures, with nobody in it.

A booking that is part of something unsettled, a flag nobody has looked at or an open task, is left until it is.
"""

from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, exists, select, update

from central import audit
from central.audit import SYSTEM
from central.booking.written import DETAILS
from central.db.engine import writing
from central.db.tables import Booking, ContactTask, OutboxRow
from central.vault import Vault

DAY_MS = 86_400_000
NUMBER_DAYS = 90
PERSON_DAYS = 730
AT_ONCE = 200

_NOBODY: dict[str, Any] = {
    "person": None, "person_kid": "", "person_key": None, "phone_key": None, "roster_id": None, "roster_phone": None,
    "name_masked": "", "phone_masked": "", "id_masked": "", "detail": None, "choices": {}, "has_email": False,
    "flags": [], "faults": [], "channel_ref": "",
}  # fmt: skip


def clear(engine: Engine, vault: Vault, at: int) -> dict[str, int]:
    """Gives how many numbers and how many whole persons were cleared; the same is written into the audit trail."""
    done = {"numbers": 0, "persons": 0}
    while _some(engine, vault, at, done) == AT_ONCE:
        pass
    if any(done.values()):
        with writing(engine).begin() as connection:
            audit.record(connection, SYSTEM, "retention.cleared", "booking", "", at=at, after=done)
    return done


def _some(engine: Engine, vault: Vault, at: int, done: dict[str, int]) -> int:
    with writing(engine).begin() as connection:
        rows = _due(connection, at)
        for row in rows:
            if row.ends_at < at - PERSON_DAYS * DAY_MS:
                connection.execute(update(Booking).where(Booking.id == row.id).values(**_NOBODY))
                gone = update(OutboxRow).where(OutboxRow.booking == row.id)
                connection.execute(gone.values(address=b"", address_masked="", variables={}, said=""))
                done["persons"] += 1
            else:
                connection.execute(update(Booking).where(Booking.id == row.id).values(**_numberless(vault, row)))
                done["numbers"] += 1
        return len(rows)


def _due(connection: Connection, at: int) -> list[Row[Any]]:
    old = Booking.ends_at < at - PERSON_DAYS * DAY_MS
    numbered = (Booking.ends_at < at - NUMBER_DAYS * DAY_MS) & Booking.person_key.is_not(None)
    asked = exists().where(ContactTask.booking == Booking.id, ContactTask.state == "open")
    query = (
        select(Booking)
        .where(Booking.open.is_(False), Booking.person.is_not(None), old | numbered, ~asked)
        .where((Booking.flag == "") | Booking.flag_seen_by.is_not(None))
        .order_by(Booking.id)
        .limit(AT_ONCE)
    )
    return list(connection.execute(query))


def _numberless(vault: Vault, row: Row[Any]) -> dict[str, Any]:
    """The person without the number, encrypted anew; nor can the booking be found by it."""
    person = msgspec.structs.replace(vault.person(row.person, row.person_kid), id_type="", id_number="")
    kept = vault.keep_person(person)
    # One key id stands for both, so both move.
    detail = vault.moved(row.detail, row.person_kid, DETAILS).text if row.detail is not None else None
    return {
        "person": kept.text, "person_kid": kept.kid, "detail": detail, "person_key": None, "roster_id": None,
        "id_masked": "",
    }  # fmt: skip
