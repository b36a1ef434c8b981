"""Downward, over a real mosquitto, in MQTT 5 and 3.1.1: a small centre's directives into a real line."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from central.signing import Signer
from contract.directives import Directive
from contract.events import DirectiveAnswered, DirectiveTaken
from contract.messages import Directives
from edge import config
from edge.clock import Clock, wall_ms
from edge.engine import Engine
from edge.journal import Journal, Reader
from edge.sync.report import state_report
from edge.sync.uplink import Uplink
from tests.centre_peer import Peer
from tests.sync_node import SyncNode
from tests.waiting import until

HALL = Path("firmware_config/halls/bank-branch.toml")


class Hall:
    """A whole line with its uplink."""

    def __init__(self, node: SyncNode) -> None:
        self.journal = Journal.open(node.path, boot=uuid.uuid4().hex, version="1.0", hw="pi-1")
        self.clock = Clock()
        self.engine = Engine(self.journal, self.clock, config.load(HALL))
        self.engine.start()
        self.uplink = Uplink(
            node.node,
            node.centre,
            keeping=self.journal,
            reading=Reader(node.path),
            taking=self.engine,
            report=lambda conn: state_report(
                self.engine.view,
                self.clock.stamp(),
                node=node.node,
                boot=self.journal.boot,
                conn=conn,
                epoch=self.journal.epoch,
                devices=[],
            ),
            wall=wall_ms,
            timeout_s=1.0,
            jitter=lambda: 0.0,
        )
        self.engine.subscribe(self.uplink.changed)
        self.uplink.start()

    def stop(self) -> None:
        self.uplink.close()
        self.engine.stop()

    def taken(self) -> list[str]:
        return [each.event.id for each in self.journal.replay() if isinstance(each.event, DirectiveTaken)]

    def answers(self) -> dict[str, str]:
        return {e.event.id: e.event.outcome for e in self.journal.replay() if isinstance(e.event, DirectiveAnswered)}


@pytest.fixture
def hall(node: SyncNode, peer: Peer) -> Iterator[Hall]:
    """Welcomed by `peer`."""
    hall = Hall(node)
    until(lambda: hall.uplink.status.online)
    yield hall
    hall.stop()


def suspended(hall: Hall) -> Callable[[], bool]:
    return lambda: hall.engine.view.suspended == "flood"


def test_directives_are_taken_in_order_and_told_after_the_commit(hall: Hall, peer: Peer) -> None:
    notice = {"id": "n1", "text": {"en": "Closed on Monday"}, "until": 1}
    peer.direct(1, ("d1", "NoticeAdded", notice, None), ("d2", "HallSuspended", {"reason": "flood"}, 60))
    until(lambda: peer.taken() and peer.taken()[-1].seq == 2)
    assert hall.taken() == ["d1", "d2"]
    assert suspended(hall)()
    assert hall.journal.directive_cursor == type(hall.journal.directive_cursor)("g1", 2)
    until(lambda: any(b'"DirectiveAnswered"' in raw for raw in peer.raws(hall.journal.epoch)))


@pytest.mark.fault("F29")
def test_sent_twice_it_has_one_effect_and_is_answered_each_time(hall: Hall, peer: Peer) -> None:
    for nth in (1, 2, 3):
        peer.direct(1, ("d1", "HallSuspended", {"reason": "flood"}, 60))
        until(lambda nth=nth: len(peer.taken()) >= nth and peer.taken()[-1].seq == 1)  # type: ignore[misc]
    for _ in range(3):  # in one breath: they may be answered together
        peer.direct(1, ("d1", "HallSuspended", {"reason": "flood"}, 60))
    peer.direct(2, ("d1", "HallSuspended", {"reason": "flood"}, 60))
    until(lambda: peer.taken()[-1].seq == 2)
    assert hall.taken() == ["d1"]


@pytest.mark.fault("F30")
def test_expired_unknown_and_malformed_ones_are_answered(hall: Hall, peer: Peer) -> None:
    peer.direct(
        1,
        ("late", "HallSuspended", {"reason": "flood"}, 0),
        ("odd", "MakeCoffee", {}, 60),
        ("bad", "HallSuspended", {"reason": 7}, 60),
    )
    until(lambda: peer.taken() and peer.taken()[-1].seq == 3)
    assert hall.answers() == {"late": "expired", "odd": "unsupported", "bad": "refused"}
    assert hall.engine.view.suspended is None


def test_what_names_another_boot_connection_or_generation_is_ignored(hall: Hall, peer: Peer) -> None:
    assert peer.conn is not None
    right, generation = peer.conn, peer.generation
    for conn, life in (((right[0], right[1] + 1), "g1"), (("other", right[1]), "g1"), (right, "g9")):
        peer.conn, peer.generation = conn, life
        peer.direct(1, ("forged", "HallSuspended", {"reason": "flood"}, 60))
    peer.conn, peer.generation = right, generation
    peer.direct(1, ("right", "HallResumed", {}, 60))
    until(lambda: peer.taken() and peer.taken()[-1].seq == 1)
    assert hall.taken() == ["right"]


SECRET = "the centre's secret, forty-eight characters long"


@pytest.fixture
def enrolled(node: SyncNode, peer: Peer) -> Iterator[Hall]:
    """A hall that knows the public key of its centre, and a centre that signs."""
    peer.signer = Signer(SECRET)
    node.centre = msgspec.structs.replace(node.centre, verify_key=peer.signer.public_key)
    hall = Hall(node)
    until(lambda: hall.uplink.status.online)
    yield hall
    hall.stop()


@pytest.mark.fault("F31")
def test_a_forged_directive_is_refused_and_counted_and_the_true_one_still_comes(enrolled: Hall, peer: Peer) -> None:
    true = peer.signer
    for forger in (None, Signer("another secret that is as long as the true one")):
        peer.signer = forger
        peer.direct(1, ("forged", "HallSuspended", {"reason": "flood"}, 60))
    until(lambda: enrolled.uplink.forged == 2)
    until(lambda: "not signed by the centre" in enrolled.uplink.status.words)
    peer.signer = true
    peer.direct(1, ("right", "HallSuspended", {"reason": "flood"}, 60))
    until(suspended(enrolled))
    assert enrolled.taken() == ["right"]


@pytest.mark.fault("F31")
def test_what_the_centre_signed_for_another_node_or_life_or_place_cannot_be_replayed(
    enrolled: Hall, peer: Peer, node: SyncNode
) -> None:
    assert peer.signer is not None and peer.conn is not None
    data = msgspec.Raw(b'{"reason":"flood"}')
    said = Directive(1, "d1", "command", 60, "HallSuspended", data)
    stolen = [
        (said, peer.signer.sign("another-node", "g1", said)),
        (said, peer.signer.sign(node.node, "g0", said)),
        (said, peer.signer.sign(node.node, "g1", msgspec.structs.replace(said, seq=7))),
        (said, peer.signer.sign(node.node, "g1", msgspec.structs.replace(said, ttl_s=1))),
        (said, peer.signer.sign(node.node, "g1", msgspec.structs.replace(said, data=msgspec.Raw(b'{"reason":"x"}')))),
    ]
    for n, (directive, sig) in enumerate(stolen, 1):
        sent = msgspec.structs.replace(directive, sig=sig)
        peer.say("directives", Directives(*peer.conn, "g1", 1, [sent]))
        until(lambda n=n: enrolled.uplink.forged == n)
    # and the true one, taken once, has no second effect when it is said again
    for _ in range(2):
        peer.direct(1, ("d1", "HallSuspended", {"reason": "flood"}, 60))
    until(suspended(enrolled))
    peer.direct(2, ("d2", "HallResumed", {}, 60))
    until(lambda: enrolled.engine.view.suspended is None)
    peer.direct(1, ("d1", "HallSuspended", {"reason": "flood"}, 60))
    peer.direct(3, ("d3", "HallResumed", {}, 60))
    until(lambda: peer.taken() and peer.taken()[-1].seq == 3)
    assert enrolled.taken() == ["d1", "d2", "d3"] and enrolled.engine.view.suspended is None


def test_behind_a_gap_nothing_is_taken_and_the_centre_hears_how_far_we_are(hall: Hall, peer: Peer) -> None:
    peer.direct(1, ("d1", "HallResumed", {}, 60))
    until(lambda: peer.taken() and peer.taken()[-1].seq == 1)
    said = len(peer.taken())
    peer.direct(3, ("d3", "HallSuspended", {"reason": "flood"}, 60))
    until(lambda: len(peer.taken()) > said)
    assert peer.taken()[-1].seq == 1
    peer.direct(2, ("d2", "HallResumed", {}, 60), ("d3", "HallSuspended", {"reason": "flood"}, 60))
    until(suspended(hall))
    assert hall.taken() == ["d1", "d2", "d3"]


def test_a_batch_that_is_not_numbered_one_by_one_is_dropped(hall: Hall, peer: Peer) -> None:
    assert peer.conn is not None
    peer.direct(5, ("d5", "HallResumed", {}, 60))
    until(lambda: peer.taken())
    good = Directives(*peer.conn, "g1", 1, [])
    peer.say("directives", good)
    payload = b'{"boot":"%s","conn":%d,"generation":"g1","first":1,"directives":[' % (
        peer.conn[0].encode(),
        peer.conn[1],
    )
    one = b'{"seq":%d,"id":"x%d","kind":"command","ttl_s":60,"type":"HallSuspended","data":{"reason":"flood"}}'
    peer.say("directives", payload + one % (1, 1) + b"," + one % (3, 3) + b"]}")
    peer.direct(1, ("d1", "HallResumed", {}, 60))
    until(lambda: peer.taken()[-1].seq == 1)
    assert hall.taken() == ["d1"]


def test_a_new_life_of_the_centre_begins_at_one_and_the_node_goes_on_over_a_restart(
    hall: Hall, peer: Peer, node: SyncNode
) -> None:
    peer.direct(1, ("d1", "HallResumed", {}, 60), ("d2", "HallResumed", {}, 60))
    until(lambda: peer.taken() and peer.taken()[-1].seq == 2)
    peer.forget("g2", {})
    until(lambda: len(peer.hellos()) == 2 and hall.uplink.status.online)
    assert (peer.hellos()[1].directive.generation, peer.hellos()[1].directive.seq) == ("g1", 2)
    peer.direct(1, ("s1", "SnapshotBegun", {}, None), ("s2", "SnapshotEnded", {}, None))
    until(lambda: (peer.taken()[-1].generation, peer.taken()[-1].seq) == ("g2", 2))
    hall.stop()
    again = Hall(node)
    try:
        until(lambda: len(peer.hellos()) == 3)
        assert (peer.hellos()[2].directive.generation, peer.hellos()[2].directive.seq) == ("g2", 2)
        until(lambda: again.uplink.status.online)
        peer.direct(3, ("d3", "HallSuspended", {"reason": "flood"}, 60))
        until(suspended(again))
        assert again.taken() == ["d1", "d2", "s1", "s2", "d3"]
    finally:
        again.stop()


def test_a_quarantine_is_kept_and_told_and_the_hall_serves_on(node: SyncNode, peer: Peer) -> None:
    peer.verdict = "quarantine"
    hall = Hall(node)
    try:
        until(lambda: hall.uplink.status.verdict == "quarantine")
        assert hall.journal.noted("verdict") == "quarantine"
        assert hall.engine.health.status == "running"
    finally:
        hall.stop()


def test_the_state_is_the_halls_and_follows_it(hall: Hall, peer: Peer) -> None:
    until(lambda: peer.state() is not None and peer.state().seq == hall.journal.head[0])  # type: ignore[union-attr]
    state = peer.state()
    assert state is not None
    assert (state.hall, state.conn, state.boot) == (hall.engine.view.hall, hall.uplink.conn, hall.journal.boot)
    assert [c.id for c in state.counters] == [c.id for c in hall.engine.view.counters]
    assert [s.id for s in state.services] == [s.id for s in hall.engine.view.services]
    before = len(peer.heard["state"])
    peer.direct(1, ("d1", "HallSuspended", {"reason": "flood"}, 60))
    until(lambda: len(peer.heard["state"]) > before and not peer.state().open)  # type: ignore[union-attr]
