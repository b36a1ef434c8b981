"""Who in the house can be told: departments and persons, with their addresses. Each change is in the audit trail."""

from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from central import audit
from central.audit import Actor
from central.db.tables import Contact, Department, Hall
from central.errors import Forbidden, Invalid, Unknown
from central.notices import to_staff
from central.notices.outbox import kept
from central.people.scope import Staff, allowed
from central.vault import Vault
from words import LANGUAGES

LONGEST_NAME = 64
_SHOWN = ("hall", "department", "name", "channel", "address_masked", "language", "outages", "active")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a form asks for. `hall` empty: of all halls; `address` empty: as it was."""

    hall: str = ""
    department: str = ""
    name: str = ""
    channel: str = "email"
    address: str = ""
    signing: str = ""
    language: str = "zh"
    outages: bool = False
    active: bool = True


def may_keep(by: Staff, hall: str) -> bool:
    """Who works for some halls keeps the contacts of those, not of all."""
    return by.may("masters.edit") and (not by.halls or (hall != "" and allowed(by.halls, hall)))


def keep(connection: Connection, vault: Vault, by: Staff, wanted: Wanted, id_: int | None, *, at: int) -> int:
    """Adds a contact, or changes one. Raises Invalid, Forbidden, Unknown."""
    before = one(connection, id_) if id_ is not None else None
    if not may_keep(by, wanted.hall) or (before is not None and not may_keep(by, before.hall)):
        raise Forbidden("You keep the contacts of your own halls only.", "hall")
    values = _checked(connection, wanted)
    address = to_staff.address(wanted.channel, wanted.address, wanted.signing)
    if address is not None:
        values |= kept(vault, *address)
    elif before is None or before.channel != wanted.channel:
        raise Invalid("Say where the messages go.", "address")
    if before is None:
        id_ = connection.execute(insert(Contact).values(**values).returning(Contact.id)).scalar_one()
    else:
        connection.execute(update(Contact).where(Contact.id == before.id).values(**values))
    after = one(connection, id_)
    was, now = audit.changed(_shown(before), _shown(after))
    action = "contact.added" if before is None else "contact.changed"
    audit.record(connection, Actor(by.name, by.source), action, "contact", id_, at=at, before=was, after=now)
    return int(after.id)


def one(connection: Connection, id_: int | None) -> Any:
    """Raises Unknown."""
    row = connection.execute(select(Contact.__table__).where(Contact.id == id_)).first()
    if row is None:
        raise Unknown("There is no such contact.", "contact")
    return row


def _checked(connection: Connection, wanted: Wanted) -> dict[str, Any]:
    name = " ".join(wanted.name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid("Give a name of at most 64 characters.", "name")
    if wanted.language not in LANGUAGES:
        raise Invalid("Choose among those listed.", "language")
    if wanted.hall and connection.scalar(select(Hall.id).where(Hall.id == wanted.hall)) is None:
        raise Invalid("There is no such hall: choose among those listed.", "hall")
    known = select(Department.id).where(Department.id == wanted.department)
    if wanted.department and connection.scalar(known) is None:
        raise Invalid("Choose among those listed.", "department")
    return {
        "hall": wanted.hall,
        "department": wanted.department or None,
        "name": name,
        "channel": wanted.channel,
        "language": wanted.language,
        "outages": wanted.outages,
        "active": wanted.active,
    }


def _shown(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SHOWN} if row is not None else {}
