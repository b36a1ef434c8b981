"""The counters' clocks: what is told of, once, at its moment."""

import pytest
from msgspec.structs import replace

from contract import events
from contract.catalogue import Catalogue, Rules
from edge.hall import commands as c
from edge.hall.due import next_due
from tests.halls import CATALOGUE, SERVICES, Bench

COMPLEX: Catalogue = replace(CATALOGUE, services=(SERVICES[0], replace(SERVICES[1], complexity="complex"), SERVICES[2]))


def warnings(bench: Bench) -> list[tuple[str, str, int]]:
    """(counter, kind, seconds after the bench's morning)."""
    began = bench.log[0].at
    return [
        (each.event.counter, each.event.kind, (each.at - began) // 1000)
        for each in bench.log
        if isinstance(each.event, events.CounterWarned)
    ]


def serve(bench: Bench, service: str = "deposit", counter: str = "1") -> None:
    bench.take(service)
    bench.do(c.CallNext(counter))
    bench.do(c.Start(counter))


@pytest.mark.clause("S0-38")
def test_simple_and_complex_services_have_their_own_limits_warned_of_before_and_at_the_end() -> None:
    bench = Bench(COMPLEX)
    bench.open("1", "2")
    serve(bench, "deposit", "1")
    serve(bench, "loan", "2")
    views = bench.view().counters
    assert (views[0].limit_s, views[1].limit_s) == (900, 2700)
    bench.wait(779)
    assert bench.view().counters[0].warned == ()
    bench.wait(1)
    assert bench.view().counters[0].warned == ("limit_near",)
    bench.wait(120)
    assert bench.view().counters[0].warned == ("limit_near", "limit_over")
    bench.wait(3600)
    assert warnings(bench) == [
        ("1", "limit_near", 780),
        ("1", "limit_over", 900),
        ("2", "limit_near", 2580),
        ("2", "limit_over", 2700),
    ]
    assert bench.replayed() == bench.state


def test_a_warning_names_clerk_ticket_and_since_when(open_bench: Bench) -> None:
    serve(open_bench)
    ticket, started = open_bench.state.counters["1"].ticket, open_bench.at
    open_bench.wait(780)
    told = open_bench.log[-1].event
    assert told == events.CounterWarned("1", "clerk-1", "limit_near", ticket, started)
    assert isinstance(open_bench.log[-2].event, events.TimePassed)


def test_the_next_customer_has_a_clock_of_their_own(open_bench: Bench) -> None:
    serve(open_bench)
    open_bench.wait(1000)
    open_bench.take()
    open_bench.do(c.CallNext("1"))
    assert open_bench.view().counters[0].warned == ()
    open_bench.do(c.Start("1"))
    open_bench.wait(780)
    assert warnings(open_bench)[2:] == [("1", "limit_near", 1780)]


def test_a_suspended_case_stops_the_clock_and_is_not_told_of_twice(open_bench: Bench) -> None:
    serve(open_bench)
    open_bench.wait(800)
    open_bench.do(c.Suspend("1", "papers_out", "x"))
    assert open_bench.view().counters[0].warned == ()
    open_bench.wait(5000)
    open_bench.do(c.Continue("1", "A001"))
    assert open_bench.view().counters[0].warned == ("limit_near",)
    open_bench.wait(99)
    assert [kind for _, kind, _ in warnings(open_bench)] == ["limit_near"]
    open_bench.wait(1)
    assert warnings(open_bench) == [("1", "limit_near", 780), ("1", "limit_over", 5900)]


def test_a_finish_taken_back_is_not_told_of_again(open_bench: Bench) -> None:
    serve(open_bench)
    open_bench.wait(950)
    open_bench.do(c.Finish("1"))
    open_bench.do(c.Undo("1"))
    open_bench.wait(2000)
    assert [kind for _, kind, _ in warnings(open_bench)] == ["limit_near", "limit_over"]


def test_a_warning_as_early_as_the_start_is_none(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(limit_s=100, warn_before_s=100)))
    serve(open_bench)
    open_bench.wait(500)
    assert warnings(open_bench) == [("1", "limit_over", 100)]


@pytest.mark.clause("S1-18")
def test_an_open_counter_idle_while_people_wait_is_told_of(open_bench: Bench) -> None:
    open_bench.wait(60)
    open_bench.take()
    open_bench.wait(299)
    assert warnings(open_bench) == []
    open_bench.wait(1)
    assert warnings(open_bench) == [(counter, "idle", 360) for counter in "123"]
    told = open_bench.log[-1].event
    assert isinstance(told, events.CounterWarned)
    assert (told.clerk, told.ticket, told.since) == ("clerk-3", None, open_bench.log[0].at + 60_000)
    assert open_bench.view().counters[0].warned == ("idle",)
    open_bench.wait(7200)
    assert len(warnings(open_bench)) == 3, "once for each time"
    open_bench.do(c.CallNext("1"))
    assert open_bench.view().counters[0].warned == ()


def test_an_idle_counter_nobody_waits_for_is_at_rest(open_bench: Bench) -> None:
    open_bench.wait(3600)
    open_bench.take("cards")
    open_bench.wait(3600)
    assert [counter for counter, _, _ in warnings(open_bench)] == ["3"]


def test_one_sent_to_another_counter_does_not_make_this_one_idle(open_bench: Bench) -> None:
    serve(open_bench, counter="2")
    open_bench.do(c.Transfer("2", "loan", "3"))
    open_bench.do(c.LogOut("2"))
    open_bench.wait(600)
    assert [counter for counter, _, _ in warnings(open_bench)] == ["3"]


def test_idle_begins_anew_when_a_counter_becomes_idle(open_bench: Bench) -> None:
    serve(open_bench)
    open_bench.do(c.LogOut("2"))
    open_bench.do(c.LogOut("3"))
    open_bench.take()
    open_bench.wait(200)
    open_bench.do(c.Suspend("1", "step", "seal"))
    open_bench.wait(299)
    assert warnings(open_bench) == []
    open_bench.wait(1)
    assert warnings(open_bench) == [("1", "idle", 500)]


@pytest.mark.clause("S1-19")
def test_a_pause_too_long_is_told_of_once(open_bench: Bench) -> None:
    open_bench.do(c.Pause("1", "meal"))
    open_bench.wait(899)
    assert warnings(open_bench) == []
    open_bench.wait(1)
    assert warnings(open_bench) == [("1", "pause_over", 900)]
    assert open_bench.view().counters[0].warned == ("pause_over",)
    open_bench.wait(3600)
    open_bench.do(c.Resume("1"))
    assert open_bench.view().counters[0].warned == ()
    open_bench.do(c.Pause("1", "meal"))
    open_bench.wait(900)
    assert [at for _, _, at in warnings(open_bench)] == [900, 5400]


def test_a_node_that_was_off_tells_of_what_it_missed_and_comes_to_rest(open_bench: Bench) -> None:
    serve(open_bench)
    open_bench.do(c.Pause("2", "meal"))
    open_bench.at += 3_600_000
    open_bench.wait(0)
    assert [(counter, kind) for counter, kind, _ in warnings(open_bench)] == [
        ("1", "limit_near"),
        ("2", "pause_over"),
        ("1", "limit_over"),
    ]
    due = next_due(open_bench.state)
    assert due is not None
    assert due > open_bench.at


def test_a_shorter_limit_that_is_over_already_is_told_of_and_repeats_no_moment_of_the_day(open_bench: Bench) -> None:
    plan = open_bench.state.plan
    assert plan is not None
    open_bench.at = plan.last_ticket["deposit"] - 60_000
    serve(open_bench)
    open_bench.wait(600)
    open_bench.do(c.ChangeRules(Rules(limit_s=30, warn_before_s=0)))
    open_bench.wait(0)
    passed = [each.event.due for each in open_bench.log if isinstance(each.event, events.TimePassed)]
    assert passed == [plan.last_ticket["deposit"], plan.last_ticket["deposit"] - 30_000]
    assert next_due(open_bench.state) == plan.closes_at, "the moment before has fired"


def test_what_falls_due_with_the_end_of_the_day_is_told_of_in_the_next(open_bench: Bench) -> None:
    plan = open_bench.state.plan
    assert plan is not None
    serve(open_bench)
    open_bench.at = plan.ends_at
    open_bench.wait(0)
    kinds = [type(each.event).__name__ for each in open_bench.log]
    assert kinds.index("DayClosed") < kinds.index("CounterWarned")
    assert open_bench.state.counters["1"].warned == ["limit_near", "limit_over"]


def test_a_clock_set_back_moves_every_episode_along(open_bench: Bench) -> None:
    open_bench.do(c.Record(events.NodeStarted("1", "hw")))
    serve(open_bench)
    open_bench.do(c.Pause("2", "meal"))
    open_bench.wait(100)
    open_bench.do(c.Record(events.ClockSynced("b", 0, open_bench.at - 1_800_000)))
    open_bench.at -= 1_800_000
    open_bench.wait(679)
    assert warnings(open_bench) == []
    open_bench.wait(1)
    assert [(counter, kind) for counter, kind, _ in warnings(open_bench)] == [("1", "limit_near")]
