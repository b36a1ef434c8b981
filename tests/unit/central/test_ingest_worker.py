"""The worker: nothing is answered before the commit, and one bad message costs only itself."""

from collections.abc import Iterator

import pytest
from sqlalchemy.exc import DataError, OperationalError

from central import live
from central.ingest.couriers import Out
from central.ingest.inbox import Inbox, Message
from central.ingest.worker import Worker
from contract import topics
from tests.centre import CentreBench, answers, eventually
from tests.fakenode import NOON, FakeNode, day


class Running:
    def __init__(self, centre: CentreBench) -> None:
        self.said: list[Out] = []
        self.live = live.Live()
        self.worker = Worker(centre.database, Inbox(100), self.live, centre.signer, self.said.append, batch=8)

    def put(self, *said: tuple[str, bytes]) -> None:
        for topic, payload in said:
            assert self.worker.inbox.put(Message(topic, payload, NOON))

    def acked(self) -> int:
        return max((ack.seq for ack in answers(list(self.said), "ack")), default=0)


@pytest.fixture
def running(centre: CentreBench) -> Iterator[Running]:
    made = Running(centre)
    yield made
    made.worker.close()


@pytest.fixture
def node(centre: CentreBench) -> FakeNode:
    node = centre.enrol(FakeNode("bank"))
    node.record(*day(20))
    return node


def test_it_stores_answers_folds_and_shows(centre: CentreBench, running: Running, node: FakeNode) -> None:
    running.worker.start()
    running.put(node.hello(), node.link(), node.state(), *node.batches(20))
    eventually(lambda: running.acked() == node.last)
    eventually(lambda: centre.count("tickets") == 20)
    assert running.live.snapshot()["bank"].online, "a node enrolled meanwhile is found"
    eventually(lambda: answers(list(running.said), "directives"))


def test_nothing_is_said_while_the_database_fails(
    centre: CentreBench, running: Running, node: FakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = running.worker._intake.store
    tries: list[int] = []

    def fail(*_: object) -> None:
        tries.append(1)
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(running.worker._intake, "store", fail)
    running.worker.start()
    running.put(*node.batches(20))
    eventually(lambda: len(tries) >= 3)
    assert "disk full" in running.worker.fault
    assert answers(list(running.said), "ack") == []
    monkeypatch.setattr(running.worker._intake, "store", store)
    eventually(lambda: running.acked() == node.last)
    eventually(lambda: running.worker.fault == "")


def test_a_message_no_column_can_hold_is_set_aside_alone(
    centre: CentreBench, running: Running, node: FakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = running.worker._intake.store

    def picky(messages: list[Message], now: float) -> object:
        if any(message.payload == b"poison" for message in messages):
            raise DataError("INSERT", {}, Exception("no column can hold that"))
        return store(messages, now)

    monkeypatch.setattr(running.worker._intake, "store", picky)
    first, *rest = node.batches(20)
    running.put(first, (topics.up("bank", "events"), b"poison"), *rest)
    running.worker.start()
    eventually(lambda: running.acked() == node.last)
    letter = centre.one("dead_letters")
    assert bytes(letter["raw"]) == b"poison" and "no column" in letter["reason"]
    assert running.worker.counts()["set_aside"] == 1


def test_read_models_that_fail_cost_no_ack_and_are_caught_up(
    centre: CentreBench, running: Running, node: FakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    projector = running.worker._projector
    fold = projector._fold

    def fail(*_: object, **__: object) -> bool:
        raise OperationalError("UPDATE", {}, Exception("locked"))

    monkeypatch.setattr(projector, "_fold", fail)
    running.worker.start()
    running.put(*node.batches(20))
    eventually(lambda: running.acked() == node.last)
    assert centre.count("tickets") == 0
    monkeypatch.setattr(projector, "_fold", fold)
    eventually(lambda: centre.count("tickets") == 20)


def test_a_mistake_of_ours_stops_it_and_is_said(
    running: Running, node: FakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistake(*_: object) -> None:
        raise KeyError("never thought of")

    monkeypatch.setattr(running.worker._intake, "store", mistake)
    running.worker.start()
    running.put(node.hello())
    eventually(lambda: not running.worker.alive)
    assert "never thought of" in running.worker.fault
