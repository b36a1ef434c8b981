"""Old images and clones at the centre: judged, put aside, let in; on each kind of database, without a broker."""

import copy
import threading

import pytest
from sqlalchemy import Connection

from central.audit import Actor
from central.db.engine import writing
from central.errors import Refused, Unknown
from central.ingest import copies
from contract import messages
from contract.events import EpochBegun
from tests.centre import CentreBench, answers, eventually
from tests.fakenode import FakeNode, customer, day

MINUTE = 60_000
BOSS = Actor("boss")


@pytest.fixture
def node(centre: CentreBench) -> FakeNode:
    """Welcomed twice, with a day's beginning acknowledged."""
    node = centre.enrol(FakeNode("bank"))
    node.record(*day(3))
    greet(centre, node)
    send(centre, node)
    greet(centre, node)
    return node


def greet(centre: CentreBench, node: FakeNode, **changes: object) -> messages.Welcome:
    """A whole hello on a connection of its own; the node remembers the answer."""
    node.conn += 1
    outs = centre.say(node.link(), node.hello(**changes))
    [welcome] = answers(outs, "welcome")
    for out in outs:
        if out.topic.endswith("welcome"):
            node.hear(out.topic, out.payload)
    assert isinstance(welcome, messages.Welcome)
    return welcome


def send(centre: CentreBench, node: FakeNode) -> None:
    first = node.acked.seq + 1 if node.acked is not None else 1
    for out in centre.say(node.events(first)):
        node.hear(out.topic, out.payload)


def image(node: FakeNode) -> FakeNode:
    """What a copy of the card would start as."""
    found = copy.deepcopy(node)
    found.boot = f"{node.boot}-copy"
    return found


def renewed(node: FakeNode, epoch: str = "01J00000000000000000000002") -> FakeNode:
    """The node after it has ended its epoch."""
    new = FakeNode(node.name, epoch=epoch)
    new.boot, new.conn, new.lease, new.generation = node.boot, node.conn, node.lease, node.generation
    new.acked = None
    new.record(EpochBegun(node.epoch, "the centre", node.last))
    return new


def head(node: FakeNode, before: str | None) -> messages.StreamHead:
    return messages.StreamHead(node.epoch, before, 1, "00" * 32, node.last, node.hashes[-1].hex())


def leave(centre: CentreBench, node: FakeNode) -> None:
    centre.say(node.link(online=False))


def stored(centre: CentreBench) -> list[bytes]:
    return [bytes(row["raw"]) for row in centre.rows("events", "id")]


def test_an_old_image_is_told_to_begin_anew_and_learns_todays_numbers(centre: CentreBench, node: FakeNode) -> None:
    old = image(node)
    node.record(*customer(76), *customer(77))
    send(centre, node)
    centre.projector.catch_up()
    leave(centre, node)
    old.record(*customer(78))
    welcome = greet(centre, old)
    assert (welcome.verdict, welcome.ends) == ("new_epoch", node.epoch)
    assert welcome.numbers == {"2026-11-22": 77}
    assert "an old image" in welcome.reason
    assert stored(centre) == node.raws, "nothing is overwritten"

    new = renewed(old)
    again = greet(centre, new, streams=[head(old, None), head(new, old.epoch)])
    assert (again.verdict, again.ends) == ("continue", None)
    send(centre, new)
    assert stored(centre) == node.raws + new.raws


def test_the_original_that_comes_back_after_its_image_stands_aside(centre: CentreBench, node: FakeNode) -> None:
    """Whichever speaks first goes on; they do not take turns in beginning anew."""
    old = image(node)
    greet(centre, node)
    leave(centre, node)
    assert greet(centre, old).verdict == "new_epoch"
    new = renewed(old)
    greet(centre, new, streams=[head(new, old.epoch)])
    leave(centre, new)
    node.boot = "boot-9"
    assert greet(centre, node).verdict == "quarantine"


def test_a_clone_beside_the_node_stands_aside_and_nothing_of_it_is_taken(centre: CentreBench, node: FakeNode) -> None:
    clone = image(node)
    greet(centre, node)
    welcome = greet(centre, clone)
    assert (welcome.verdict, welcome.ends, welcome.streams) == ("quarantine", node.epoch, [])
    [aside] = centre.rows("quarantines", "id")
    assert (aside["node"], aside["boot"], aside["lease"]) == ("bank", clone.boot, welcome.lease)

    node.record(*customer(50))
    clone.record(*customer(51))
    new = renewed(clone)
    assert answers(centre.say(clone.events(clone.last), new.events(1)), "ack") == []
    send(centre, node)
    assert stored(centre) == node.raws
    assert len(centre.rows("streams", "id")) == 1
    assert centre.intake.counts["from_copies"] == 2

    row = centre.one("nodes")
    assert (row["boot"], row["conn"]) == (node.boot, node.conn), "the node goes by its name as before"
    assert greet(centre, node).verdict == "continue"
    presence = centre.one("presence")
    assert (presence["boot"], presence["online"]) == (node.boot, True)
    centre.say(clone.link(online=False), clone.state(open=False))
    assert centre.one("presence")["online"], "what a copy reports is not the node's"


def test_a_copy_stays_aside_over_its_reboots(centre: CentreBench, node: FakeNode) -> None:
    clone = image(node)
    greet(centre, node)
    first = greet(centre, clone)
    verdicts = centre.count("verdicts")
    assert greet(centre, clone).lease == first.lease
    assert centre.count("verdicts") == verdicts, "who asks again is not written down again"
    leave(centre, node)
    centre.wall += 60 * MINUTE
    clone.boot = "boot-of-tomorrow"
    assert greet(centre, renewed(clone)).verdict == "quarantine"
    assert [row["boot"] for row in centre.rows("quarantines", "id")] == ["boot-of-tomorrow"]


def test_an_image_that_cannot_begin_anew_is_written_down_once(centre: CentreBench, node: FakeNode) -> None:
    """Its disk refuses: it asks every few seconds, and each verdict is told to people."""
    old = image(node)
    greet(centre, node)
    leave(centre, node)
    held, verdicts = old.lease, centre.count("verdicts")
    for _ in range(3):
        old.lease = held
        assert greet(centre, old).verdict == "new_epoch"
    assert centre.count("verdicts") == verdicts + 1


def test_a_fork_met_in_the_middle_of_a_connection(centre: CentreBench, node: FakeNode) -> None:
    """Both were let in: the clone had counted more connections, and the node's newest lease was not used yet."""
    clone = image(node)
    leave(centre, node)
    clone.conn += 5
    assert greet(centre, clone).verdict == "continue"
    clone.record(*customer(50))
    send(centre, clone)
    node.record(*customer(51))
    outs = centre.say(node.events(node.last - 6))
    [welcome] = answers(outs, "welcome")
    assert (welcome.boot, welcome.verdict, welcome.ends) == (node.boot, "quarantine", node.epoch)
    assert stored(centre) == clone.raws
    assert centre.count("forks") == 1
    assert answers(centre.say(node.events(node.last)), "ack") == []


def test_who_goes_by_the_name_and_forks_goes_by_it_no_more(centre: CentreBench, node: FakeNode) -> None:
    clone = image(node)
    clone.record(*customer(51))
    centre.say(clone.events(clone.last - 6))
    node.record(*customer(50))
    outs = centre.say(node.events(node.last - 6))
    assert answers(outs, "welcome")[0].verdict == "quarantine"
    assert centre.one("nodes")["boot"] is None


def test_late_news_of_the_original_do_not_put_its_image_aside(centre: CentreBench, node: FakeNode) -> None:
    """The image ended that epoch already: what of it differs stays where it is."""
    old = image(node)
    leave(centre, node)
    old.record(*customer(60))
    greet(centre, old)
    new = renewed(old)
    greet(centre, new, streams=[head(old, None), head(new, old.epoch)])
    node.record(*customer(61))
    centre.say(node.events(node.last - 6))
    [ack] = answers(centre.say(old.events(old.last - 6)), "ack")
    assert (ack.epoch, ack.hash) == (node.epoch, node.hashes[-1].hex())
    assert centre.count("quarantines") == 0


# --- no false alarms -----------------------------------------------------------


def test_welcomes_that_are_lost_in_every_order(centre: CentreBench, node: FakeNode) -> None:
    held = node.lease
    offered = greet(centre, node).lease
    node.lease = held
    assert greet(centre, node).lease == offered, "the same again, since it may hold it already"
    node.lease = held
    node.boot = "boot-2"
    assert greet(centre, node).verdict == "continue"
    node.boot = "boot-3"
    assert greet(centre, node).verdict == "continue"
    assert centre.count("quarantines") == 0


def test_leases_of_before_are_not_judged_when_the_centre_began_anew(centre: CentreBench, node: FakeNode) -> None:
    """A backup remembers older leases than the node shows."""
    with writing(centre.database).begin() as connection:
        before = connection.exec_driver_sql("SELECT lease, lease_offered, conn FROM nodes").one()
    node.boot = "boot-2"
    greet(centre, node)
    greet(centre, node)
    with writing(centre.database).begin() as connection:
        from central import generations

        generations.begin(connection, centre.wall, "restored from a backup")
        connection.exec_driver_sql(
            f"UPDATE nodes SET lease = '{before[0]}', lease_offered = '{before[1]}', conn = {before[2]}, boot = NULL"
        )
    centre.restart()
    held = node.lease
    node.boot = "boot-3"
    assert greet(centre, node).verdict == "continue"
    node.lease, node.boot = held, "boot-4"
    assert greet(centre, node).verdict == "continue", "that welcome was lost, and what it showed counts now"


def test_a_new_board_of_that_name_learns_where_the_numbers_of_the_day_are(centre: CentreBench, node: FakeNode) -> None:
    node.record(*customer(123))
    send(centre, node)
    leave(centre, node)
    board = FakeNode("bank", epoch="01J00000000000000000000007")
    board.boot, board.conn = "boot-of-a-new-board", 0
    board.record(EpochBegun(None, "new"))
    welcome = greet(centre, board, hw="pi-2")
    assert (welcome.verdict, welcome.ends, welcome.numbers) == ("new_epoch", board.epoch, {"2026-11-22": 123})
    new = renewed(board)
    again = greet(centre, new, hw="pi-2", streams=[head(board, None), head(new, board.epoch)])
    assert again.verdict == "continue"


def test_the_same_card_in_another_board_goes_on(centre: CentreBench, node: FakeNode) -> None:
    leave(centre, node)
    node.boot = "boot-2"
    welcome = greet(centre, node, hw="pi-2")
    assert (welcome.verdict, welcome.reason) == ("continue", "new hardware")


# --- the office ------------------------------------------------------------------


def test_the_office_lets_a_copy_in_when_the_other_is_off(centre: CentreBench, node: FakeNode) -> None:
    clone = image(node)
    clone.record(*customer(51))
    greet(centre, node)
    greet(centre, clone)
    [row] = centre.rows("quarantines", "id")
    with writing(centre.database).begin() as connection, pytest.raises(Refused, match="switch it off"):
        copies.let_in(connection, "bank", row["id"], BOSS, centre.wall)
    leave(centre, node)
    with writing(centre.database).begin() as connection:
        copies.let_in(connection, "bank", row["id"], BOSS, centre.wall)
    new = renewed(clone)
    assert greet(centre, new, streams=[head(clone, None), head(new, clone.epoch)]).verdict == "continue"
    send(centre, new)
    assert stored(centre)[-1] == new.raws[-1]
    assert centre.rows("audit", "id")[-1]["action"] == "copy.decided"

    node.boot = "boot-2"
    assert greet(centre, node).verdict == "quarantine", "the other one is the copy now"


def test_a_node_that_is_back_on_the_line_is_heard_before_its_first_report(centre: CentreBench, node: FakeNode) -> None:
    centre.say(node.state())
    clone = image(node)
    greet(centre, node)
    greet(centre, clone)
    centre.wall += 10 * MINUTE
    greet(centre, node)
    [row] = centre.rows("quarantines", "id")
    with writing(centre.database).begin() as connection, pytest.raises(Refused, match="switch it off"):
        copies.let_in(connection, "bank", row["id"], BOSS, centre.wall)


def test_only_the_copy_itself_is_let_in(centre: CentreBench, node: FakeNode) -> None:
    """A board that never had a lease comes first: it learns where the numbers of the day are."""
    clone = image(node)
    greet(centre, node)
    greet(centre, clone)
    leave(centre, node)
    [row] = centre.rows("quarantines", "id")
    with writing(centre.database).begin() as connection:
        copies.let_in(connection, "bank", row["id"], BOSS, centre.wall)
    board = FakeNode("bank", epoch="01J00000000000000000000007")
    board.boot, board.conn = "boot-of-a-new-board", 0
    board.record(EpochBegun(None, "new"))
    assert greet(centre, board, hw="pi-2").verdict == "new_epoch"


def test_a_copy_asks_while_the_office_lets_it_in(centre: CentreBench, node: FakeNode) -> None:
    """Whichever comes first: it is not both let in and aside."""
    clone = image(node)
    greet(centre, node)
    greet(centre, clone)
    leave(centre, node)
    [row] = centre.rows("quarantines", "id")
    asking = threading.Thread(target=greet, args=(centre, clone))
    with writing(centre.database).begin() as connection:
        copies.let_in(connection, "bank", row["id"], BOSS, centre.wall)
        asking.start()
        if connection.dialect.name == "postgresql":
            eventually(lambda: waits(connection))
    asking.join(20)
    assert not asking.is_alive()
    [row] = centre.rows("quarantines", "id")
    assert (row["let_in"], row["ended_by"]) == (True, "boss")
    assert centre.one("nodes")["boot"] == clone.boot


def waits(connection: Connection) -> bool:
    """Whether somebody waits for a lock."""
    return bool(connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar())


def test_a_copy_that_was_said_to_be_gone_and_comes_again_stands_aside_again(
    centre: CentreBench, node: FakeNode
) -> None:
    clone = image(node)
    greet(centre, node)
    greet(centre, clone)
    [row] = centre.rows("quarantines", "id")
    with writing(centre.database).begin() as connection:
        copies.gone(connection, "bank", row["id"], BOSS, centre.wall)
    with writing(centre.database).begin() as connection, pytest.raises(Unknown):
        copies.gone(connection, "bank", row["id"], BOSS, centre.wall)
    assert centre.one("quarantines")["ended_by"] == "boss"
    leave(centre, node)
    assert greet(centre, renewed(clone)).verdict == "quarantine"
    assert centre.one("quarantines")["ended_at"] is None
