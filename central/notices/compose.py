"""Makes messages of rows of the outbox: facts, the masters of the day, the words of the office or our own."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from central import links
from central.db.tables import BusinessType, Closure, Hall, HallPage, Matter
from central.notices import templates, wording
from central.notices.events import EVENTS
from central.notices.facts import Masters, said
from central.notices.ics import calendar_file
from central.notices.outbox import ADDRESS
from central.notices.ways import Attachment, Message
from central.notices.words import Wording
from central.vault import Vault

LAID = ("booking.confirmed", "booking.moved", "booking.changed")
"""What is laid into the customer's calendar."""
TAKEN_OUT = ("booking.cancelled", "booking.refused", "booking.expired")


class Composer:
    """Of one batch of rows: what they have in common is read once, at making."""

    def __init__(self, connection: Connection, vault: Vault, rows: Iterable[Any], public_url: str) -> None:
        rows = list(rows)
        self._vault = vault
        self._public_url = public_url.rstrip("/")
        self._halls = _halls(connection, {row.hall for row in rows})
        self._types = _types(connection, {row.variables.get("business_type") for row in rows})
        self._matters = _matters(connection, {row.variables.get("matter") for row in rows})
        self._closures = _closures(connection, {row.variables.get("closure") for row in rows})
        self._own = templates.own(connection)

    def message(self, row: Any) -> Message:
        """Raises StorageError where the address does not open."""
        address = self._vault.open(row.address, row.address_kid, ADDRESS).decode()
        if row.event not in EVENTS:
            text = row.variables
            return Message(
                id=row.message,
                event=row.event,
                address=address,
                language=row.language,
                subject=text.get("subject", ""),
                body=text.get("body", ""),
                facts={"subject": text.get("subject", ""), "body": text.get("body", "")},
            )
        masters = self._masters(row)
        raw = row.variables | {"link": self._link(row), "reason": self._reason(row)}
        facts = said(raw, masters, row.language)
        words_ = self._wording(row)
        return Message(
            id=row.message,
            event=row.event,
            address=address,
            language=row.language,
            subject=wording.fill(words_.subject, facts),
            body=wording.fill(words_.body, facts),
            template=words_.gateway_id,
            facts=facts,
            attachments=_calendar(row, raw, masters) if row.channel == "email" else (),
        )

    def _wording(self, row: Any) -> Wording:
        """The office's own, where it has one; an empty body or subject is ours."""
        channel = "sms" if row.channel == "sms" else "email"
        return templates.joined(row.event, channel, row.language, self._own.get((row.event, channel, row.language)))

    def _masters(self, row: Any) -> Masters:
        hall = self._halls.get(row.hall)
        matter = self._matters.get(row.variables.get("matter"))
        return Masters(
            hall=hall.name if hall else {},
            address=(hall.address if hall else None) or {},
            hall_phone=(hall.phone if hall else None) or "",
            timezone=hall.timezone if hall else "Asia/Shanghai",
            type=self._types.get(row.variables.get("business_type"), {}),
            matter=matter.name if matter else {},
            notes=matter.notes if matter else {},
        )

    def _link(self, row: Any) -> str:
        """Nothing where nobody has said under which address the site is reached."""
        facts = row.variables
        if not self._public_url:
            return ""
        if row.event == "enotice.ready":
            return self._public_url + links.enotice(facts.get("enotice", ""))
        return self._public_url + (links.offers(facts["offer"]) if "offer" in facts else links.booking(facts["code"]))

    def _reason(self, row: Any) -> Any:
        """Of a closure: what the public reads of it."""
        if row.event.startswith("closure."):
            return self._closures.get(row.variables.get("closure"), "")
        return row.variables.get("reason")


def _calendar(row: Any, facts: dict[str, Any], masters: Masters) -> tuple[Attachment, ...]:
    if row.event not in (*LAID, *TAKEN_OUT) or not facts.get("starts_at"):
        return ()
    over = row.event in TAKEN_OUT
    content = calendar_file(
        facts, masters, row.language, at=row.created_at, revision=facts.get("rev", 1), cancelled=over
    )
    kind = f"text/calendar; charset=utf-8; method={'CANCEL' if over else 'PUBLISH'}"
    return (Attachment("appointment.ics", kind, content),)


def _halls(connection: Connection, ids: set[str]) -> dict[str, Any]:
    columns = (Hall.id, Hall.name, Hall.timezone, HallPage.address, HallPage.phone)
    query = select(*columns).outerjoin(HallPage, HallPage.hall == Hall.id).where(Hall.id.in_(ids))
    return {row.id: row for row in connection.execute(query)}


def _types(connection: Connection, ids: set[str | None]) -> dict[str | None, dict[str, str]]:
    query = select(BusinessType.id, BusinessType.name).where(BusinessType.id.in_(ids - {None}))
    return {row.id: row.name for row in connection.execute(query)}


def _matters(connection: Connection, ids: set[str | None]) -> dict[str | None, Any]:
    query = select(Matter.id, Matter.name, Matter.notes).where(Matter.id.in_(ids - {None}))
    return {row.id: row for row in connection.execute(query)}


def _closures(connection: Connection, ids: set[int | None]) -> dict[int | None, dict[str, str]]:
    query = select(Closure.id, Closure.text).where(Closure.id.in_(ids - {None}))
    return {row.id: row.text for row in connection.execute(query)}
