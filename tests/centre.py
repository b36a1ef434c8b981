"""The centre's ingest on the bench: intake, couriers and projector on a real database, without a broker."""

import time
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine, text

from central.db import migrate
from central.db.engine import engine
from central.ingest.couriers import Couriers, Out
from central.ingest.inbox import Message
from central.ingest.intake import Intake
from central.ingest.projector import Projector
from central.live import Change
from central.registry import enrol
from central.signing import Signer
from contract import topics, wire
from tests.fakenode import NOON, FakeNode

SECRET = "a secret of at least thirty-two characters"
READ_MODELS = (
    "tickets", "counters", "catalogues", "hall_rules", "rule_changes", "alarms", "day_sheets", "devices",
    "device_faults", "slips",
)  # fmt: skip
Said = tuple[str, bytes]


class CentreBench:
    """`say` does what the worker does for one take of the inbox; `heard` are the messages that go out."""

    def __init__(self, url: str) -> None:
        self.database: Engine = engine(url)
        migrate.upgrade(self.database)
        self.signer = Signer(SECRET)
        self.changes: list[Change] = []
        self.now = 0.0
        self.wall = NOON
        self.restart()

    def restart(self) -> None:
        """Everything that lived in memory is gone."""
        self.intake = Intake(self.database)
        self.projector = Projector(self.database)
        self.couriers = Couriers(self.signer)
        self.looked_to = 0

    def enrol(self, node: FakeNode) -> FakeNode:
        enrol(self.database, node.name, node.hall, {"zh": "示例大厅", "en": "Example hall"}, at=NOON)
        return node

    def say(self, *messages: Said, retained: bool = False) -> list[Out]:
        """(topic, payload) pairs, stored in one transaction; gives what is published after it."""
        stored = self.intake.store([Message(t, p, self.wall, retained) for t, p in messages], self.now)
        for tell in stored.couriers:
            tell(self.couriers)
        self.changes += stored.changes
        self.projector.take(stored.arrived)
        return stored.out

    def acks(self, *messages: Said) -> list[Any]:
        """The acknowledgements those messages are answered with."""
        return [wire.decode(out.payload, wire.DOWN["ack"]) for out in self.say(*messages) if out.topic.endswith("ack")]

    def rows(self, table: str, order: str = "1, 2") -> list[dict[str, Any]]:
        with self.database.connect() as connection:
            return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY {order}")).mappings()]

    def one(self, table: str) -> dict[str, Any]:
        found = self.rows(table)
        assert len(found) == 1, found
        return found[0]

    def count(self, table: str) -> int:
        return len(self.rows(table, "1"))

    def read_models(self) -> dict[str, list[dict[str, Any]]]:
        """Every read model, row for row."""
        # the third column of some is JSON, which PostgreSQL cannot sort by
        return {table: self.rows(table, "1" if table == "hall_rules" else "1, 2, 3") for table in READ_MODELS}

    def close(self) -> None:
        self.database.dispose()


def answers(outs: Iterable[Out], name: str) -> list[Any]:
    """Those messages of `outs` that go to the topic `name`, decoded."""
    found = []
    for out in outs:
        address = topics.parse(out.topic)
        if address is not None and address.name == name:
            found.append(wire.decode(out.payload, wire.DOWN[name]))
    return found


def eventually(condition: Any, timeout_s: float = 60.0) -> Any:
    """Waits until `condition()` is true, and gives what it gave; fails after `timeout_s`."""
    end = time.monotonic() + timeout_s
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {timeout_s} s: {condition}")
        time.sleep(0.02)
    return found
