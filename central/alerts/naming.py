"""Persons named for a hall: who is told, by which way, of what, and when not. Each change is in the audit trail."""

from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from central import audit
from central.alerts.judge import KINDS
from central.audit import Actor
from central.booking.rules import minutes
from central.db.tables import Alert, Hall, Watcher
from central.errors import Forbidden, Invalid, Refused, Unknown
from central.notices import to_staff
from central.notices.outbox import kept
from central.people.scope import Staff, allowed
from central.vault import Vault
from words import LANGUAGES

LONGEST_NAME = 64
_SHOWN = ("hall", "name", "channel", "address_masked", "kinds", "quiet_from", "quiet_to", "language", "active")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a form asks for. `hall` empty: all; `kinds` empty: all; `address` empty: as it was."""

    hall: str = ""
    name: str = ""
    channel: str = "email"
    address: str = ""
    signing: str = ""
    """DingTalk's signing secret."""
    kinds: tuple[str, ...] = ()
    quiet_from: str = ""
    quiet_to: str = ""
    language: str = "zh"
    active: bool = True


def may_name(by: Staff, hall: str) -> bool:
    """Who works for some halls names persons for those, not for all."""
    return by.may("alerts.edit") and (not by.halls or (hall != "" and allowed(by.halls, hall)))


def keep(connection: Connection, vault: Vault, by: Staff, wanted: Wanted, id_: int | None, *, at: int) -> int:
    """Names a person, or changes who was named. Raises Invalid, Forbidden, Unknown."""
    before = one(connection, id_) if id_ is not None else None
    if not may_name(by, wanted.hall) or (before is not None and not may_name(by, before.hall)):
        raise Forbidden("You name persons for your own halls only.", "hall")
    values = _checked(connection, wanted)
    address = to_staff.address(wanted.channel, wanted.address, wanted.signing)
    if address is not None:
        values |= kept(vault, *address)
    elif before is None or before.channel != wanted.channel:
        raise Invalid("Say where the messages go.", "address")
    if before is None:
        id_ = connection.execute(insert(Watcher).values(**values).returning(Watcher.id)).scalar_one()
    else:
        connection.execute(update(Watcher).where(Watcher.id == before.id).values(**values))
    after = one(connection, id_)
    was, now = audit.changed(_shown(before), _shown(after))
    action = "watcher.named" if before is None else "watcher.changed"
    audit.record(connection, Actor(by.name, by.source), action, "watcher", id_, at=at, before=was, after=now)
    return int(after.id)


def one(connection: Connection, id_: int | None) -> Any:
    """Raises Unknown."""
    row = connection.execute(select(Watcher.__table__).where(Watcher.id == id_)).first()
    if row is None:
        raise Unknown("There is no such person.", "watcher")
    return row


def acknowledge(connection: Connection, by: Staff, alert: int, *, at: int) -> None:
    """Somebody sees to it; the first who says so. Raises Unknown, Forbidden, Refused."""
    row = connection.execute(select(Alert.__table__).where(Alert.id == alert)).first()
    if row is None:
        raise Unknown("There is no such alert.", "alert")
    if not by.may("alerts.ack", row.hall or None):
        raise Forbidden("This alert is of a hall that is not yours.", "alert")
    mine = update(Alert).where(Alert.id == alert, Alert.acknowledged_at.is_(None))
    if not connection.execute(mine.values(acknowledged_at=at, acknowledged_by=by.name)).rowcount:
        raise Refused("Somebody else has acknowledged it before.", "alert")
    about = {"hall": row.hall, "kind": row.kind, "about": row.about}
    audit.record(connection, Actor(by.name, by.source), "alert.acknowledged", "alert", alert, at=at, after=about)


def _checked(connection: Connection, wanted: Wanted) -> dict[str, Any]:
    name = " ".join(wanted.name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid("Give a name of at most 64 characters.", "name")
    if wanted.language not in LANGUAGES:
        raise Invalid("Choose among those listed.", "language")
    if wanted.hall and connection.scalar(select(Hall.id).where(Hall.id == wanted.hall)) is None:
        raise Invalid("There is no such hall: choose among those listed.", "hall")
    if not set(wanted.kinds) <= set(KINDS):
        raise Invalid("Choose among those listed.", "kinds")
    for field in ("quiet_from", "quiet_to"):
        text = getattr(wanted, field)
        if text and (minutes(text) is None or text == "24:00"):
            raise Invalid("A time is written like 22:00.", field)
    if bool(wanted.quiet_from) != bool(wanted.quiet_to):
        raise Invalid("Quiet hours need a beginning and an end.", "quiet_to")
    return {
        "hall": wanted.hall,
        "name": name,
        "channel": wanted.channel,
        "kinds": list(wanted.kinds),
        "quiet_from": wanted.quiet_from,
        "quiet_to": wanted.quiet_to,
        "language": wanted.language,
        "active": wanted.active,
    }


def _shown(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SHOWN} if row is not None else {}
