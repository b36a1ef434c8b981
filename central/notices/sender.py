"""Sends what stands in the outbox: taken, sent outside of any transaction, and what came of it written down."""

import logging
import random
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from sqlalchemy import Engine

from central.clockwork import Job
from central.db.engine import writing
from central.errors import CentralError
from central.notices import claim
from central.notices.compose import Composer
from central.notices.ways import Later, Message, Outcome, Refused, Way
from central.vault import Vault

log = logging.getLogger(__name__)

CHANNELS = ("sms", "email", "wechat", "staff")
JOBS = tuple(f"notices.{channel}" for channel in CHANNELS)
"""To be nudged after something was written into the outbox."""
EVERY_S = 5
_AT_ONCE = 4
"""Messages of one way under way at the same time."""
UNUSED = {
    "sms": "no gateway is configured",
    "email": "no mail server is configured",
    "wechat": "no official account is configured",
    "staff": "no robots are configured",
}
"""Why nothing goes this way here."""


class Sender:
    """One job a channel, so that a slow gateway delays no e-mail. `ways` by channel; others are given up."""

    def __init__(
        self,
        database: Engine,
        vault: Vault,
        ways: Mapping[str, Way],
        *,
        public_url: str = "",
        signature: str = "",
        spin: Callable[[], float] = random.random,
    ) -> None:
        self._database = writing(database)
        self.vault = vault
        self.ways = ways
        self.public_url = public_url
        self.signature = signature
        """Of text messages; they are counted with it."""
        self._spin = spin

    def jobs(self) -> list[Job]:
        return [Job(name, EVERY_S, partial(self.run, channel)) for name, channel in zip(JOBS, CHANNELS, strict=True)]

    def close(self) -> None:
        for way in self.ways.values():
            way.close()

    def run(self, channel: str, now: int) -> int:
        """Sends everything due; gives how many were tried."""
        way = self.ways.get(channel)
        if way is None:
            while self._given_up(channel, now):
                pass
            return 0
        tried, began = 0, time.monotonic()
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix=f"notices-{channel}") as pool:
            while taken := self._taken(channel, now):
                tried += len(taken)
                for row, message, outcome in pool.map(partial(_sent, way), taken):
                    self._record(row, way, message, outcome, now + int((time.monotonic() - began) * 1000))
        return tried

    def _given_up(self, channel: str, now: int) -> int:
        with self._database.begin() as connection:
            return claim.give_up(connection, channel, now, UNUSED[channel])

    def _taken(self, channel: str, now: int) -> list[tuple[Any, Message | Refused]]:
        with self._database.begin() as connection:
            rows = claim.take(connection, channel, now)
            if not rows:
                return []
            composer = Composer(connection, self.vault, rows, self.public_url)
            return [(row, _composed(composer, row)) for row in rows]

    def _record(self, row: Any, way: Way, message: Message | Refused, outcome: Outcome, now: int) -> None:
        said = f"{message.subject}\n\n{message.body}".strip() if isinstance(message, Message) else ""
        if isinstance(outcome, (Later, Refused)):
            log.warning("notice %s (%s, %s) did not go: %s", row.id, row.event, row.channel, outcome.error)
        with self._database.begin() as connection:
            claim.record(connection, row, way, outcome, said, now=now, spin=self._spin)


def _composed(composer: Composer, row: Any) -> Message | Refused:
    try:
        return composer.message(row)
    except CentralError as error:
        return Refused(error.detail)


def _sent(way: Way, taken: tuple[Any, Message | Refused]) -> tuple[Any, Message | Refused, Outcome]:
    row, message = taken
    if isinstance(message, Refused):
        return row, message, message
    try:
        return row, message, way.send(message)
    except Exception as error:
        # whatever a library raises on an odd message keeps only that message back
        log.exception("notice %s (%s)", row.id, way.name)
        return row, message, Later(f"{type(error).__name__}: {error}")
