"""The read models follow the events exactly, whatever the batches were, and can be made again."""

from collections.abc import Callable, Sequence

import msgspec
import pytest
from sqlalchemy import text

from central.db.engine import writing
from central.ingest.projector import Arrived
from contract import events as e
from contract.catalogue import Catalogue, Counter, Rules, Service
from contract.events import Event
from tests.centre import CentreBench
from tests.fakenode import FakeNode, customer, day


def eventful_day() -> list[Event]:
    """A day with one of everything that changes a read model."""
    savings = Service("savings", "A", {"zh": "储蓄", "en": "Savings"})
    loans = Service("loans", "B", {"zh": "贷款", "en": "Loans"})
    counters = tuple(Counter(i, {"en": f"Counter {i}"}, (("savings", "loans"),)) for i in ("1", "2"))
    offered = Catalogue(1, "bank", {"en": "Bank"}, (savings, loans), counters)
    sheet = e.ServiceSheet("savings", 12, 9, 2, 1, 0, 200, 900, 300, {"5": 4})
    restored = customer(10)
    return [
        e.NodeStarted("1.0", "pi-0001"),
        e.CatalogueChanged(offered),
        e.RulesChanged(Rules()),
        *day(9),
        *restored,
        e.TicketRestored(restored[0].ticket, "A010", 3, "w07"),  # type: ignore[attr-defined]
        e.CounterOpened("2", "w08"),
        *customer(11)[:4],
        e.TicketRecalled("20261122-A011", "A011", "1", 2),
        e.ServiceStarted("20261122-A011", "1", "w07"),
        e.TicketTransferred("20261122-A011", "A011", "1", "savings", "loans", None, 0),
        *customer(12)[:6],
        e.StepUndone("20261122-A012", "1", "finish", "serving"),
        e.ServiceFinished("20261122-A012", "1", "w07"),
        e.TicketVoided("20261122-A011", "A011", "closing"),
        e.CounterPaused("2", "w08", "lunch", "w07"),
        e.DeviceFailed("printer", "printer", "paper out"),
        e.DeviceFailed("printer", "printer", "cover open"),
        e.DeviceRecovered("printer", "printer"),
        e.DeviceFailed("printer", "printer", "paper out"),
        e.SlipStarted("20261122-A012", True),
        e.SlipFailed("20261122-A012", True, "paper out"),
        e.SlipLeftToStaff("20261122-A011", "A011"),
        e.DirectiveTaken("g", 1, "d1", "fact", "RulesChanged", {"rules": {"rings": 4}}),
        e.RulesChanged(Rules(rings=4)),
        e.DirectiveAnswered("d1", "done", ""),
        e.RulesChanged(Rules(rings=4)),
        e.AlarmRaised("1-1", "help", "counter:1", "w07"),
        e.AlarmClosed("1-1", "w08", "an angry customer; calm again"),
        e.EmergencyDeclared("power", "w08"),
        e.EmergencyDeclared("fire", "w07"),
        e.EmergencyEnded("w08"),
        e.AlarmRaised("1-2", "silent", "counter:2", "w08"),
        e.CounterClosed("1", "w07"),
        e.DayClosed("2026-11-22", (sheet,)),
    ]


@pytest.fixture
def node(centre: CentreBench) -> FakeNode:
    node = centre.enrol(FakeNode("bank"))
    node.record(*eventful_day())
    return node


def test_a_rebuild_gives_identical_rows(centre: CentreBench, node: FakeNode) -> None:
    other = centre.enrol(FakeNode("hall-2"))
    other.record(*eventful_day())
    for pair in zip(node.batches(5), other.batches(5), strict=True):
        centre.say(*pair)
    before = centre.read_models()
    assert all(before.values()), "every read model has rows, or the test says nothing"
    done: list[int] = []
    assert centre.projector.rebuild(done.append) == node.last + other.last == sum(done)
    assert centre.read_models() == before


def test_a_rebuild_replaces_what_was_wrong(centre: CentreBench, node: FakeNode) -> None:
    centre.say(*node.batches())
    before = centre.read_models()
    with writing(centre.database).begin() as connection:
        connection.execute(text("UPDATE tickets SET status = 'nonsense', wait_s = -1"))
        connection.execute(text("DELETE FROM counters"))
    assert centre.read_models() != before
    centre.projector.rebuild()
    assert centre.read_models() == before


@pytest.mark.parametrize("size", [1, 2, 13])
def test_the_size_of_the_batches_does_not_matter(centre: CentreBench, node: FakeNode, size: int) -> None:
    for batch in node.batches(size):
        centre.say(batch)
    in_small_ones = centre.read_models()
    centre.projector.rebuild()
    assert centre.read_models() == in_small_ones


def test_it_catches_up_with_what_it_missed(centre: CentreBench, node: FakeNode) -> None:
    take, centre.projector.take = centre.projector.take, lambda arrived: None  # type: ignore[method-assign, assignment]
    first, *rest = node.batches(20)
    centre.say(first, *rest[:-1])
    assert centre.count("tickets") == 0
    centre.projector.take = take  # type: ignore[method-assign]
    centre.say(rest[-1])
    assert centre.projector.behind() == 0
    assert centre.count("tickets") == 12
    missed = centre.read_models()
    centre.projector.rebuild()
    assert centre.read_models() == missed


def test_two_projectors_fold_every_event_once(centre: CentreBench, node: FakeNode) -> None:
    """As when a rebuild runs beside the serving centre."""
    from central.ingest.projector import Projector

    batches = node.batches(10)
    centre.say(*batches[:3])
    Projector(centre.database).rebuild()
    centre.say(*batches[3:])
    rows = centre.rows("tickets")
    assert {row["ticket"]: row["calls"] for row in rows}["20261122-A011"] == 2
    assert sum(row["passes"] for row in rows) == 1


def test_events_another_one_has_folded_are_not_folded_again(centre: CentreBench, node: FakeNode) -> None:
    from central.ingest.projector import Projector

    take, other = centre.projector.take, Projector(centre.database)

    def late(arrived: Sequence[Arrived]) -> None:
        other.catch_up()
        take(arrived)

    centre.projector.take = late  # type: ignore[method-assign]
    centre.say(*node.batches(10))
    assert (other.counts["folded"], centre.projector.counts["folded"]) == (len(node.raws) - 1, 0)
    assert sum(row["passes"] for row in centre.rows("tickets")) == 1


POISON: dict[str, Callable[[], Event]] = {
    "NUL": lambda: e.TicketRecalled("20261122-A001", "A\0", "1\0", 2),
    "beyond 64 bits": lambda: e.TicketRated("20261122-A001", "1", "w07", "savings", 2**63, "api"),
    "long key": lambda: e.DeviceFailed("d" * 5000, "printer", "x"),
}


@pytest.mark.fault("F33")
@pytest.mark.parametrize("kind", POISON)
def test_a_fact_no_row_can_hold_is_left_out_alone(centre: CentreBench, kind: str) -> None:
    node = centre.enrol(FakeNode("bank"))
    node.record(*customer(1), POISON[kind](), e.CounterOpened("9\0", "w"), *customer(2))
    [ack] = centre.acks(*node.batches())
    assert ack.seq == node.last, "stored and acknowledged like any other"
    assert [row["ticket"] for row in centre.rows("tickets")] == ["20261122-A001", "20261122-A002"]
    assert {row["status"] for row in centre.rows("tickets")} == {"done"}
    if kind != "NUL" or centre.database.dialect.name == "postgresql":
        assert centre.projector.counts["skipped"] >= 1
    before = centre.read_models()
    centre.projector.rebuild()
    assert centre.read_models() == before


@pytest.mark.fault("F33")
def test_a_known_type_with_another_shape_is_counted(centre: CentreBench) -> None:
    node = centre.enrol(FakeNode("bank"))
    node.append(b'{"seq":1,"boot":"b","mono_ms":1,"at":1,"synced":true,"type":"TicketIssued","v":1,"data":{"n":"x"}}')
    node.record(*customer(1))
    centre.say(*node.batches())
    assert centre.projector.counts["skipped"] == 1
    assert centre.count("tickets") == 1


def test_tickets_of_a_hole_are_known_by_what_is_left(centre: CentreBench) -> None:
    node = centre.enrol(FakeNode("bank"))
    node.record(*customer(1))
    centre.say(node.hello(), node.lost(1, 3), node.events(4))
    ticket = centre.one("tickets")
    assert (ticket["day"], ticket["number"], ticket["status"]) == ("2026-11-22", "A001", "done")
    assert (ticket["issued_at"], ticket["wait_s"], ticket["service"]) == (None, None, "")


@pytest.mark.parametrize("size", [3, 100])
def test_a_number_given_out_twice_keeps_both_customers_and_is_said(centre: CentreBench, size: int) -> None:
    """The node did, and the copy of it that was let in."""
    node = centre.enrol(FakeNode("bank"))
    node.record(*customer(202))
    for batch in node.batches(size):
        centre.say(batch)
    copy = FakeNode("bank", epoch="01J00000000000000000000002")
    first, *rest = customer(202, counter="2")
    copy.record(e.EpochBegun(node.epoch, "a clone"), msgspec.structs.replace(first, token="t-of-another"), *rest[:3])
    for batch in copy.batches(size):
        centre.say(batch)
    tickets = centre.rows("tickets", "ticket")
    assert [(row["number"], row["counter"], row["status"]) for row in tickets] == [
        ("A202", "2", "called"),
        ("A202", "1", "done"),
    ]
    assert tickets[1]["ticket"].startswith("20261122-A202!") and tickets[0]["token"] != tickets[1]["token"]
    before = centre.read_models()
    centre.projector.rebuild()
    assert centre.read_models() == before
    letter = centre.one("dead_letters")
    assert (letter["node"], letter["topic"]) == ("bank", "ticket 20261122-A202") and "two customers" in letter["reason"]
