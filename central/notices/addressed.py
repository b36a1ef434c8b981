"""Who in the house has an address: contacts of the directory, persons named for halls. Both are books of one kind, kept
by who has the right in the hall; each change is in the audit trail."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from central import audit
from central.audit import Actor
from central.db.tables import Contact, Hall, Watcher
from central.errors import Forbidden, Invalid, Unknown
from central.notices import to_staff
from central.notices.outbox import kept
from central.people.roles import Right
from central.people.scope import Staff, allowed
from central.vault import Vault
from words import LANGUAGES

LONGEST_NAME = 64


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a form asks for. `hall` empty: of all halls; `address` empty: as it was."""

    hall: str = ""
    name: str = ""
    channel: str = "email"
    address: str = ""
    signing: str = ""
    """DingTalk's signing secret."""
    language: str = "zh"
    active: bool = True


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """Those of one table, and what is said of them. `shown`: the columns that the audit trail shows."""

    table: type[Contact] | type[Watcher]
    right: Right
    subject: str
    added: str
    changed: str
    shown: tuple[str, ...]
    more: Callable[[Connection, Any], dict[str, Any]]
    """The columns that only this table has, out of what is wanted. Raises Invalid."""
    others: str
    """Said to who keeps those of other halls."""
    none: str
    """Said where there is no such one."""

    def may_keep(self, by: Staff, hall: str) -> bool:
        """Who works for some halls keeps those of them, not those of all."""
        return by.may(self.right) and (not by.halls or (hall != "" and allowed(by.halls, hall)))

    def keep(self, connection: Connection, vault: Vault, by: Staff, wanted: Wanted, id_: int | None, *, at: int) -> int:
        """Adds one, or changes one that is there. Raises Invalid, Forbidden, Unknown."""
        before = self._one(connection, id_) if id_ is not None else None
        if not self.may_keep(by, wanted.hall) or (before is not None and not self.may_keep(by, before.hall)):
            raise Forbidden(self.others, "hall")
        values = _checked(connection, wanted) | self.more(connection, wanted)
        address = to_staff.address(wanted.channel, wanted.address, wanted.signing)
        if address is not None:
            values |= kept(vault, *address)
        elif before is None or before.channel != wanted.channel:
            raise Invalid("Say where the messages go.", "address")
        if before is None:
            made = insert(self.table).values(**values).returning(self.table.id)
            id_ = connection.execute(made).scalar_one()
        else:
            connection.execute(update(self.table).where(self.table.id == before.id).values(**values))
        after = self._one(connection, id_)
        was, now = audit.changed(self._shown(before), self._shown(after))
        action = self.added if before is None else self.changed
        audit.record(connection, Actor(by.name, by.source), action, self.subject, id_, at=at, before=was, after=now)
        return int(after.id)

    def _one(self, connection: Connection, id_: int | None) -> Any:
        row = connection.execute(select(self.table.__table__).where(self.table.id == id_)).first()
        if row is None:
            raise Unknown(self.none, self.subject)
        return row

    def _shown(self, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.shown} if row is not None else {}


def _checked(connection: Connection, wanted: Wanted) -> dict[str, Any]:
    name = " ".join(wanted.name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid("Give a name of at most 64 characters.", "name")
    if wanted.language not in LANGUAGES:
        raise Invalid("Choose among those listed.", "language")
    if wanted.hall and connection.scalar(select(Hall.id).where(Hall.id == wanted.hall)) is None:
        raise Invalid("There is no such hall: choose among those listed.", "hall")
    return {
        "hall": wanted.hall,
        "name": name,
        "channel": wanted.channel,
        "language": wanted.language,
        "active": wanted.active,
    }
