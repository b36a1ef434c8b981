"""Hello and welcome: everything told is stored, and a centre that lost something says so with a new generation."""

import msgspec
import pytest
from sqlalchemy import text

from central.db.engine import writing
from contract import chain, messages, topics, wire
from tests.centre import CentreBench, answers
from tests.fakenode import FakeNode, customer, day


@pytest.fixture
def node(centre: CentreBench) -> FakeNode:
    return centre.enrol(FakeNode("bank"))


def meet(centre: CentreBench, node: FakeNode, **changes: object) -> messages.Welcome:
    """A whole hello; the node remembers the answer."""
    outs = centre.say(node.hello(**changes))
    [welcome] = answers(outs, "welcome")
    for out in outs:
        if out.topic != topics.CENTRE:
            node.hear(out.topic, out.payload)
    assert isinstance(welcome, messages.Welcome)
    return welcome


def test_first_contact(centre: CentreBench, node: FakeNode) -> None:
    node.record(*customer(1))
    welcome = meet(centre, node, hw="pi-77", version="1.2")
    assert (welcome.boot, welcome.conn, welcome.verdict) == (node.boot, node.conn, "continue")
    assert welcome.streams == [messages.StreamAck(node.epoch, 0, chain.GENESIS.hex())]
    assert welcome.directive_head == 2, "an empty snapshot"
    row = centre.one("nodes")
    assert (row["hw"], row["version"], row["boot"], row["conn"]) == ("pi-77", "1.2", node.boot, node.conn)
    assert row["lease_offered"] == welcome.lease
    verdict = centre.one("verdicts")
    assert (verdict["verdict"], verdict["reason"], verdict["generation"]) == (
        "continue",
        "first contact",
        welcome.generation,
    )


def test_welcome_says_where_each_stream_stands(centre: CentreBench, node: FakeNode) -> None:
    node.record(*day(3))
    centre.say(node.events(1, 10))
    welcome = meet(centre, node)
    assert welcome.streams == [messages.StreamAck(node.epoch, 10, node.hashes[10].hex())]


def test_every_epoch_is_a_stream_of_its_own(centre: CentreBench, node: FakeNode) -> None:
    node.record(*customer(1))
    second = FakeNode("bank", epoch="01J00000000000000000000002")
    second.record(*customer(2))
    heads = [
        messages.StreamHead(one.epoch, before, 1, chain.GENESIS.hex(), one.last, one.hashes[-1].hex())
        for one, before in ((node, None), (second, node.epoch))
    ]
    welcome = meet(centre, node, streams=heads)
    assert [ack.epoch for ack in welcome.streams] == [node.epoch, second.epoch]
    acks = centre.acks(second.events(1), node.events(1))
    assert {(ack.epoch, ack.seq) for ack in acks} == {(node.epoch, node.last), (second.epoch, second.last)}
    assert [row["prev_epoch"] for row in centre.rows("streams", "epoch")] == [None, node.epoch]


def test_a_lease_becomes_current_at_its_first_use(centre: CentreBench, node: FakeNode) -> None:
    first = meet(centre, node).lease
    second = meet(centre, node).lease
    row = centre.one("nodes")
    assert (row["lease"], row["lease_before"], row["lease_offered"]) == (first, None, second)
    third = meet(centre, node).lease
    row = centre.one("nodes")
    assert (row["lease"], row["lease_before"], row["lease_offered"]) == (second, first, third)
    assert len({first, second, third}) == 3


def test_a_lost_welcome_is_no_fault(centre: CentreBench, node: FakeNode) -> None:
    meet(centre, node)
    meet(centre, node)
    old = node.lease
    meet(centre, node)  # this welcome never arrived
    node.lease = old
    assert meet(centre, node).reason == "known"


def test_new_hardware_and_the_old_one_back(centre: CentreBench, node: FakeNode) -> None:
    meet(centre, node, hw="pi-1")
    assert meet(centre, node, hw="pi-2").reason == "new hardware"
    assert meet(centre, node, hw="pi-2").reason == "known"
    assert "is back" in meet(centre, node, hw="pi-1").reason


# --- generations -------------------------------------------------------------


def lose_everything_since(centre: CentreBench, seq: int, node: FakeNode) -> None:
    """The centre as restored from a backup."""
    with writing(centre.database).begin() as connection:
        connection.execute(text("DELETE FROM events WHERE seq > :seq"), {"seq": seq})
        connection.execute(
            text("UPDATE streams SET acked = :seq, hash = :hash"), {"seq": seq, "hash": node.hashes[seq]}
        )
        connection.execute(text("UPDATE cursors SET value = (SELECT max(id) FROM events)"))
    centre.restart()
    centre.projector.rebuild()


def test_a_centre_behind_its_nodes_takes_a_new_generation(centre: CentreBench, node: FakeNode) -> None:
    node.record(*day(5))
    first = meet(centre, node).generation
    for out in centre.say(*node.batches()):
        node.hear(out.topic, out.payload)
    assert node.acked is not None and node.acked.seq == node.last
    lose_everything_since(centre, 7, node)

    outs = centre.say(node.hello())
    [welcome] = answers(outs, "welcome")
    [notice] = [out for out in outs if out.topic == topics.CENTRE]
    assert welcome.generation != first
    assert wire.decode(notice.payload, messages.CentreNotice).generation == welcome.generation
    assert notice.retain
    assert welcome.streams[0].acked == 7
    assert "acknowledged up to" in centre.rows("generations", "ordinal")[-1]["reason"]

    node.generation = welcome.generation
    node.acked = messages.Acked(node.epoch, 7, node.hashes[7].hex())
    for out in centre.say(node.events(8)):
        node.hear(out.topic, out.payload)
    assert node.acked.seq == node.last, "sent again from there"
    assert [bytes(row["raw"]) for row in centre.rows("events", "id")] == node.raws


def test_others_join_the_new_generation_without_another_one(centre: CentreBench, node: FakeNode) -> None:
    other = centre.enrol(FakeNode("hall-2"))
    for one in (node, other):
        one.record(*day(3))
        meet(centre, one)
        for out in centre.say(*one.batches()):
            one.hear(out.topic, out.payload)
    lose_everything_since(centre, 5, node)
    new = meet(centre, node).generation
    assert meet(centre, other).generation == new
    assert centre.count("generations") == 2


def test_a_generation_never_heard_of_means_the_centre_is_older_than_the_node(
    centre: CentreBench, node: FakeNode
) -> None:
    first = meet(centre, node).generation
    node.generation = "g-of-tomorrow"
    assert meet(centre, node).generation not in (first, "g-of-tomorrow")


def test_directives_taken_beyond_the_head_mean_the_same(centre: CentreBench, node: FakeNode) -> None:
    first = meet(centre, node).generation
    assert meet(centre, node).generation == first
    node.taken = messages.DirectiveCursor(first, 99)
    assert meet(centre, node).generation != first


def test_what_a_node_saw_is_stored(centre: CentreBench, node: FakeNode) -> None:
    node.record(*customer(1))
    meet(centre, node)
    for out in centre.say(*node.batches()):
        node.hear(out.topic, out.payload)
    meet(centre, node)
    row = centre.one("nodes")
    assert (row["seen_generation"], row["seen_epoch"], row["seen_seq"]) == (node.generation, node.epoch, node.last)
    assert row["seen_hash"] == node.hashes[-1].hex()


def test_an_answer_names_who_it_is_for(centre: CentreBench, node: FakeNode) -> None:
    node.boot, node.conn = "boot-9", 41
    welcome = meet(centre, node)
    assert (welcome.boot, welcome.conn) == ("boot-9", 41)
    assert msgspec.json.decode(centre.say(node.hello())[0].payload)["conn"] == 41
