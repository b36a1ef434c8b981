"""Puts notices into the outbox, inside the transaction of what they tell of: both become true, or neither.

A notice holds the plain facts of its event; names, addresses of halls and the words are added when it is sent.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from central.db.tables import ContactTask, OutboxRow
from central.errors import CentralError
from central.notices.events import EVENTS, reminds
from central.vault import Vault
from contract.person import Person

CALL_WITHIN_MS = 2 * 3_600_000
"""How soon somebody rings up who could not be told."""
ADDRESS = "notice address"
"""What addresses are kept under in the vault."""

_FACTS = (
    "code",
    "rev",
    "matter",
    "business_type",
    "starts_at",
    "ends_at",
    "day",
    "status",
    "deadline",
    "faults",
    "reason",
    "reason_code",
    "rebooked_as",
)
_PHONE = re.compile(r"\d{6,15}")
EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,190}")


class Address(NamedTuple):
    """Where a notice goes. `channel`: sms, email or wechat."""

    channel: str
    text: str
    masked: str


def teller(vault: Vault) -> Callable[[Connection, str, Row[Any], int, dict[str, Any]], None]:
    """A listener of the desk (booking/work.py): the customer is told of what there is a notice for."""

    def tell(connection: Connection, event: str, booking: Row[Any], at: int, extra: dict[str, Any]) -> None:
        if event in EVENTS:
            announce(connection, vault, event, booking, at=at, extra=extra)

    return tell


def announce(
    connection: Connection,
    vault: Vault,
    event: str,
    booking: Mapping[Any, Any] | Row[Any],
    *,
    at: int,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Tells the customer of `booking` (a row of the bookings table, as it is after the change) by every address known.

    `event`: one of notices/events.py. `extra`: further facts, such as reason, resumes_at, offer (the secret of a link),
    number. Said twice of the same state, it is told once. Whoever cannot be told is rung up. One statement, as a rule.
    """
    row: Mapping[Any, Any] = booking._mapping if isinstance(booking, Row) else booking
    person = _person(vault, row)
    addresses = list(_addresses(person)) if person else []
    if not addresses:
        why = "no address" if person else "details unknown"
        call_instead(connection, event, row["id"], row["hall"], why=why, at=at)
        return
    facts = _facts(row, extra or {})
    told = f"{event}:{row['id']}:{_state(event, row, at)}"
    common = {"event": event, "booking": row["id"], "hall": row["hall"], "language": row["language"]}
    common |= {"variables": facts, "next_at": at, "created_at": at}
    rows = [common | _to(vault, told, address) for address in addresses]
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(OutboxRow).on_conflict_do_nothing(index_elements=["dedupe"]), rows)


def _to(vault: Vault, told: str, address: Address) -> dict[str, Any]:
    """The columns that differ from address to address."""
    hidden = kept(vault, address.text, address.masked)
    return {"dedupe": f"{told}:{address.channel}", "channel": address.channel, "message": message_id(), **hidden}


def call_instead(
    connection: Connection, event: str, booking: int, hall: str, *, why: str, at: int, closure: int | None = None
) -> None:
    """Somebody is to ring up, once for each event of a booking; not for a reminder and the like."""
    if not EVENTS[event].call:
        return
    reason = f"{event}: {why}"
    same = select(ContactTask.id).where(
        ContactTask.booking == booking, ContactTask.kind == "notice_failed", ContactTask.state == "open"
    )
    if connection.scalar(same.where(ContactTask.why.startswith(f"{event}:")).limit(1)) is not None:
        return
    connection.execute(
        insert(ContactTask).values(
            kind="notice_failed",
            hall=hall,
            booking=booking,
            closure=closure,
            why=reason,
            due_at=at + CALL_WITHIN_MS,
            created_at=at,
        )
    )


def _facts(row: Mapping[Any, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """The booking's own facts go before what else is said, but for the reason."""
    own = {name: row[name] for name in _FACTS} | {"name": row["name_masked"]}
    return dict(extra) | own | ({"reason": extra["reason"]} if "reason" in extra else {})


def _state(event: str, row: Mapping[Any, Any], at: int) -> str:
    """What makes a second notice of the same event a different one: changes asked for leave the booking as it was."""
    if reminds(event):
        return str(row["starts_at"])
    if event.startswith("booking.change_"):
        return str(at)
    return f"{row['rev']}.{row['attempts']}"


def _person(vault: Vault, row: Mapping[Any, Any]) -> Person | None:
    """None where the details were cleared, never known, or are under a key that is not here."""
    if row["person"] is None:
        return None
    try:
        return vault.person(row["person"], row["person_kid"])
    except CentralError:
        return None


def _addresses(person: Person) -> Iterator[Address]:
    """Those that can be used; an odd one is left out and fails nobody."""
    if _PHONE.fullmatch(person.phone):
        yield Address("sms", person.phone, f"{person.phone[:3]}****{person.phone[-4:]}")
    if EMAIL.fullmatch(person.email):
        yield Address("email", person.email, masked_email(person.email))
    if person.openid:
        yield Address("wechat", person.openid, f"{person.openid[:4]}…")


def masked_email(text: str) -> str:
    """l***@example.org."""
    name, _, domain = text.partition("@")
    return f"{name[:1]}***@{domain}"


def kept(vault: Vault, text: str, masked: str) -> dict[str, Any]:
    """An address as the columns of the outbox and of watchers hold it."""
    hidden = vault.keep(text.encode(), ADDRESS)
    return {"address": hidden.text, "address_kid": hidden.kid, "address_masked": masked}


def message_id() -> str:
    """Our own id of a notice, which nobody had before, in no earlier life of the centre either."""
    return secrets.token_hex(12)
