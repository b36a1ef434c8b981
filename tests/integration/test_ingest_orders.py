"""Directives: a numbered log for each node that opens with a snapshot, sent until it is taken."""

import base64

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from central import generations
from central.db.engine import writing
from central.errors import Invalid, Unknown
from central.ingest import orders
from central.ingest.couriers import Out
from contract import directives as d
from contract import events as e
from contract import messages, wire
from tests.centre import CentreBench, answers
from tests.fakenode import NOON, FakeNode


@pytest.fixture
def node(centre: CentreBench) -> FakeNode:
    return centre.enrol(FakeNode("bank"))


def issue(centre: CentreBench, directive: msgspec.Struct, hall: str = "bank", ttl_s: int = 600) -> str:
    with writing(centre.database).begin() as connection:
        return orders.issue(connection, hall, directive, by="office", at=centre.wall, ttl_s=ttl_s)


def meet(centre: CentreBench, node: FakeNode) -> messages.Welcome:
    [welcome] = answers(centre.say(node.hello()), "welcome")
    node.hear(f"hk/1/{node.name}/down/welcome", wire.encode(welcome))
    assert isinstance(welcome, messages.Welcome)
    return welcome


def sent(centre: CentreBench) -> list[messages.Directives]:
    """What the couriers send now."""
    with centre.database.connect() as connection:
        generation = generations.newest(connection)
        assert generation is not None
        heads, centre.looked_to = orders.heads(connection, generation, centre.looked_to)
        centre.couriers.heads(heads)
        outs: list[Out] = centre.couriers.due(connection, centre.wall, centre.now)
    return answers(outs, "directives")


def kinds(batches: list[messages.Directives]) -> list[str]:
    return [one.type for batch in batches for one in batch.directives]


NOTICE = d.NoticeAdded("n1", {"zh": "今天十二点关门", "en": "Closing at noon"}, NOON + 3_600_000)
BOOKING = d.BookingAdded("BK1", "2026-11-22", "savings", NOON + 600_000, NOON + 1_200_000, "张*")


def test_a_log_opens_with_the_facts_that_stand(centre: CentreBench, node: FakeNode) -> None:
    issue(centre, NOTICE)
    issue(centre, BOOKING)
    issue(centre, d.BookingAdded("BK2", "2026-11-22", "savings", NOON, NOON + 1, "李*"))
    issue(centre, d.BookingCancelled("BK2"))
    late = centre.enrol(FakeNode("bank-kiosk", hall="bank"))
    welcome = meet(centre, late)
    [batch] = sent(centre)
    assert kinds([batch]) == ["SnapshotBegun", "BookingAdded", "NoticeAdded", "SnapshotEnded"]
    assert (batch.first, batch.generation, batch.boot, batch.conn) == (1, welcome.generation, late.boot, late.conn)
    assert [one.seq for one in batch.directives] == [1, 2, 3, 4]
    assert msgspec.json.decode(batch.directives[1].data, type=d.BookingAdded) == BOOKING
    assert all(one.kind == "fact" and one.ttl_s is None for one in batch.directives)


def test_what_is_over_is_left_out_of_a_snapshot(centre: CentreBench, node: FakeNode) -> None:
    issue(centre, NOTICE)
    centre.wall += 2 * 3_600_000
    meet(centre, centre.enrol(FakeNode("late", hall="bank")))
    assert "NoticeAdded" not in kinds(sent(centre))


def test_new_directives_follow_the_cursor(centre: CentreBench, node: FakeNode) -> None:
    generation = meet(centre, node).generation
    assert kinds(sent(centre)) == ["SnapshotBegun", "SnapshotEnded"]
    assert sent(centre) == [], "not again before the timeout"
    centre.say(node.take(generation, 2))
    issue(centre, NOTICE)
    assert kinds(sent(centre)) == ["NoticeAdded"]
    assert centre.one("nodes")["taken_seq"] == 2


def test_what_was_not_taken_is_sent_again(centre: CentreBench, node: FakeNode) -> None:
    meet(centre, node)
    sent(centre)
    centre.now += 10
    assert kinds(sent(centre)) == ["SnapshotBegun", "SnapshotEnded"]


def test_after_a_hello_it_goes_on_at_the_nodes_own_cursor(centre: CentreBench, node: FakeNode) -> None:
    generation = meet(centre, node).generation
    issue(centre, NOTICE)
    sent(centre)
    node.taken = messages.DirectiveCursor(generation, 2)
    centre.restart()
    meet(centre, node)
    [batch] = sent(centre)
    assert (batch.first, kinds([batch])) == (3, ["NoticeAdded"])


def test_a_new_generation_starts_over_with_what_stands_and_what_is_pending(centre: CentreBench, node: FakeNode) -> None:
    first = meet(centre, node).generation
    issue(centre, NOTICE)
    pending = issue(centre, d.HallSuspended("water"))
    issue(centre, d.HallResumed(), ttl_s=1)
    centre.wall += 5000
    node.generation = "lost"
    welcome = meet(centre, node)
    assert welcome.generation != first
    batches = sent(centre)
    assert kinds(batches) == ["SnapshotBegun", "NoticeAdded", "SnapshotEnded", "HallSuspended"]
    assert batches[-1].directives[-1].id == pending, "the id removes duplicates at the node"


def test_a_command_says_what_is_left_of_its_life(centre: CentreBench, node: FakeNode) -> None:
    meet(centre, node)
    issue(centre, d.HallSuspended("water"), ttl_s=60)
    centre.wall += 15_000
    assert sent(centre)[-1].directives[-1].ttl_s == 45
    centre.wall += 120_000
    centre.now += 10
    assert sent(centre)[-1].directives[-1].ttl_s == 0, "sent all the same: the node answers that it expired"


def test_the_answer_of_the_node_comes_into_the_log(centre: CentreBench, node: FakeNode) -> None:
    meet(centre, node)
    id_ = issue(centre, d.HallSuspended("water"))
    node.record(e.DirectiveAnswered(id_, "done", ""))
    centre.say(*node.batches())
    [row] = [row for row in centre.rows("directives") if row["id"] == id_]
    assert (row["outcome"], row["answered_at"]) == ("done", node.clock)


def test_the_log_is_looked_at_from_where_it_was_seen(centre: CentreBench, node: FakeNode) -> None:
    generation = meet(centre, node).generation
    issue(centre, NOTICE)
    with writing(centre.database).begin() as connection:
        connection.execute(text("UPDATE directives SET key = key + 5000 WHERE type = 'NoticeAdded'"))
    with centre.database.connect() as connection:
        every, to = orders.heads(connection, generation)
        assert (every, to) == ({"bank": 3}, 5003 - 1000)
        assert orders.heads(connection, generation, to) == ({"bank": 3}, to)
        assert orders.heads(connection, generation, 5003) == ({}, 5003)


def test_every_node_of_the_hall_is_told_and_no_other(centre: CentreBench, node: FakeNode) -> None:
    centre.enrol(FakeNode("bank-2", hall="bank"))
    centre.enrol(FakeNode("elsewhere"))
    issue(centre, NOTICE)
    assert {row["node"] for row in centre.rows("directives") if row["type"] == "NoticeAdded"} == {"bank", "bank-2"}


def test_a_long_log_goes_in_messages_of_at_most_64_kib(centre: CentreBench, node: FakeNode) -> None:
    generation = meet(centre, node).generation
    for n in range(12):
        issue(centre, d.NoticeAdded(f"n{n}", {"en": "x" * 12_000}, NOON * 2))
    got: list[str] = []
    for _ in range(20):
        for batch in sent(centre):
            assert len(wire.encode(batch)) <= wire.MAX_PAYLOAD
            got += [one.id for one in batch.directives]
            centre.say(node.take(generation, batch.directives[-1].seq))
    assert got == [row["id"] for row in centre.rows("directives", "seq")]


def test_a_cursor_of_another_connection_or_of_the_future_is_not_believed(centre: CentreBench, node: FakeNode) -> None:
    generation = meet(centre, node).generation
    sent(centre)
    node.conn = 9
    centre.say(node.take(generation, 2))
    assert centre.one("nodes")["taken_seq"] == 0
    centre.now += 10
    assert kinds(sent(centre)) == ["SnapshotBegun", "SnapshotEnded"]


def test_a_signature_covers_what_is_told_and_to_whom(centre: CentreBench, node: FakeNode) -> None:
    generation = meet(centre, node).generation
    issue(centre, d.HallSuspended("water"))
    told = sent(centre)[0].directives[-1]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(centre.signer.public_key))
    key.verify(base64.b64decode(told.sig), d.signed("bank", generation, told))
    for forged in (
        d.signed("other", generation, told),
        d.signed("bank", "g-old", told),
        *(
            d.signed("bank", generation, msgspec.structs.replace(told, **{field: value}))
            for field, value in {
                "seq": 9,
                "id": "x",
                "kind": "fact",
                "ttl_s": 9999,
                "type": "HallResumed",
                "data": msgspec.Raw(b'{"reason":"fire"}'),
            }.items()
        ),
    ):
        with pytest.raises(InvalidSignature):
            key.verify(base64.b64decode(told.sig), forged)


def test_bad_orders_change_nothing(centre: CentreBench, node: FakeNode) -> None:
    for directive, hall, error in (
        (NOTICE, "nowhere", Unknown),
        (d.NoticeAdded("n", {"en": "x" * 20_000}, 0), "bank", Invalid),
        (d.SnapshotBegun(), "bank", Invalid),
    ):
        with pytest.raises(error):
            issue(centre, directive, hall)
    assert centre.count("directives") == centre.count("hall_facts") == 0
