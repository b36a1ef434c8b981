"""Which messages go now, and what became of them. Several processes may take at once: none takes what another has.

Taking is committed before anything is sent: whatever dies in between, the message goes again after `LEASE_MS`, under
the same id, and not before. So a message arrives at least once, and a receiver knows a repeated one by its id.
"""

from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, select, update

from central import audit
from central.audit import SYSTEM
from central.db.tables import Webhook, WebhookDelivery
from central.hooks import backoff
from central.hooks.register import OFF

LEASE_MS = 120_000
"""Longer than one message can take to be sent."""
HOLD_MS = 60_000
"""So long the others wait whose receiver does not answer at all."""
KEPT_MS = 90 * 86_400_000
"""How long a message that is done with is kept."""
LONGEST_ERROR = 250

_TAKEN = (
    WebhookDelivery.id, WebhookDelivery.webhook, WebhookDelivery.payload, WebhookDelivery.tries, Webhook.url,
    Webhook.secret, Webhook.secret_kid, Webhook.active,
)  # fmt: skip


class Answer(NamedTuple):
    """What came of one try. `status`: HTTP's, None where there was no answer.

    `error`: empty where it was taken; else a word (timeout, nameless, away, tls, private, redirect, http, off, failed)
    and its facts.
    """

    status: int | None
    error: str = ""
    asked_s: int = 0
    """Retry-After."""


def due(connection: Connection, now: int) -> list[int]:
    """Webhooks that have something to be sent."""
    query = select(WebhookDelivery.webhook).where(WebhookDelivery.state == "waiting", WebhookDelivery.next_at <= now)
    return list(connection.scalars(query.distinct()))


def take(connection: Connection, hook: int, now: int) -> Row[Any] | None:
    """Its next message, `tries` counting this one. The caller commits before it sends."""
    query = (
        select(*_TAKEN)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook)
        .where(WebhookDelivery.webhook == hook, WebhookDelivery.state == "waiting", WebhookDelivery.next_at <= now)
        .order_by(WebhookDelivery.next_at, WebhookDelivery.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=WebhookDelivery)
    )
    row = connection.execute(query).first()
    if row is not None:
        taken = update(WebhookDelivery).where(WebhookDelivery.id == row.id)
        connection.execute(taken.values(tries=row.tries + 1, next_at=now + LEASE_MS))
    return row


def record(connection: Connection, row: Row[Any], answer: Answer, *, now: int, spin: float) -> None:
    """`row` as `take` gave it. Nothing is written where somebody sent it anew meanwhile."""
    mine = update(WebhookDelivery).where(
        WebhookDelivery.id == row.id, WebhookDelivery.state == "waiting", WebhookDelivery.tries == row.tries + 1
    )
    if not answer.error:
        connection.execute(mine.values(state="delivered", delivered_at=now, status=answer.status, error=""))
        return
    delay = None if answer.status == 410 else backoff.delay_ms(row.tries + 1, spin, answer.asked_s)
    values: dict[str, Any] = {"status": answer.status, "error": answer.error[:LONGEST_ERROR]}
    values |= {"state": "given_up"} if delay is None else {"next_at": now + delay}
    connection.execute(mine.values(**values))
    if answer.status is None and delay is not None:
        _hold(connection, row.webhook, now + min(delay, HOLD_MS))
    if answer.status == 410:
        _gone(connection, row, now)


def give_up(connection: Connection, row: Row[Any]) -> None:
    """Its webhook was switched off."""
    connection.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.id == row.id, WebhookDelivery.tries == row.tries + 1)
        .values(state="given_up", tries=row.tries, error=OFF)
    )


def purge(connection: Connection, now: int) -> None:
    """Drops what has been done with for so long."""
    done = WebhookDelivery.state.in_(("delivered", "given_up"))
    connection.execute(delete(WebhookDelivery).where(done, WebhookDelivery.next_at < now - KEPT_MS))


def _hold(connection: Connection, hook: int, until: int) -> None:
    waiting = (WebhookDelivery.webhook == hook, WebhookDelivery.state == "waiting", WebhookDelivery.next_at < until)
    connection.execute(update(WebhookDelivery).where(*waiting).values(next_at=until))


def _gone(connection: Connection, row: Row[Any], now: int) -> None:
    """The receiver says that it is there no more (410)."""
    connection.execute(update(Webhook).where(Webhook.id == row.webhook).values(active=False))
    audit.record(connection, SYSTEM, "webhook.gone", "webhook", row.webhook, at=now)
