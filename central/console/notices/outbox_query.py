"""Which notices are asked for, how many stand in which state, and trying one again."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update
from sqlalchemy.orm import Session

from central import audit
from central.audit import Actor
from central.console import asked
from central.console.asked import PAGE, whole_number
from central.db.tables import Booking, OutboxRow
from central.errors import Refused, Unknown
from central.notices.outbox import message_id
from contract.booking_code import tidy

AGAIN = ("failed", "dropped")


class Asked(asked.Asked, frozen=True):
    """`code`: how a booking's code begins."""

    hall: str = ""
    channel: str = ""
    event: str = ""
    state: str = ""
    code: str = ""


def lines(session: Session, wanted: Asked, halls: Collection[str], timezone: str) -> Sequence[Any]:
    """Newest first, one more than a page, each with its booking's `code`. `halls`: those that may be seen, empty: all.

    Raises Invalid where a day is none."""
    query = (
        select(OutboxRow, Booking.code)
        .outerjoin(Booking, Booking.id == OutboxRow.booking)
        .where(*_where(wanted, halls, timezone))
        .order_by(OutboxRow.id.desc())
        .limit(PAGE + 1)
    )
    if (before := whole_number(wanted.before)) is not None:
        query = query.where(OutboxRow.id < before)
    return session.execute(query).all()


def counts(session: Session, wanted: Asked, halls: Collection[str], timezone: str) -> dict[str, dict[str, int]]:
    """Channel to state to number. Raises Invalid."""
    query = (
        select(OutboxRow.channel, OutboxRow.state, func.count())
        .outerjoin(Booking, Booking.id == OutboxRow.booking)
        .where(*_where(wanted, halls, timezone))
        .group_by(OutboxRow.channel, OutboxRow.state)
    )
    found: dict[str, dict[str, int]] = {}
    for channel, state, number in session.execute(query):
        found.setdefault(channel, {})[state] = number
    return found


def again(connection: Connection, id_: int, halls: Collection[str], by: Actor, *, at: int) -> None:
    """A notice that failed or was given up is sent anew. Raises Unknown, Refused."""
    row = connection.execute(select(OutboxRow.__table__).where(OutboxRow.id == id_).with_for_update()).first()
    if row is None or (halls and row.hall not in halls):
        raise Unknown("There is no such notice.", "notice")
    if row.state not in AGAIN or not row.address:
        raise Refused("This notice is not one that can be sent again.", "notice")
    anew = {"state": "waiting", "tries": 0, "failures": 0, "message": message_id(), "next_at": at, "error": ""}
    connection.execute(update(OutboxRow).where(OutboxRow.id == id_).values(**anew))
    audit.record(
        connection, by, "notice.retried", "notice", id_, at=at, before={"state": row.state}, after={"state": "waiting"}
    )


def _where(wanted: Asked, halls: Collection[str], timezone: str) -> list[ColumnElement[bool]]:
    found = wanted.within(OutboxRow.created_at, timezone)
    if halls:
        found.append(OutboxRow.hall.in_(halls))
    for name in ("hall", "channel", "event", "state"):
        if text := getattr(wanted, name):
            found.append(getattr(OutboxRow, name) == text)
    if wanted.code:
        found.append(Booking.code.startswith(tidy(wanted.code), autoescape=True))
    return found
