"""Upward, over a real mosquitto, in MQTT 5 and 3.1.1: from the journal to a small centre that misbehaves."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from contract import chain
from contract.messages import Ack, Acked, Events
from contract.stream import Bucket
from edge.journal import Reader
from tests.broker import Broker
from tests.centre_peer import Peer
from tests.sync_node import SyncNode
from tests.waiting import until


def all_there(node: SyncNode, peer: Peer) -> None:
    """Everything the journal holds is at the centre, byte for byte, and the node knows."""
    until(lambda: peer.raws(node.epoch) == node.raws(), say=lambda: (len(peer.raws(node.epoch)), node.uplink.status))
    until(lambda: node.acknowledged and node.uplink.status.backlog == 0, say=lambda: node.uplink.status)
    assert peer.stores[node.epoch].receiver.tip == node.journal.head[1]


def test_first_contact_then_events_as_they_come(node: SyncNode, peer: Peer) -> None:
    node.open().journal.close()
    node.start().add(3)
    all_there(node, peer)
    (hello,) = peer.hellos()
    assert (hello.proto, hello.boot, hello.hw, hello.version, hello.lease) == (
        1,
        node.journal.boot,
        "pi-1",
        "1.0",
        None,
    )
    assert (hello.seen.generation, hello.seen.acked, hello.directive.generation) == (None, None, None)
    node.add(2)
    all_there(node, peer)
    assert node.uplink.status.online
    assert node.uplink.status.verdict == "continue"
    assert node.uplink.status.words == ""
    until(lambda: node.uplink.status.acked_at is not None)


def test_the_next_hello_carries_lease_generation_and_the_highest_ack(node: SyncNode, peer: Peer) -> None:
    node.start().add(5)
    all_there(node, peer)
    boot, tip = node.journal.boot, node.journal.head[1].hex()
    node.stop()
    node.start()
    until(lambda: len(peer.hellos()) == 2)
    hello = peer.hellos()[1]
    assert hello.lease == peer.offered[0]
    assert (hello.seen.generation, hello.seen.acked) == ("g1", Acked(node.epoch, 5, tip))
    assert hello.boot != boot
    assert hello.conn > peer.hellos()[0].conn


def test_a_lost_welcome_is_asked_for_again_with_the_same_lease(node: SyncNode, peer: Peer) -> None:
    peer.welcomes = False
    node.start().add(1)
    until(lambda: peer.hellos())
    assert not node.uplink.status.online
    until(lambda: "has not answered" in node.uplink.status.words)
    peer.welcomes = True
    all_there(node, peer)
    assert {(hello.lease, hello.conn) for hello in peer.heard["hello"]} == {(None, node.uplink.conn)}
    assert len(peer.heard["hello"]) > 1


@pytest.mark.fault("F18")
@pytest.mark.fault("F20")
def test_doubled_and_reordered_batches(node: SyncNode, peer: Peer) -> None:
    held: list[Events] = []

    def jumble(batch: Events) -> list[Events]:
        held.append(batch)
        if len(held) < 3:
            return []
        mixed = [held[2], held[0], held[1], held[1], held[0]]
        held.clear()
        return mixed

    node.open()
    node.add(2500)
    node.journal.close()
    peer.channel = jumble
    node.start()
    until(lambda: len(peer.raws(node.epoch)) >= 500)
    peer.channel = lambda batch: [batch, batch]
    all_there(node, peer)


@pytest.mark.fault("F19")
def test_lost_batches_are_sent_again(node: SyncNode, peer: Peer) -> None:
    lost: list[int] = []

    def lose(batch: Events) -> list[Events]:
        if len(lost) < 3 and batch.first > 1:
            lost.append(batch.first)
            return []
        return [batch]

    node.open()
    node.add(2000)
    node.journal.close()
    peer.channel = lose
    node.start()
    all_there(node, peer)
    assert len(lost) == 3


def test_lost_acks_cost_duplicates_and_nothing_else(node: SyncNode, peer: Peer) -> None:
    peer.silent = True
    node.start().add(10)
    until(lambda: len(peer.raws(node.epoch)) == 10)
    until(lambda: node.uplink.status.backlog == 10)
    peer.silent = False
    all_there(node, peer)


@pytest.mark.fault("F24")
def test_a_centre_that_does_not_commit_gets_probed_and_nothing_is_lost(node: SyncNode, peer: Peer) -> None:
    node.start()
    until(lambda: node.uplink.status.online)
    peer.mute = True
    node.add(3000)
    until(lambda: len(peer.heard["events"]) >= 2)
    until(lambda: node.uplink.status.backlog == 3000)
    assert len({batch.first for batch in peer.heard["events"]}) <= 8, "the window bounds what is on the way"
    peer.mute = False
    all_there(node, peer)


@pytest.mark.fault("F21")
def test_the_broker_is_killed_and_its_store_deleted(node: SyncNode, peer: Peer, mosquitto: Broker) -> None:
    node.start().add(100)
    all_there(node, peer)
    mosquitto.kill()
    mosquitto.wipe()
    node.add(100)
    until(lambda: not node.uplink.status.online)
    until(lambda: node.uplink.status.backlog == 100)
    mosquitto.start()
    all_there(node, peer)
    until(lambda: peer.hellos()[-1].conn == node.uplink.conn)


@pytest.mark.fault("F05")
def test_killed_between_sending_and_ack(node: SyncNode, peer: Peer, tmp_path: Path) -> None:
    node.open()
    node.add(700)
    node.journal.close()
    peer.silent = True
    command = [sys.executable, "-m", "tests.sync_node", tmp_path, node.node, str(node.centre.port), node.centre.version]
    program = subprocess.Popen(command)
    try:
        until(lambda: sum(len(store.rows) for store in list(peer.stores.values())) >= 700)
    finally:
        program.kill()
        program.wait()
    assert Reader(node.path).stream(node.epoch).acked == 0  # type: ignore[union-attr]
    peer.silent = False
    node.start()
    until(lambda: node.uplink.status.backlog == 0)
    assert peer.raws(node.epoch) == node.raws(), "stored once, though sent twice"


@pytest.mark.fault("F33")
def test_unreadable_events_are_sent_one_by_one_and_the_stream_goes_on(node: SyncNode, peer: Peer) -> None:
    bad = {4: b"\xff\xfe", 5: b'{"seq":5,"boot":NaN}', 11: b'{"seq":99}'}
    peer.welcomes = False  # nothing is on its way before all is spoilt
    node.start().add(20)
    until(lambda: peer.hellos())
    tip = spoil(node.path, bad)
    peer.welcomes = True
    until(lambda: len(peer.raws(node.epoch)) == 20)
    store = peer.stores[node.epoch]
    assert {d.seq: d.raw for d in store.dead} == bad
    assert peer.raws(node.epoch) == node.raws()
    assert store.receiver.tip == tip
    assert store.forks == []


def test_what_was_pruned_comes_as_lost_and_is_a_visible_hole(node: SyncNode, peer: Peer) -> None:
    node.open()
    node.add(30)
    tip = node.journal.hash_at(node.journal.place - 18)
    node.journal.close()
    drop(node.path, 12)
    node.start()
    until(lambda: node.uplink.status.backlog == 0)
    lost, *again = peer.heard["lost"]
    assert all(one == lost for one in again), "said again only when its acknowledgement took long"
    assert (lost.from_, lost.to, lost.reason, lost.next_hash) == (1, 12, "pruned", tip.hex() if tip else "")
    store = peer.stores[node.epoch]
    assert [(hole.first, hole.last) for hole in store.holes] == [(1, 12)]
    assert peer.raws(node.epoch) == node.raws()


def test_epochs_are_sent_oldest_first(node: SyncNode, peer: Peer) -> None:
    node.open()
    node.add(30)
    node.journal.close()
    old = node.epoch
    spoil(node.path, {28: b"{}"})
    peer.mute = True
    node.start().add(4)  # found damaged: a new epoch
    assert node.epoch != old
    until(lambda: peer.heard["events"])
    (hello,) = peer.hellos()
    heads = [(head.epoch, head.prev_epoch) for head in hello.streams]
    # the new one is named from its first event on, which may come a moment after the hello
    assert heads[0] == (old, None) and heads[1:] in ([], [(node.epoch, old)])
    assert {batch.epoch for batch in peer.heard["events"]} == {old}, "the new one waits until the old one is there"
    peer.mute = False
    until(lambda: peer.raws(old) + peer.raws(node.epoch) == node.raws())
    until(lambda: node.uplink.status.backlog == 0)
    epochs = [batch.epoch for batch in peer.heard["events"]]
    assert epochs == sorted(epochs, key=[old, node.epoch].index)


@pytest.mark.fault("F25")
def test_a_restored_centre_gets_again_what_it_lost(node: SyncNode, peer: Peer) -> None:
    peer.notice()
    node.start().add(50)
    all_there(node, peer)
    peer.forget("g2", {node.epoch: 20})
    until(lambda: len(peer.hellos()) == 2)
    all_there(node, peer)
    assert node.journal.generation == "g2"
    until(lambda: node.journal.seen.acked == Acked(node.epoch, 50, node.journal.head[1].hex()))


def test_a_restored_centre_that_knows_nothing_at_all_gets_everything_even_after_a_reboot(
    node: SyncNode, peer: Peer
) -> None:
    node.start().add(40)
    all_there(node, peer)
    node.stop()
    peer.forget("g2", {})
    peer.mute = True
    node.start()
    until(lambda: node.uplink.status.online)
    node.stop()  # the new generation is known now, and that nothing is acknowledged under it
    peer.mute = False
    node.start()
    all_there(node, peer)


def test_acks_that_went_back_make_the_node_say_hello(node: SyncNode, peer: Peer) -> None:
    """A centre restored without noticing: same generation, lower acks."""
    node.start().add(30)
    all_there(node, peer)
    with peer.lock:
        peer.stores.clear()
    node.add(5)
    until(lambda: len(peer.hellos()) >= 2)
    assert peer.hellos()[1].seen.acked.seq == 30  # type: ignore[union-attr]


def test_acks_for_others_and_forged_ones_change_nothing(node: SyncNode, peer: Peer) -> None:
    node.start()
    until(lambda: node.uplink.status.online)
    peer.mute = True
    node.add(10)
    until(lambda: peer.heard["events"])
    boot, conn = peer.conn or ("", 0)
    good = peer.heard["events"][-1]
    head, epoch = node.journal.head[1].hex(), node.epoch
    peer.say("ack", Ack("another-boot", conn, "g1", epoch, 10, head))
    peer.say("ack", Ack(boot, conn - 1, "g1", epoch, 10, head))
    peer.say("ack", Ack(boot, conn, "g0", epoch, 10, head))
    peer.say("ack", Ack(boot, conn, "g1", epoch, 11, head))
    peer.say("ack", Ack(boot, conn, "g1", "01OTHER", 10, head))
    peer.say("ack", b"\xff{]")
    peer.say("welcome", b"[" * 2000)
    peer.say("ack", Ack(boot, conn, "g1", epoch, 10, "0" * 64))
    peer.say("ack", b"the last to come")
    until(lambda: node.uplink.garbled == 3)
    until(lambda: "another history" in node.uplink.status.words)
    until(lambda: node.uplink.status.backlog == 10)
    peer.mute = False
    peer.batch(good)
    all_there(node, peer)


@pytest.mark.fault("F22")
def test_back_fill_is_paced_while_the_state_stays_fresh(node: SyncNode, peer: Peer) -> None:
    node.bucket = Bucket(rate=20.0, burst=500.0)
    node.open()
    node.add(2000)
    node.journal.close()
    node.start()
    until(lambda: len(peer.raws(node.epoch)) >= 500)
    node.add(1)
    until(lambda: len(peer.heard["state"]) >= 2)
    assert len(peer.raws(node.epoch)) < 1900, "the state did not wait for the back-fill"
    node.bucket.rate = 5000.0
    all_there(node, peer)


def spoil(path: Path, events: dict[int, bytes]) -> bytes:
    """Puts unreadable bytes into a journal with a sound chain, as a faulty program would; the chain's end."""
    with sqlite3.connect(path) as con:
        ((epoch,),) = con.execute("select epoch from stream").fetchall()
        digest = chain.GENESIS
        for seq, (place, body) in enumerate(con.execute("select place, body from event order by place").fetchall(), 1):
            raw = events.get(seq, body)
            digest = chain.link(digest, epoch, seq, raw)
            con.execute("update event set body = ?, hash = ? where place = ?", (raw, digest, place))
    con.close()
    return digest


def drop(path: Path, upto: int) -> None:
    """Prunes the first events though nobody acknowledged them."""
    with sqlite3.connect(path) as con:
        rows = con.execute("select place, hash from event order by place limit ?", (upto,)).fetchall()
        con.execute("update stream set first = ?, prev_hash = ?", (upto + 1, rows[-1][1]))
        con.execute("delete from event where place <= ?", (rows[-1][0],))
    con.close()
