"""Presses between a satellite and its node: settled, numbered, taken once, with honest times."""

from hypothesis import given
from hypothesis import strategies as st

from edge.devices.debounce import Ailing, Debounce
from edge.devices.ports import Edge
from edge.satellite.edges import MOST_WAITING, OLDEST_NS, Incoming, Outgoing, Settling
from edge.satellite.messages import NumberedEdge

MS = 1_000_000
SECOND = 1000 * MS


def edges(*steps: tuple[int, bool], key: str = "k") -> list[Edge]:
    return [Edge(key, down, ms * MS) for ms, down in steps]


# --- settling ----------------------------------------------------------------------


def settled(settling: Settling, steps: list[Edge], until_ms: int = 10**6) -> list[tuple[int, bool]]:
    found = [edge for step in steps for edge in settling.feed(step)]
    found += settling.tick(until_ms * MS)
    return [(edge.mono_ns // MS, edge.down) for edge in found]


def test_a_press_is_told_with_the_times_its_contact_came_to_rest() -> None:
    steps = edges((100, True), (102, False), (103, True), (250, False), (251, True), (252, False))
    assert settled(Settling(20), steps) == [(103, True), (252, False)]


def test_a_spike_leaves_nothing() -> None:
    settling = Settling(20)
    assert settled(settling, edges((100, True), (119, False))) == []
    assert settling.next_due() is None
    assert settling.down() == set()


def test_it_is_told_when_it_rested_and_not_before() -> None:
    settling = Settling(20)
    assert settling.feed(Edge("k", True, 100 * MS)) == []
    assert settling.next_due() == 120 * MS
    assert settling.tick(120 * MS - 1) == []
    assert settling.tick(120 * MS) == [Edge("k", True, 100 * MS)]
    assert settling.down() == {"k"}


def test_a_storm_goes_on_so_that_the_node_finds_the_bad_contact() -> None:
    settling, debounce = Settling(20), Debounce(debounce_ms=5)
    told = [edge for at in range(300) for edge in settling.feed(Edge("k", at % 2 == 0, at * 3 * MS))]
    assert len(told) >= 180
    findings = [finding for edge in told for finding in debounce.feed(edge)]
    assert Ailing("k", "storm") in findings


@given(st.lists(st.tuples(st.integers(1, 60), st.booleans(), st.sampled_from("ab")), max_size=80))
def test_whatever_happens_the_last_position_is_told(steps: list[tuple[int, bool, str]]) -> None:
    settling, now, told, really = Settling(20), 0, {"a": False, "b": False}, {"a": False, "b": False}
    last = 0
    for pause, down, key in steps:
        now += pause
        really[key] = down
        for edge in settling.feed(Edge(key, down, now * MS)):
            told[edge.key] = edge.down
    for edge in settling.tick((now + 1000) * MS):
        assert edge.mono_ns >= last
        last = edge.mono_ns
        told[edge.key] = edge.down
    assert told == really


# --- numbered and taken ----------------------------------------------------------------


def test_what_is_not_taken_goes_out_again_and_what_is_does_not() -> None:
    out = Outgoing()
    out.add(edges((1, True), (2, False), (3, True)))
    assert [edge.number for edge in out.unsent(5 * MS)] == [1, 2, 3]
    assert out.unsent(5 * MS) == ()
    out.taken(1)
    out.again(2)
    assert [edge.number for edge in out.unsent(5 * MS)] == [3]
    out.again(0)
    assert [edge.number for edge in out.unsent(5 * MS)] == [3]


def test_what_waits_is_bounded_in_number_and_age_and_counted() -> None:
    out = Outgoing()
    out.add(edges(*((at, at % 2 == 0) for at in range(MOST_WAITING + 10))))
    assert len(out.unsent(SECOND)) == MOST_WAITING
    assert out.dropped == 10
    out.again(0)
    assert out.unsent(OLDEST_NS + SECOND) == ()
    assert out.dropped == MOST_WAITING + 10


@given(st.data())
def test_over_any_cut_connection_each_edge_is_taken_once_and_in_order(data: st.DataObject) -> None:
    """Frames and acknowledgements are lost from any point of a connection on; the last connection holds."""
    out, into = Outgoing(), Incoming()
    taken: list[Edge] = []
    made = 0
    for last in (False, False, False, True):
        out.again(into.begin("boot"))
        into.clock(0, 0)
        for _ in range(data.draw(st.integers(0, 4))):
            fresh = edges(*((made + n, True) for n in range(data.draw(st.integers(0, 3)))))
            made += len(fresh)
            out.add(fresh)
            frame = out.unsent(made * MS)
            if not last and data.draw(st.booleans()):
                break
            taken += into.take(frame, SECOND * 9)
            if not last and data.draw(st.booleans()):
                break
            out.taken(into.taken)
    out.again(into.begin("boot"))
    into.clock(0, 0)
    taken += into.take(out.unsent(made * MS), SECOND * 9)
    assert [edge.mono_ns for edge in taken] == [at * MS for at in range(made)]


def test_an_edge_that_comes_twice_is_taken_once() -> None:
    into = Incoming()
    into.begin("boot")
    into.clock(0, 0)
    pair = [NumberedEdge(1, "k", True, 1), NumberedEdge(2, "k", False, 2)]
    assert len(into.take(pair, SECOND)) == 2
    assert into.take(pair, SECOND) == []
    assert len(into.take([pair[1], NumberedEdge(3, "k", True, 3)], SECOND)) == 1


def test_another_process_of_the_satellite_counts_from_the_beginning() -> None:
    into = Incoming()
    assert into.begin("one") == 0
    into.clock(0, 0)
    into.take([NumberedEdge(7, "k", True, 1)], SECOND)
    assert into.begin("one") == 7
    assert into.begin("two") == 0
    into.clock(0, 0)
    assert len(into.take([NumberedEdge(1, "k", True, 2)], SECOND)) == 1


def test_times_are_the_nodes_by_the_quickest_message_and_never_run_ahead_or_back() -> None:
    into = Incoming()
    into.begin("boot")
    into.clock(1000, 51_500)
    into.clock(2000, 52_100)
    taken = into.take(
        [NumberedEdge(1, "k", True, 1500), NumberedEdge(2, "k", False, 1400), NumberedEdge(3, "k", True, 9_000_000)],
        60_000,
    )
    assert [edge.mono_ns for edge in taken] == [51_600, 51_600, 60_000]
