"""A centre that partners book at, a partner's server, and the job that sends to it; on each kind of database."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Row, select

from central.config_hooks import Webhooks
from central.db.tables import WebhookDelivery
from central.hooks.post import Post
from central.hooks.sender import Sender
from tests.api_world import ApiWorld
from tests.hook_receiver import Receiver

LOOPBACK = Webhooks(allow_loopback=True, timeout_s=60)


class HookWorld(ApiWorld):
    """`receiver` hears of the partner's bookings; `later` moves the clock of `sender` (ms)."""

    def __init__(self, url: str) -> None:
        super().__init__(url, webhooks={"allow_loopback": True})
        self.receiver = Receiver()
        self.later = 0
        self.sender = self.new_sender()

    def now(self) -> int:
        return self.world.at + self.later

    def new_sender(self, settings: Webhooks = LOOPBACK, **changes: Any) -> Sender:
        return Sender(
            self.world.engine, self.world.vault, Post(settings), **{"wall": self.now, "spin": lambda: 0.5} | changes
        )

    def verified(self, secret: str) -> list[dict[str, Any]]:
        """What the receiver was told, by a clock that goes with the sender's."""
        return self.receiver.verified(secret, self.now())

    def register(self, **entries: Any) -> dict[str, Any]:
        answer = self.ask("POST", "/webhooks", {"url": self.receiver.url} | entries)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def deliveries(self) -> list[Row[Any]]:
        with self.world.engine.connect() as connection:
            return list(connection.execute(select(*WebhookDelivery.__table__.columns).order_by(WebhookDelivery.id)))

    def close(self) -> None:
        self.receiver.close()
        super().close()


@pytest.fixture
def hooks(database_url: str) -> Iterator[HookWorld]:
    made = HookWorld(database_url)
    yield made
    made.close()
