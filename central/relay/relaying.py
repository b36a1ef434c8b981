"""Relays in the database: sent, acknowledged, answered, closed. Within the caller's transaction."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, false, insert, select, update

from central import audit, links
from central.audit import Actor
from central.db.tables import Booking, Contact, Hall, Relay, RelayTo
from central.errors import Invalid, Refused, Unknown
from central.notices.to_staff import put
from central.relay import words
from contract.booking_code import tidy

ACK_WITHIN_MS = 10 * 60_000
"""relay.ack_within."""
LONGEST_TEXT = 1000
LONGEST_FEEDBACK = 1000
BY_LINK = "link"


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be passed on. `to`: ids of contacts; `code`: of the booking it is about, if any."""

    hall: str
    kind: str = "message"
    text: str = ""
    to: tuple[int, ...] = ()
    urgent: bool = False
    code: str = ""


def send(connection: Connection, by: Actor, message: Message, *, at: int, public_url: str) -> int:
    """Passes it on to everybody chosen. Raises Invalid."""
    if message.kind not in words.KINDS:
        raise Invalid("Choose among those listed.", "kind")
    text = message.text.strip()
    if not 1 <= len(text) <= LONGEST_TEXT:
        raise Invalid("Write what is to be passed on, in at most 1000 characters.", "text")
    contacts = _contacts(connection, message)
    if not contacts:
        raise Invalid("Choose who is to be told.", "to")
    values: dict[str, Any] = {
        "hall": message.hall,
        "kind": message.kind,
        "text": text,
        "facts": {},
        "booking": _booking(connection, message),
        "urgent": message.urgent or message.kind == "mail",
        "created_by": by.name,
    }
    id_ = write(connection, values, contacts, at=at, public_url=public_url)
    after = {"kind": message.kind, "hall": message.hall, "to": [one.name for one in contacts]}
    audit.record(connection, by, "relay.sent", "relay", id_, at=at, after=after)
    return id_


def write(
    connection: Connection, values: Mapping[str, Any], contacts: Sequence[Row[Any]], *, at: int, public_url: str
) -> int:
    """The relay, and a message to each contact with a link of his own."""
    made = insert(Relay).values(**values, created_at=at, due_at=at + ACK_WITHIN_MS).returning(Relay.id)
    id_ = int(connection.execute(made).scalar_one())
    hall = connection.scalar(select(Hall.name).where(Hall.id == values["hall"])) or {}
    for contact in contacts:
        token = secrets.token_urlsafe(16)
        connection.execute(insert(RelayTo).values(relay=id_, contact=contact.id, token=hashed(token)))
        link = public_url.rstrip("/") + links.relay(token) if public_url else ""
        said = words.said(
            values["kind"], values["text"], values["facts"], hall, contact.language, urgent=values["urgent"], link=link
        )
        put(connection, "relay", f"relay:{id_}:{contact.id}", values["hall"], contact, *said, now=at, at=at)
    return id_


def of_token(connection: Connection, token: str) -> Any:
    """The relay, its addressee and his answer, behind a link; None for any other."""
    query = (
        select(*RelayTo.__table__.columns, *_OF_RELAY, Contact.name, Contact.language, *_OF_HALL)
        .join(Relay, Relay.id == RelayTo.relay)
        .join(Contact, Contact.id == RelayTo.contact)
        .join(Hall, Hall.id == Relay.hall)
        .where(RelayTo.token == hashed(token))
    )
    return connection.execute(query).first()


_OF_HALL = (Hall.name.label("hall_name"), Hall.timezone)
_OF_RELAY = (Relay.hall, Relay.kind, Relay.text, Relay.facts, Relay.urgent, Relay.created_at, Relay.closed_at)


def answer(connection: Connection, relay: int, contact: int, by: Actor, feedback: str, *, at: int) -> None:
    """Acknowledges it, the first time, and keeps the answer, if one was given. Raises Unknown, Refused, Invalid."""
    row = connection.execute(
        select(RelayTo.acknowledged_at, Relay.closed_at)
        .join(Relay, Relay.id == RelayTo.relay)
        .where(RelayTo.relay == relay, RelayTo.contact == contact)
    ).first()
    if row is None:
        raise Unknown("This message is not known.", "relay")
    if row.closed_at is not None:
        raise Refused("This message is closed.", "relay")
    text = feedback.strip()
    if len(text) > LONGEST_FEEDBACK:
        raise Invalid("The answer has at most 1000 characters.", "feedback")
    values: dict[str, Any] = {"feedback": text, "feedback_at": at} if text else {}
    if row.acknowledged_at is None:
        values |= {"acknowledged_at": at, "acknowledged_by": by.name}
    if not values:
        return
    connection.execute(update(RelayTo).where(RelayTo.relay == relay, RelayTo.contact == contact).values(**values))
    after = {"contact": contact, "answered": bool(text)}
    audit.record(connection, by, "relay.answered", "relay", relay, at=at, after=after)


def close(connection: Connection, by: Actor, relay: int, result: str, *, at: int) -> None:
    """Nothing is left to do: what came of it, and how the customer heard. Raises Unknown, Refused, Invalid."""
    row = connection.execute(select(Relay.__table__).where(Relay.id == relay)).first()
    if row is None:
        raise Unknown("This message is not known.", "relay")
    text = result.strip()
    if not 1 <= len(text) <= LONGEST_FEEDBACK:
        raise Invalid("Say what came of it, in at most 1000 characters.", "result")
    mine = update(Relay).where(Relay.id == relay, Relay.closed_at.is_(None))
    if not connection.execute(mine.values(closed_at=at, closed_by=by.name, result=text)).rowcount:
        raise Refused("This message is closed.", "relay")
    audit.record(connection, by, "relay.closed", "relay", relay, at=at, after={"result": text})
    if row.kind == "outage":
        _tell_over(connection, row, text, at)


def hashed(token: str) -> bytes:
    """A link's secret as it is kept."""
    return hashlib.sha256(token.encode()).digest()


def _tell_over(connection: Connection, row: Row[Any], result: str, at: int) -> None:
    hall = connection.scalar(select(Hall.name).where(Hall.id == row.hall)) or {}
    query = select(Contact.__table__).join(RelayTo, RelayTo.contact == Contact.id).where(RelayTo.relay == row.id)
    for contact in connection.execute(query):
        said = words.over(row.kind, result, hall, contact.language)
        put(connection, "relay", f"relay:{row.id}:{contact.id}:over", row.hall, contact, *said, now=at, at=at)


def _contacts(connection: Connection, message: Message) -> list[Row[Any]]:
    """Those chosen; of a line failure also those who always hear of one (outage.notify_list)."""
    always = Contact.outages if message.kind == "outage" else false()
    here = Contact.hall.in_(("", message.hall))
    query = select(Contact.__table__).where(Contact.id.in_(message.to) | always, Contact.active, here)
    return list(connection.execute(query.order_by(Contact.id)))


def _booking(connection: Connection, message: Message) -> int | None:
    if not message.code.strip():
        return None
    found = select(Booking.id).where(Booking.code == tidy(message.code)[:64], Booking.hall == message.hall)
    if (id_ := connection.scalar(found)) is None:
        raise Invalid("There is no such booking in this hall.", "code")
    return id_
