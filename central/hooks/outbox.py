"""Puts messages to partners into the outbox, inside the transaction of what they tell of: both become true, or
neither."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from central.db.tables import Webhook, WebhookDelivery
from central.hooks import events


def emit(connection: Connection, event: str, booking: Row[Any], at: int, extra: Mapping[str, Any]) -> None:
    """A listener of the desk (booking/work.py): tells the partner whose booking it is, if any, if it wants to hear."""
    type_ = events.TYPES.get(event)
    if booking.partner is None or type_ is None:
        return
    hooks = select(Webhook.id, Webhook.events).where(Webhook.api_key == booking.partner, Webhook.active)
    wanting = [hook.id for hook in connection.execute(hooks) if not hook.events or type_ in hook.events]
    if wanting:
        told = events.payload(type_, booking._mapping, at, extra)
        put(connection, wanting, type_, told, at, hall=booking.hall, code=booking.code, rev=booking.rev)


def put(
    connection: Connection, hooks: list[int], type_: str, payload: dict[str, Any], at: int, *, hall: str = "",
    code: str = "", rev: int = 0,
) -> None:  # fmt: skip
    """One message to each of those webhooks, to be sent at once. Ids rise with the time, then with `rev`."""
    rows = [
        {
            "id": f"msg_{at:011x}{rev:06x}{secrets.token_hex(8)}", "webhook": hook, "type": type_, "payload": payload,
            "hall": hall, "code": code, "state": "waiting", "tries": 0, "next_at": at, "created_at": at,
        }
        for hook in hooks
    ]  # fmt: skip
    connection.execute(insert(WebhookDelivery), rows)
