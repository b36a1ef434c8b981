"""Changes the booking rules of a hall, or of all halls: a new version each time, in the trail (S0-3, S0-19)."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, insert, select

from central import audit
from central.booking.offer import rules_of
from central.booking.rules import BookingRules, parse
from central.booking.work import Work
from central.db.tables import BookingRulesRow
from central.errors import Refused

ALL = ""
"""In the place of a hall: all that have none of their own."""


def put(work: Work, hall: str, rules: BookingRules, seen: int) -> int:
    """Gives the new version. `seen`: the hall's own newest that the person had before him, 0 where there was none.

    Raises Refused where somebody was faster or nothing differs, Invalid.
    """
    newest = _unchanged(work.connection, hall, seen)
    before = msgspec.to_builtins(rules_of(work.connection, hall)[0])
    after = msgspec.to_builtins(parse(msgspec.to_builtins(rules)))
    was, now = audit.changed(before, after)
    if not now:
        raise Refused("Nothing is changed by this.", "rules")
    work.connection.execute(
        insert(BookingRulesRow).values(hall=hall, version=newest + 1, rules=after, by=work.actor.name, at=work.at)
    )
    about = hall or "*"
    audit.record(work.connection, work.actor, "booking_rules.changed", "hall", about, at=work.at, before=was, after=now)
    return newest + 1


def follow_all(work: Work, hall: str, seen: int) -> int:
    """The hall that had its own follows the rules of all halls again; those before stay among its versions. Gives the
    new version. `seen` as for `put`. Raises Refused where it follows them already or somebody was faster."""
    newest = _unchanged(work.connection, hall, seen)
    if not has_own(work.connection, hall):
        raise Refused("This hall follows the rules of all halls already.", "rules")
    before = msgspec.to_builtins(rules_of(work.connection, hall)[0])
    after = msgspec.to_builtins(rules_of(work.connection, ALL)[0])
    work.connection.execute(
        insert(BookingRulesRow).values(
            hall=hall, version=newest + 1, rules=after, by=work.actor.name, at=work.at, common=True
        )
    )
    was, now = audit.changed(before, after)
    audit.record(work.connection, work.actor, "booking_rules.followed", "hall", hall, at=work.at, before=was, after=now)
    return newest + 1


def has_own(connection: Connection, hall: str) -> bool:
    """Whether the hall follows rules of its own now."""
    newest = versions(connection, hall, 1)
    return bool(newest) and not newest[0].common


def version(connection: Connection, hall: str) -> int:
    """The newest of its own; 0: none."""
    query = select(func.max(BookingRulesRow.version)).where(BookingRulesRow.hall == hall)
    return connection.scalar(query) or 0


def versions(connection: Connection, hall: str, most: int) -> Sequence[Row[Any]]:
    """The newest first."""
    query = select(*BookingRulesRow.__table__.columns).where(BookingRulesRow.hall == hall)
    return connection.execute(query.order_by(BookingRulesRow.version.desc()).limit(most)).all()


def _unchanged(connection: Connection, hall: str, seen: int) -> int:
    newest = version(connection, hall)
    if newest != seen:
        raise Refused("The rules have changed meanwhile: look at them again.", "stamp")
    return newest
