"""The job that sends what partners are to be told: taken, sent outside of any transaction, and what came of it
written down."""

import logging
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Engine, Row
from standardwebhooks import Webhook as Signer

from central.clock import wall_ms
from central.clockwork import Job
from central.db.engine import writing
from central.errors import StorageError
from central.hooks import claim
from central.hooks.claim import Answer
from central.hooks.post import Post
from central.hooks.register import ABOUT
from central.vault import Vault

log = logging.getLogger(__name__)

NAME = "webhooks"
EVERY_S = 5
BUDGET_S = 20
"""So long one run sends to one webhook; the rest goes in the next."""
PURGE_MS = 3_600_000
_AT_ONCE = 8
"""Webhooks sent to at the same time; the messages of one go one after the other."""
_ENCODER = msgspec.json.Encoder(order="sorted")


class Sender:
    """`wall`: ms since 1970; `spin` in [0, 1) spreads the tries."""

    def __init__(
        self, engine: Engine, vault: Vault, post: Post, *, wall: Callable[[], int] = wall_ms,
        spin: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        self._engine, self._writing, self._vault, self._post = engine, writing(engine), vault, post
        self._wall, self._spin = wall, spin
        self._purged_at = 0

    def job(self) -> Job:
        return Job(NAME, EVERY_S, self.run)

    def run(self, _at: int = 0) -> int:
        """Sends what is due. Gives how many messages were tried."""
        now = self._wall()
        if now - self._purged_at > PURGE_MS:
            self._purged_at = now
            with self._writing.begin() as connection:
                claim.purge(connection, now)
        with self._engine.connect() as connection:
            hooks = claim.due(connection, now)
        if not hooks:
            return 0
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix=NAME) as pool:
            return sum(pool.map(partial(self._drain, until=time.monotonic() + BUDGET_S), hooks))

    def _drain(self, hook: int, until: float) -> int:
        """One message after the other, until there is none, one fails, or the time is over."""
        tried = 0
        while time.monotonic() < until:
            with self._writing.begin() as connection:
                row = claim.take(connection, hook, self._wall())
                if row is not None and not row.active:
                    claim.give_up(connection, row)
                    continue
            if row is None:
                break
            tried += 1
            answer = self._sent(row)
            with self._writing.begin() as connection:
                claim.record(connection, row, answer, now=self._wall(), spin=self._spin())
            if answer.error:
                log.warning("webhook %d: message %s did not go: %s", hook, row.id, answer.error)
                break
        return tried

    def _sent(self, row: Row[Any]) -> Answer:
        body = encoded(row.payload)
        try:
            secret = self._vault.open(row.secret, row.secret_kid, ABOUT)
        except StorageError as error:
            return Answer(None, f"failed {error.detail}")
        return self._post.send(row.url, body, signed(secret, row.id, body, self._wall()))


def encoded(payload: dict[str, Any]) -> bytes:
    """The body, the same at every try."""
    return _ENCODER.encode(payload)


def signed(secret: bytes, id_: str, body: bytes, at: int) -> dict[str, str]:
    """The headers of one try; the time is that of the try, so that receivers can refuse old ones."""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Hallkeeper-Webhooks/1",
        "webhook-id": id_,
        "webhook-timestamp": str(at // 1000),
        "webhook-signature": Signer(secret).sign(id_, moment, body.decode()),
    }
