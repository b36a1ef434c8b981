"""Persons named for a hall: who is told, by which way, of what, and when not; and who sees to an alert."""

from typing import Any

from sqlalchemy import Connection, select, update

from central import audit
from central.alerts.judge import KINDS
from central.audit import Actor
from central.booking.rules import minutes
from central.db.tables import Alert, Watcher
from central.errors import Forbidden, Invalid, Refused, Unknown
from central.notices import addressed
from central.people.scope import Staff


class Wanted(addressed.Wanted, frozen=True, kw_only=True):
    """What the form of a person asks for. `kinds` empty: all; quiet hours: local "HH:MM", or both empty."""

    kinds: tuple[str, ...] = ()
    quiet_from: str = ""
    quiet_to: str = ""


def _more(connection: Connection, wanted: Wanted) -> dict[str, Any]:
    if not set(wanted.kinds) <= set(KINDS):
        raise Invalid("Choose among those listed.", "kinds")
    for field in ("quiet_from", "quiet_to"):
        text = getattr(wanted, field)
        if text and (minutes(text) is None or text == "24:00"):
            raise Invalid("A time is written like 22:00.", field)
    if bool(wanted.quiet_from) != bool(wanted.quiet_to):
        raise Invalid("Quiet hours need a beginning and an end.", "quiet_to")
    return {"kinds": list(wanted.kinds), "quiet_from": wanted.quiet_from, "quiet_to": wanted.quiet_to}


NAMED = addressed.Book(
    table=Watcher,
    right="alerts.edit",
    subject="watcher",
    added="watcher.named",
    changed="watcher.changed",
    shown=("hall", "name", "channel", "address_masked", "kinds", "quiet_from", "quiet_to", "language", "active"),
    more=_more,
    others="You name persons for your own halls only.",
    none="There is no such person.",
)


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
