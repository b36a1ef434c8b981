"""`/api/v1/webhooks`: where a key wants to hear what became of its bookings (Standard Webhooks)."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlalchemy import Row

from central.api.answers import NewWebhookShown, WebhookShown
from central.api.bodies import StrictRoute
from central.api.bookings import MaybeKey
from central.api.door import Asking
from central.api.entries import NewWebhook
from central.booking.desk import BookingDesk
from central.db.engine import writing
from central.hooks import register
from central.hooks.address import Allowed

Id = Annotated[int, Path(ge=1, le=2**53 - 1)]


class Webhooks:
    """Its methods are the calls."""

    def __init__(self, desk: BookingDesk, allowed: Allowed) -> None:
        self._desk, self._allowed = desk, allowed
        self._writing = writing(desk.engine)

    def add(self, entries: NewWebhook, asker: Asking, key: MaybeKey = None) -> NewWebhookShown:
        """Events of this key's bookings are sent there from now on, signed with the secret of the answer."""
        with self._writing.begin() as connection:
            row, secret = register.add(
                connection, self._desk.vault, asker.key.id, entries.url, entries.events, asker.actor,
                at=self._desk.wall(), allowed=self._allowed, idempotency=(asker.name, key) if key else None,
            )  # fmt: skip
        return NewWebhookShown(**_same(row), secret=secret)

    def listed(self, asker: Asking) -> list[WebhookShown]:
        """This key's webhooks."""
        with self._desk.engine.connect() as connection:
            return [WebhookShown(**_same(row)) for row in register.listed(connection, asker.key.id)]

    def remove(self, webhook: Id, asker: Asking) -> None:
        """Nothing more is sent there, also nothing that waits. Once more changes nothing."""
        with self._writing.begin() as connection:
            found = register.find(connection, webhook, asker.key.id)
            register.switch(connection, found, asker.actor, at=self._desk.wall(), active=False)

    def trial(self, webhook: Id, asker: Asking) -> None:
        """A message of type webhook.test is sent there."""
        with self._writing.begin() as connection:
            register.trial(connection, register.find(connection, webhook, asker.key.id), self._desk.wall())


def router(desk: BookingDesk, allowed: Allowed) -> APIRouter:
    api = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"], route_class=StrictRoute)
    calls = Webhooks(desk, allowed)
    api.add_api_route("", calls.add, methods=["POST"], status_code=201)
    api.add_api_route("", calls.listed, methods=["GET"])
    api.add_api_route("/{webhook}", calls.remove, methods=["DELETE"], status_code=204)
    api.add_api_route("/{webhook}/test", calls.trial, methods=["POST"], status_code=202)
    return api


def _same(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in WebhookShown.model_fields}
