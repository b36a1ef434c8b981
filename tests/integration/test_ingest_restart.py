"""The centre's process ends while the broker and the nodes go on: the next one knows whom it was talking to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from central.db.engine import writing
from central.ingest import orders
from central.ingest.couriers import Out
from central.ingest.inbox import Inbox, Message
from central.ingest.worker import Worker
from central.live import Live
from contract import topics, wire
from contract.messages import LinkReport, Welcome
from tests.centre import CentreBench, eventually
from tests.fakenode import NOON, FakeNode


@contextmanager
def working(centre: CentreBench) -> Iterator[tuple[Callable[[Any], object], list[Out]]]:
    """A process of the centre: what is put in, and what it publishes."""
    out: list[Out] = []
    worker = Worker(centre.database, Inbox(100), Live(), centre.signer, out.append)
    worker.start()
    try:
        yield (lambda said: worker.inbox.put(Message(said[0], said[1], NOON))), out
    finally:
        worker.close()


def met(centre: CentreBench, node: FakeNode, put: Callable[[Any], object], out: list[Out]) -> None:
    """Hello, welcome, and the snapshot every log opens with."""
    put(node.hello())
    welcome = eventually(lambda: [one for one in out if one.topic.endswith("/down/welcome")])[0]
    node.hear(*welcome[:2])
    said = wire.decode(welcome.payload, Welcome)
    eventually(lambda: told(out))
    put(node.take(said.generation, said.directive_head))
    eventually(lambda: said.directive_head in {row["taken_seq"] for row in centre.rows("nodes")})


def told(out: list[Out]) -> list[Any]:
    return [wire.decode(one.payload, wire.DOWN["directives"]) for one in out if one.topic.endswith("/down/directives")]


def suspend(centre: CentreBench, node: FakeNode) -> str:
    with writing(centre.database).begin() as connection:
        return orders.suspend_hall(connection, node.hall, "water", by="office", at=2 * NOON)


def test_a_node_that_stayed_is_told_on_the_connection_it_has(centre: CentreBench) -> None:
    node = centre.enrol(FakeNode("stays"))
    with working(centre) as (put, out):
        met(centre, node, put, out)
    id_ = suspend(centre, node)
    with working(centre) as (_, out):
        batch = eventually(lambda: told(out))[0]
        assert (batch.boot, batch.conn) == (node.boot, node.conn)
        assert [one.id for one in batch.directives] == [id_], "and nothing it has taken already"


def test_a_node_that_left_is_told_nothing_until_it_says_hello(centre: CentreBench) -> None:
    node, other = centre.enrol(FakeNode("leaves")), centre.enrol(FakeNode("other"))
    with working(centre) as (put, out):
        met(centre, node, put, out)
        put((topics.up(node.name, "link"), wire.encode(LinkReport(False, node.boot, node.conn))))
        eventually(lambda: not any(row["online"] for row in centre.rows("presence")))
    suspend(centre, node)
    with working(centre) as (put, out):
        put(other.hello())
        eventually(lambda: told(out))
        assert all(f"/{other.name}/" in one.topic for one in out)
