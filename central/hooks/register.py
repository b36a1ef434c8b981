"""Which webhooks there are: registered by a key or at the console, tried, switched off and on, and sent to again."""

import base64
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from central import audit
from central.api.sentences import ApiRefused
from central.audit import Actor
from central.booking import repeats
from central.db.tables import Webhook, WebhookDelivery
from central.hooks import events, outbox
from central.hooks.address import Allowed, target
from central.vault import Vault

MOST = 10
"""Webhooks in force a key has."""
PREFIX = "whsec_"
ABOUT = "webhook secret"
"""What secrets are kept under in the vault."""
OFF = "off"

_HOOK = Webhook.__table__.columns


def add(
    connection: Connection, vault: Vault, key: int, url: str, wanted: Sequence[str], by: Actor, *, at: int,
    allowed: Allowed, idempotency: tuple[str, str] | None = None,
) -> tuple[Row[Any], str]:  # fmt: skip
    """The webhook and its secret, which is shown to whoever registers it and to nobody later. Raises ApiRefused.

    `idempotency`: caller and key; the same request then gives the same webhook.
    """
    target(url, allowed)
    _check_types(wanted)
    many = select(func.count()).where(Webhook.api_key == key, Webhook.active)
    kept = vault.keep(secrets.token_bytes(32), ABOUT)
    made = insert(Webhook).values(
        api_key=key, url=url, secret=kept.text, secret_kid=kept.kid, events=sorted(set(wanted)), active=True,
        created_at=at,
    )  # fmt: skip
    row = connection.execute(made.returning(*_HOOK)).one()
    if idempotency is not None:
        before = repeats.before(connection, *idempotency, ("webhook", url, list(wanted)), str(row.id), at)
        if before is not None:
            connection.execute(delete(Webhook).where(Webhook.id == row.id))
            known = find(connection, int(before), key)
            return known, shown(vault, known)
    if (connection.scalar(many) or 0) > MOST:
        raise ApiRefused("webhooks_many", "url", most=MOST)
    audit.record(connection, by, "webhook.created", "webhook", row.id, at=at, after={"key": key, "url": url})
    return row, shown(vault, row)


def find(connection: Connection, id_: int, key: int | None = None) -> Row[Any]:
    """Raises ApiRefused, also for one of another key."""
    query = select(*_HOOK).where(Webhook.id == id_)
    row = connection.execute(query if key is None else query.where(Webhook.api_key == key)).first()
    if row is None:
        raise ApiRefused("webhook_unknown", "webhook")
    return row


def listed(connection: Connection, key: int | None = None) -> Sequence[Row[Any]]:
    query = select(*_HOOK).order_by(Webhook.id)
    return connection.execute(query if key is None else query.where(Webhook.api_key == key)).all()


def switch(connection: Connection, hook: Row[Any], by: Actor, *, at: int, active: bool) -> None:
    """On, or off: what waits to be sent is given up then."""
    if hook.active == active:
        return
    connection.execute(update(Webhook).where(Webhook.id == hook.id).values(active=active))
    if not active:
        waiting = (WebhookDelivery.webhook == hook.id, WebhookDelivery.state == "waiting")
        connection.execute(update(WebhookDelivery).where(*waiting).values(state="given_up", error=OFF))
    what = "webhook.on" if active else "webhook.off"
    audit.record(connection, by, what, "webhook", hook.id, at=at, before={"active": not active})


def trial(connection: Connection, hook: Row[Any], at: int) -> None:
    """A message that tells of nothing."""
    outbox.put(connection, [hook.id], events.TEST, events.body(events.TEST, {}, at), at)


def again(connection: Connection, id_: str, by: Actor, *, at: int) -> None:
    """A message is sent once more, under its own id, and all its tries are before it. Raises ApiRefused."""
    done = connection.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.id == id_)
        .values(state="waiting", tries=0, next_at=at, error="", delivered_at=None)
    )
    if done.rowcount == 0:
        raise ApiRefused("delivery_unknown", "delivery")
    audit.record(connection, by, "delivery.retried", "delivery", id_, at=at)


def shown(vault: Vault, hook: Row[Any]) -> str:
    """The secret as its owner writes it down. Raises StorageError."""
    return PREFIX + base64.b64encode(vault.open(hook.secret, hook.secret_kid, ABOUT)).decode()


def _check_types(wanted: Sequence[str]) -> None:
    for type_ in wanted:
        if type_ not in events.TYPES.values():
            raise ApiRefused("choice", "events", expected=", ".join(events.TYPES.values()))
