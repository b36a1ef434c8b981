"""What comes up is stored once, whatever the way did to it; what cannot be read is set aside and the rest goes on."""

import itertools

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract import chain, topics
from tests.centre import CentreBench, answers
from tests.fakenode import FakeNode, customer, day


@pytest.fixture
def node(centre: CentreBench) -> FakeNode:
    node = centre.enrol(FakeNode("bank"))
    node.record(*day(30))
    return node


def test_exact_bytes_and_hashes_are_stored(centre: CentreBench, node: FakeNode) -> None:
    [ack] = centre.acks(*node.batches(7))
    assert (ack.epoch, ack.seq, ack.hash) == (node.epoch, node.last, node.hashes[-1].hex())
    assert (ack.boot, ack.conn) == (node.boot, node.conn)
    rows = centre.rows("events", "id")
    assert [bytes(row["raw"]) for row in rows] == node.raws
    assert [bytes(row["hash"]) for row in rows] == node.hashes[1:]
    assert [row["seq"] for row in rows] == list(range(1, node.last + 1))


@pytest.mark.fault("F18")
def test_a_message_twice_is_one_row_and_answered_again(centre: CentreBench, node: FakeNode) -> None:
    batches = node.batches(50)
    first = centre.acks(*batches)
    again = [centre.acks(batch) for batch in batches]
    assert centre.count("events") == node.last
    assert all([ack.seq for ack in acks] == [first[0].seq] for acks in again)
    assert centre.intake.counts["duplicates"] == node.last


@pytest.mark.fault("F19")
def test_a_lost_message_is_asked_for_again(centre: CentreBench, node: FakeNode) -> None:
    first, lost, *rest = node.batches(20)
    [ack] = centre.acks(first, *rest)
    assert ack.seq == 20, "the ack stands before the gap"
    assert centre.count("events") == 20
    [ack] = centre.acks(lost, *rest)
    assert ack.seq == node.last
    assert [bytes(row["raw"]) for row in centre.rows("events", "id")] == node.raws


@pytest.mark.fault("F20")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(5)), data=st.data())
def test_any_order_ends_in_the_same_rows(centre: CentreBench, order: list[int], data: st.DataObject) -> None:
    name = f"n{centre.intake.counts['hellos']}"
    node = centre.enrol(FakeNode(name))
    centre.say(node.hello())
    node.record(*day(5))
    batches = node.batches(8)
    sent = [batches[i % len(batches)] for i in order]
    sent += [batches[i % len(batches)] for i in data.draw(st.lists(st.integers(0, 4), max_size=4))]
    for batch in sent:
        centre.say(batch)
    for batch in batches:  # the sender goes back to acked + 1
        centre.say(batch)
    [stream] = [row for row in centre.rows("streams") if row["node"] == name]
    stored = [row for row in centre.rows("events", "id") if row["stream"] == stream["id"]]
    assert [bytes(row["raw"]) for row in stored] == node.raws
    assert (stream["acked"], bytes(stream["hash"])) == (node.last, node.hashes[-1])


def test_after_a_restart_it_goes_on_where_it_stood(centre: CentreBench, node: FakeNode) -> None:
    centre.say(*node.batches(10)[:3])
    centre.restart()
    [ack] = centre.acks(*node.batches(10))
    assert ack.seq == node.last
    assert [bytes(row["raw"]) for row in centre.rows("events", "id")] == node.raws


def test_a_transaction_that_fails_leaves_nothing_and_can_be_tried_again(
    centre: CentreBench, node: FakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    from central.ingest import intake

    def fail(*_: object) -> None:
        raise RuntimeError("in the middle")

    first, *rest = node.batches(20)
    centre.say(first)
    with monkeypatch.context() as patched:
        patched.setattr(intake.presence.Desk, "flush", fail)  # after the rows were written
        with pytest.raises(RuntimeError):
            centre.say(*rest)
    assert centre.count("events") == 20
    [ack] = centre.acks(*rest)
    assert ack.seq == node.last
    assert [bytes(row["raw"]) for row in centre.rows("events", "id")] == node.raws, "acknowledged and there"


# --- what cannot be read -----------------------------------------------------

_DEEP = (
    b'{"seq":%d,"boot":"b","mono_ms":1,"at":1,"synced":true,"type":"Deep","v":1,"data":' + b"[" * 60 + b"]" * 60 + b"}"
)
UNREADABLE = {
    "nested": lambda seq: _DEEP % seq,
    "NaN": lambda seq: b'{"seq":%d,"boot":"b","mono_ms":NaN,"at":1,"synced":true,"type":"X","v":1,"data":{}}' % seq,
    "bad UTF-8": lambda seq: (
        b'{"seq":%d,"boot":"b","mono_ms":1,"at":1,"synced":true,"type":"X","v":1,"data":"\xff"}' % seq
    ),
    "oversize": lambda seq: (
        b'{"seq":%d,"boot":"b","mono_ms":1,"at":1,"synced":true,"type":"X","v":1,"data":"%s"}' % (seq, b"x" * 17_000)
    ),
    "no envelope": lambda seq: b'{"seq":%d}' % seq,
    "another number": lambda seq: (
        b'{"seq":%d,"boot":"b","mono_ms":1,"at":1,"synced":true,"type":"X","v":1,"data":{}}' % (seq + 5)
    ),
    "beyond 64 bits": lambda seq: (
        b'{"seq":%d,"boot":"b","mono_ms":1,"at":%d,"synced":true,"type":"X","v":1,"data":{}}' % (seq, 2**63)
    ),
}


@pytest.mark.fault("F33")
@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_unreadable_event_is_refused_then_a_dead_letter_and_the_stream_goes_on(
    centre: CentreBench, kind: str
) -> None:
    node = centre.enrol(FakeNode("bank"))
    node.record(*customer(1))
    bad = UNREADABLE[kind](node.last + 1)
    node.append(bad)
    seq = node.last
    node.record(*customer(2))

    [ack] = centre.acks(node.events(1))
    assert ack.seq == seq - 1
    assert [(r.from_, r.to) for r in ack.refused] == [(seq, seq)]
    assert centre.count("dead_letters") == 0, "asked for again first"
    [ack] = centre.acks(node.events(seq, 1))
    assert (ack.seq, ack.refused) == (seq, [])
    [ack] = centre.acks(node.events(seq + 1))
    assert (ack.seq, ack.hash) == (node.last, node.hashes[-1].hex())

    letter = centre.one("dead_letters")
    assert (letter["node"], letter["epoch"], letter["seq"]) == ("bank", node.epoch, seq)
    assert bytes(letter["raw"]) == bad, "kept byte for byte"
    assert centre.one("refusals")["first"] == seq
    assert centre.intake.counts["dead"] == 1
    assert centre.count("tickets") == 2


@pytest.mark.fault("F33")
def test_a_newer_event_type_is_kept_as_it_came(centre: CentreBench) -> None:
    node = centre.enrol(FakeNode("bank"))
    raw = b'{"seq":1,"boot":"b","mono_ms":1,"at":5,"synced":true,"type":"TeleportBegun","v":9,"data":{ "to" : [1e3] }}'
    node.append(raw)
    node.record(*customer(1))
    [ack] = centre.acks(node.events(1))
    assert ack.seq == node.last
    assert bytes(centre.rows("events", "id")[0]["raw"]) == raw
    assert centre.projector.counts["unknown"] == 1
    assert centre.count("tickets") == 1


@pytest.mark.fault("F33")
@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("events", b""),
        ("events", b"\xff\xfe"),
        ("events", b"[" * 100_000),
        ("events", b'{"boot":"b","conn":1,"epoch":"e","first":1,"prev_hash":"00","events":[{}]}'),
        ("events", b"x" * 70_000),
        ("hello", b"{}"),
        ("hello", b'{"proto":1,"conn":-1}'),
        ("lost", b'{"epoch":"e","from":5,"to":2,"prev_hash":"","next_hash":"%s","reason":""}' % (b"0" * 64)),
        ("taken", b'{"conn":"1"}'),
        ("state", b'{"node":"bank"}'),
        ("link", b"null"),
        ("nonsense", b"{}"),
    ],
)
def test_a_message_nobody_can_read_is_kept_counted_and_not_answered(
    centre: CentreBench, node: FakeNode, name: str, payload: bytes
) -> None:
    outs = centre.say((f"hk/1/bank/up/{name}", payload), *node.batches())
    letter = centre.one("dead_letters")
    assert (letter["topic"], letter["size"]) == (f"hk/1/bank/up/{name}", len(payload))
    assert bytes(letter["raw"]) == payload[:65536]
    assert letter["reason"]
    assert centre.intake.counts["unreadable"] == 1
    assert answers(outs, "ack")[0].seq == node.last, "what stands behind it is stored all the same"


def test_dead_letters_of_one_sender_are_bounded(centre: CentreBench, node: FakeNode) -> None:
    for _ in range(30):
        centre.say(*[("hk/1/bank/up/events", b"rubbish")] * 10)
    assert centre.count("dead_letters") == 100
    assert centre.intake.counts["unreadable"] == 300


def test_text_with_nul_is_stored_without_it(centre: CentreBench, node: FakeNode) -> None:
    centre.say(node.hello(hw="pi\0", version="1\0"))
    assert (centre.one("nodes")["hw"], centre.one("nodes")["version"]) == ("pi\ufffd", "1\ufffd")


def test_a_node_nobody_enrolled_is_refused(centre: CentreBench, node: FakeNode) -> None:
    stranger = FakeNode("stranger")
    stranger.record(*customer(1))
    outs = centre.say(stranger.hello(), stranger.events(1), stranger.state(), stranger.link())
    assert outs == []
    assert centre.count("events") == centre.count("streams") == 0
    assert centre.intake.counts["unknown_node"] == 4
    assert centre.count("dead_letters") == 4


def test_a_state_of_another_hall_is_refused(centre: CentreBench, node: FakeNode) -> None:
    centre.say(node.state(hall="elsewhere"), node.state(node="other"))
    assert centre.intake.counts["unreadable"] == 2
    assert centre.changes == []


# --- holes and forks ---------------------------------------------------------


def test_a_hole_stays_visible_and_the_stream_goes_on_behind_it(centre: CentreBench, node: FakeNode) -> None:
    centre.say(node.hello(), node.events(1, 10))
    [ack] = centre.acks(node.lost(11, 40, "pruned"), *node.batches(20)[2:])
    assert (ack.seq, ack.hash) == (node.last, node.hashes[-1].hex())
    assert (ack.boot, ack.conn) == (node.boot, node.conn)
    hole = centre.one("holes")
    assert (hole["first"], hole["last"], hole["reason"]) == (11, 40, "pruned")
    assert (hole["prev_hash"], hole["next_hash"]) == (node.hashes[10].hex(), node.hashes[40].hex())
    assert [row["seq"] for row in centre.rows("events", "id")] == [*range(1, 11), *range(41, node.last + 1)]
    centre.acks(node.lost(11, 40))
    assert centre.count("holes") == 1, "said twice it is one hole"


def test_a_hole_before_a_gap_waits(centre: CentreBench, node: FakeNode) -> None:
    assert centre.acks(node.events(1, 10), node.lost(20, 40))[0].seq == 10
    centre.say(node.hello())
    [ack] = centre.acks(node.lost(20, 40))
    assert ack.seq == 10
    assert centre.count("holes") == 0


def test_a_fork_is_recorded_and_neither_copy_overwritten(centre: CentreBench, node: FakeNode) -> None:
    clone = FakeNode("bank")
    clone.record(*day(2))
    clone.record(*customer(77))
    centre.say(*node.batches())
    differs = next(i for i, (a, b) in enumerate(itertools.zip_longest(node.raws, clone.raws), 1) if a != b)

    [ack] = centre.acks(*clone.batches())
    assert (ack.seq, ack.hash) == (node.last, node.hashes[-1].hex()), "the ack is the centre's own"
    fork = centre.one("forks")
    assert (fork["seq"], bytes(fork["raw"])) == (differs, clone.raws[differs - 1])
    assert bytes(fork["hash"]) == clone.hashes[differs]
    assert bytes(fork["stored_hash"]) == node.hashes[differs]
    assert centre.one("streams")["forked"]
    assert [bytes(row["raw"]) for row in centre.rows("events", "id")] == node.raws
    centre.acks(*clone.batches())
    assert centre.count("forks") == 1, "the same fork is noted once"


def test_events_that_do_not_continue_the_chain_are_a_fork(centre: CentreBench, node: FakeNode) -> None:
    centre.say(node.events(1, 10))
    node.hashes[10] = chain.link(bytes(32), "other", 1, b"")
    [ack] = centre.acks(node.events(11))
    assert ack.seq == 10
    assert centre.one("forks")["seq"] == 10


# --- link and state ----------------------------------------------------------


def test_a_stale_will_does_not_show_a_live_hall_as_offline(centre: CentreBench, node: FakeNode) -> None:
    node.conn = 6
    centre.say(node.hello(), node.link(True))
    centre.say(node.link(False, conn=5))
    assert centre.one("presence")["online"]
    assert centre.intake.counts["stale_links"] == 1
    centre.say(node.link(False, conn=6))
    assert not centre.one("presence")["online"]


def test_the_newest_state_is_kept_as_it_came(centre: CentreBench, node: FakeNode) -> None:
    node.conn = 2
    old, new = node.state(open=False), node.state()
    centre.say(old)
    centre.say(node.link(), new)
    node.conn = 1
    centre.say(node.state(open=False))
    row = centre.one("presence")
    assert bytes(row["state"]) == new[1]
    assert centre.intake.counts["stale_states"] == 1


def test_what_the_broker_kept_is_no_fresh_news(centre: CentreBench, node: FakeNode) -> None:
    topic, payload = node.state()
    told = msgspec.json.decode(payload)["at"]
    centre.wall = told + 3_600_000
    centre.say((topic, payload), retained=True)
    assert centre.one("presence")["state_at"] == told
    centre.say(node.link(), retained=True)
    first = centre.one("presence")["link_at"]
    centre.wall += 60_000
    centre.say(node.link(), retained=True)
    assert centre.one("presence")["link_at"] == first


def test_topics_of_the_centre_itself_are_not_taken_from_a_node(centre: CentreBench, node: FakeNode) -> None:
    centre.say((topics.down("bank", "ack"), b"{}"))
    assert centre.intake.counts["unreadable"] == 1
