"""The published rule of who is next (S1-4, S3-42), and what the wait estimate is made of."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract import events
from contract.catalogue import Rules, Service
from edge.hall import commands as c
from edge.hall.calling import after_call, choose
from edge.hall.line_order import waiting_in
from edge.hall.state import Totals
from edge.hall.waits import Staff, ahead, estimate, handling
from tests.halls import Bench, text


def call(bench: Bench, counter: str) -> events.TicketCalled:
    called = bench.do(c.CallNext(counter))[-1]
    assert isinstance(called, events.TicketCalled)
    bench.do(c.Finish(counter))
    return called


def calls(bench: Bench, counter: str, count: int) -> list[str]:
    return [call(bench, counter).number for _ in range(count)]


@pytest.mark.clause("S1-4")
def test_first_come_first_called_over_all_services_of_a_group(open_bench: Bench) -> None:
    for service in ("loan", "deposit", "deposit", "loan"):
        open_bench.take(service)
    assert calls(open_bench, "2", 4) == ["B001", "A001", "A002", "B002"]


@pytest.mark.clause("S1-4")
def test_the_reason_of_every_call_is_recorded(open_bench: Bench) -> None:
    open_bench.take("loan"), open_bench.take("deposit"), open_bench.take("deposit", "elderly")
    assert call(open_bench, "1").why == events.Why("priority_turn", "deposit", 0, 2)
    assert call(open_bench, "1").why == events.Why("first_come", "deposit", 0, 1)
    assert call(open_bench, "1").why == events.Why("first_come", "loan", 1, 1)
    open_bench.take("deposit", "elderly")
    assert call(open_bench, "2").why == events.Why("only_lane", "deposit+loan", 0, 1)


def test_a_better_group_goes_first_even_for_who_came_later(open_bench: Bench) -> None:
    open_bench.take("loan"), open_bench.take("deposit"), open_bench.take("loan")
    assert calls(open_bench, "1", 3) == ["A001", "B001", "B002"]


@pytest.mark.clause("S3-42")
def test_one_of_three_calls_goes_to_priority_while_both_wait(open_bench: Bench) -> None:
    ordinary = [open_bench.take().number for _ in range(6)]
    elderly = [open_bench.take(priority="elderly").number for _ in range(4)]
    e, o = iter(elderly), iter(ordinary)
    assert calls(open_bench, "1", 10) == [next(o if turn == "o" else e) for turn in "eooeooeooe"]


def test_the_ratio_is_a_rule(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(priority=2, ordinary=1)))
    ordinary = [open_bench.take().number for _ in range(3)]
    elderly = [open_bench.take(priority="elderly").number for _ in range(4)]
    e, o = iter(elderly), iter(ordinary)
    assert calls(open_bench, "1", 7) == [next(o if turn == "o" else e) for turn in "eeoeeoo"]


def test_a_quiet_lane_saves_up_no_turns(open_bench: Bench) -> None:
    """Ten priority calls without anybody else waiting are one priority turn, not a debt."""
    for _ in range(10):
        open_bench.take(priority="elderly")
    calls(open_bench, "1", 10)
    ordinary = [open_bench.take().number for _ in range(2)]
    elderly = open_bench.take(priority="elderly").number
    assert calls(open_bench, "1", 3) == [*ordinary, elderly]


def test_all_counters_of_a_group_share_one_cycle(open_bench: Bench) -> None:
    """Counters 1 and 3 serve deposit as a group of its own."""
    first, second = open_bench.take().number, open_bench.take().number
    elderly = [open_bench.take(priority="elderly").number for _ in range(2)]
    assert [call(open_bench, "1").number, call(open_bench, "3").number] == [elderly[0], first]
    assert [call(open_bench, "1").number, call(open_bench, "3").number] == [second, elderly[1]]


@given(
    lanes=st.lists(st.sampled_from(["priority", "ordinary", None]), max_size=60),
    priority=st.integers(1, 4),
    ordinary=st.integers(1, 4),
)
def test_in_any_cycle_both_lanes_get_their_share(lanes: list[str | None], priority: int, ordinary: int) -> None:
    """While both wait all the time, each full cycle holds exactly `priority` and `ordinary` calls, in that order."""
    rules = Rules(priority=priority, ordinary=ordinary)
    cycle = (0, 0)
    for lane in lanes:  # whatever happened while one lane was empty
        if lane is not None:
            cycle = after_call(cycle, lane, rules)  # type: ignore[arg-type]
    turns = []
    for _ in range(3 * (priority + ordinary)):
        lane = "priority" if cycle[0] < rules.priority else "ordinary"
        turns.append(lane[0])
        cycle = after_call(cycle, lane, rules)  # type: ignore[arg-type]
    whole = "p" * priority + "o" * ordinary
    start = "".join(turns).index("op") + 1
    assert "".join(turns[start:]).startswith(whole)
    assert start <= priority + ordinary


def test_who_waited_too_long_goes_before_better_groups(open_bench: Bench) -> None:
    """Counter 1 looks at loans only while no deposit waits."""
    open_bench.do(c.ChangeRules(Rules(ageing_s=600)))
    loans = [open_bench.take("loan").number for _ in range(2)]
    open_bench.wait(600)
    deposit = open_bench.take("deposit").number
    assert call(open_bench, "1").number == deposit, "not longer than the limit"
    deposits = [open_bench.take("deposit").number for _ in range(2)]
    open_bench.wait(0.001)
    aged = call(open_bench, "1")
    assert (aged.number, aged.why) == (loans[0], events.Why("aged", "loan", 1, 2))
    assert [up.number for up in open_bench.view().counters[0].next_up] == [loans[1], *deposits]
    assert calls(open_bench, "1", 3) == [loans[1], *deposits]


def test_the_aged_go_by_how_long_they_waited_across_lanes_and_services(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(ageing_s=60)))
    numbers = []
    for service, class_ in [("loan", None), ("deposit", None), ("deposit", "elderly"), ("loan", "elderly")]:
        numbers.append(open_bench.take(service, class_).number)
        open_bench.wait(1)
    open_bench.wait(60)
    assert calls(open_bench, "2", 4) == numbers
    assert open_bench.state.mix == {}, "the aged take nobody's turn"


def test_ageing_brings_the_deferred_out(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(ageing_s=600, busy_s=0)))
    open_bench.take()
    open_bench.book("K1", in_s=-60)
    deferred = open_bench.check_in("K1")
    open_bench.wait(601)
    for _ in range(3):
        open_bench.take()
    assert calls(open_bench, "1", 2) == ["A001", deferred.number]
    assert deferred.why == events.Why("aged", "deposit", 0, 4)


def test_without_the_rule_nobody_ages(open_bench: Bench) -> None:
    open_bench.take("loan")
    open_bench.wait(3600)
    deposit = open_bench.take("deposit").number
    assert call(open_bench, "1").number == deposit


def test_in_an_emergency_nobody_is_called(open_bench: Bench) -> None:
    open_bench.take()
    open_bench.do(c.DeclareEmergency("fire", "office"))
    assert open_bench.refused(c.CallNext("1")).code == "emergency"
    open_bench.do(c.EndEmergency("office"))
    call(open_bench, "1")


def test_nobody_waiting_chooses_nobody(open_bench: Bench) -> None:
    catalogue = open_bench.state.catalogue
    assert catalogue is not None
    assert choose(catalogue.counters[0], waiting_in(open_bench.state, open_bench.at), Rules()) is None


SERVICE = Service("s", "A", text("S"), expected_s=100)


def totals(*seconds: int) -> Totals:
    return Totals(handling=[each * 1000 for each in seconds])


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        ((), (100_000, 150_000)),
        ((40, 40), (100_000, 150_000)),
        ((40, 40, 40), (40_000, 100_000)),
        ((10, 20, 30, 40, 500), (30_000, 500_000)),
        ((60,) * 20, (60_000, 90_000)),
    ],
)
def test_handling_is_what_was_measured_filled_up_with_what_is_expected(
    measured: tuple[int, ...], expected: tuple[int, int]
) -> None:
    assert handling(totals(*measured), SERVICE) == expected


@pytest.mark.parametrize(
    ("before", "staff", "expected"),
    [
        (4, None, None),
        (4, Staff(0, 0, 0), None),
        (4, Staff(1, 0, 0), (240, 367)),
        (4, Staff(2, 0, 0), (120, 184)),
        (4, Staff(0, 0, 1), (240, 367)),
        (0, Staff(1, 1, 0), (0, 0)),
        (0, Staff(1, 0, 0), (0, 90)),
    ],
)
def test_the_estimate_is_a_range(before: int, staff: Staff | None, expected: tuple[int, int] | None) -> None:
    """60 s median, 90 s high."""
    found = estimate(SERVICE, totals(*(60,) * 20), before, staff)
    assert found == (None if expected is None else events.Wait(*expected))


@given(before=st.integers(0, 500), open_=st.integers(1, 20), seconds=st.lists(st.integers(0, 5000), max_size=20))
def test_more_people_never_wait_less_and_more_counters_never_longer(
    before: int, open_: int, seconds: list[int]
) -> None:
    def wait(people: int, counters: int) -> events.Wait:
        found = estimate(SERVICE, totals(*seconds), people, Staff(counters, 0, 0))
        assert found is not None
        assert 0 <= found.p50_s <= found.p90_s
        return found

    here, longer, shorter = wait(before, open_), wait(before + 1, open_), wait(before, open_ + 1)
    assert (longer.p50_s, longer.p90_s) >= (here.p50_s, here.p90_s) >= (shorter.p50_s, shorter.p90_s)


@pytest.mark.parametrize(
    ("lane", "priority", "ordinary", "expected"),
    [
        ("ordinary", 0, 5, 5),
        ("ordinary", 3, 0, 1),
        ("ordinary", 3, 4, 7),
        ("ordinary", 3, 1, 2),
        ("priority", 0, 5, 0),
        ("priority", 1, 5, 3),
        ("priority", 2, 1, 3),
    ],
)
def test_people_ahead_counts_whose_turn_comes_before(
    lane: events.Lane, priority: int, ordinary: int, expected: int
) -> None:
    assert ahead(lane, priority, ordinary, Rules()) == expected


@settings(deadline=None)
@given(queue=st.lists(st.booleans(), max_size=25), mine=st.booleans())
def test_people_ahead_is_what_happens_if_nobody_else_comes(queue: list[bool], mine: bool) -> None:
    """From the start of a cycle, with one counter calling."""
    bench = Bench()
    bench.open("1")
    for priority in queue:
        bench.take(priority="elderly" if priority else None)
    ticket = bench.take(priority="elderly" if mine else None)
    before = 0
    while call(bench, "1").ticket != ticket.id:
        before += 1
    assert before == ticket.ahead


def test_a_hall_at_lunch_still_gives_an_estimate(bench: Bench) -> None:
    """Paused counters come back; closed ones do not."""
    bench.take("cards")
    assert bench.view().services[2].wait is None
    bench.open("3")
    bench.do(c.Pause("3", "meal"))
    assert bench.view().services[2].wait == events.Wait(300, 812)
