"""Writes the trail: who did what, before and after (S0-3). Inside the caller's transaction, so neither goes alone."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert

from central.db.tables import AuditRow

_RECORD = insert(AuditRow)


class Actor(NamedTuple):
    """Who acts. `name`: a user's, "customer", "api:…", "node:…" or "system"; `source`: network address or channel."""

    name: str
    source: str = ""


SYSTEM = Actor("system")
CUSTOMER = Actor("customer")


def record(
    connection: Connection,
    actor: Actor,
    action: str,
    subject: str,
    subject_id: object,
    *,
    at: int,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    purpose: str = "",
) -> None:
    """`before` and `after` hold only what differs, and only masked texts of persons. `at`: ms."""
    row = {
        "at": at,
        "actor": actor.name,
        "action": action,
        "subject": subject,
        "subject_id": str(subject_id),
        "before": dict(before) if before is not None else None,
        "after": dict(after) if after is not None else None,
        "purpose": purpose,
        "source": actor.source,
    }
    connection.execute(_RECORD, row)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two sides of what differs."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}
