"""Which messages to webhooks are asked for, how many stand in which state, and sending one again."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.orm import Session

from central.audit import Actor
from central.console import asked
from central.console.asked import PAGE, whole_number
from central.db.tables import ApiKey, Webhook, WebhookDelivery
from central.errors import Unknown
from central.hooks import register
from contract.booking_code import tidy


class Asked(asked.Asked, frozen=True):
    """`key`: id of an API key; `code`: how a booking's code begins."""

    hall: str = ""
    key: str = ""
    type: str = ""
    state: str = ""
    code: str = ""


def lines(session: Session, wanted: Asked, halls: Collection[str], timezone: str) -> Sequence[Any]:
    """Newest first, one more than a page: message, its booking's code, url, name of the key. `halls`: those that may be
    seen, empty: all.

    Raises Invalid where a day is none.
    """
    query = (
        select(WebhookDelivery, WebhookDelivery.code, Webhook.url, ApiKey.name)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook)
        .join(ApiKey, ApiKey.id == Webhook.api_key)
        .where(*_where(wanted, halls, timezone))
        .order_by(WebhookDelivery.id.desc())
        .limit(PAGE + 1)
    )
    if wanted.before:
        query = query.where(WebhookDelivery.id < wanted.before)
    return session.execute(query).all()


def counts(session: Session, wanted: Asked, halls: Collection[str], timezone: str) -> dict[str, int]:
    """State to number. Raises Invalid."""
    query = (
        select(WebhookDelivery.state, func.count())
        .join(Webhook, Webhook.id == WebhookDelivery.webhook)
        .where(*_where(wanted, halls, timezone))
        .group_by(WebhookDelivery.state)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def keys(session: Session) -> list[tuple[str, str]]:
    """Id and name of those that have webhooks."""
    query = select(ApiKey.id, ApiKey.name).where(ApiKey.id.in_(select(Webhook.api_key))).order_by(ApiKey.name)
    return [(str(id_), name) for id_, name in session.execute(query)]


def again(connection: Connection, id_: str, halls: Collection[str], by: Actor, *, at: int) -> None:
    """Raises Unknown, also for one of a hall that may not be seen."""
    hall = connection.scalar(select(WebhookDelivery.hall).where(WebhookDelivery.id == id_))
    if hall is None or (halls and hall not in halls):
        raise Unknown("There is no such message.", "delivery")
    register.again(connection, id_, by, at=at)


def _where(wanted: Asked, halls: Collection[str], timezone: str) -> list[ColumnElement[bool]]:
    found = wanted.within(WebhookDelivery.created_at, timezone)
    if halls:
        found.append(WebhookDelivery.hall.in_(halls))
    for name in ("hall", "type", "state"):
        if text := getattr(wanted, name):
            found.append(getattr(WebhookDelivery, name) == text)
    if (key := whole_number(wanted.key)) is not None:
        found.append(Webhook.api_key == key)
    if wanted.code:
        found.append(WebhookDelivery.code.startswith(tidy(wanted.code), autoescape=True))
    return found
