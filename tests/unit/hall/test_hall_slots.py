"""When a booked customer is called: from the slot's start on, behind others when late, last of all when deferred."""

import pytest

from contract import events
from contract.catalogue import Rules
from edge.hall import commands as c
from tests.halls import Bench
from tests.unit.hall.conftest import calls, check_in

# --- on time: called by the slot's start ------------------------------------------


def test_from_the_slots_start_on_it_stands_as_if_taken_then(open_bench: Bench) -> None:
    """With `booked = "ordinary"`, the order of one lane can be seen."""
    open_bench.do(c.ChangeRules(Rules(booked="ordinary")))
    open_bench.book("K1", in_s=600)
    open_bench.book("K0", in_s=600)
    first = open_bench.take()
    booked = [open_bench.check_in("K1"), open_bench.check_in("K0")]
    second = open_bench.take()
    open_bench.wait(700)
    third = open_bench.take()
    expected = [first.number, second.number, booked[0].number, booked[1].number, third.number]
    assert [up.number for up in open_bench.view().counters[0].next_up] == expected[:3]
    assert calls(open_bench) == expected


def test_also_among_tickets_of_other_services_in_one_line(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(booked="ordinary")))
    open_bench.book("K1", in_s=60)
    booked = open_bench.check_in("K1")
    before = open_bench.take("loan")
    open_bench.wait(61)
    after = open_bench.take("loan")
    assert calls(open_bench, "2") == [before.number, booked.number, after.number]


def test_it_is_in_the_priority_lane_then(open_bench: Bench) -> None:
    open_bench.book("K1", in_s=60)
    booked = open_bench.check_in("K1")
    walk_in = open_bench.take()
    open_bench.wait(61)
    called = open_bench.do(c.CallNext("1"))[0]
    assert isinstance(called, events.TicketCalled)
    assert (called.ticket, called.why) == (booked.id, events.Why("priority_turn", "deposit", 0, 2))
    open_bench.do(c.Finish("1"))
    assert calls(open_bench) == [walk_in.number]


def test_before_its_slot_it_is_called_only_when_nobody_else_waits_in_the_group(open_bench: Bench) -> None:
    open_bench.book("K1", in_s=600)
    booked = open_bench.check_in("K1")
    walk_in = open_bench.take()
    assert calls(open_bench) == [walk_in.number, booked.number]
    assert booked.why == events.Why("first_come", "deposit", 0, 1, lane="ordinary")
    assert open_bench.state.mix["deposit"] == (0, 0), "two ordinary calls are a whole cycle's ordinary part"


def test_earlier_slots_go_first_whoever_checked_in_first(open_bench: Bench) -> None:
    open_bench.book("LATER", in_s=900), open_bench.book("SOONER", in_s=300)
    later, sooner = open_bench.check_in("LATER"), open_bench.check_in("SOONER")
    assert open_bench.state.booked["deposit"] == [sooner.id, later.id]
    assert calls(open_bench) == [sooner.number, later.number]


def test_a_walk_up_at_the_window_goes_before_who_is_early(open_bench: Bench) -> None:
    open_bench.book("K1", in_s=600)
    early = open_bench.check_in("K1")
    walk_up = open_bench.take(counter="1")
    assert (walk_up.status, early.status) == ("called", "waiting")
    open_bench.do(c.Finish("1"))
    open_bench.wait(600)
    assert open_bench.take(counter="1").status == "waiting", "the slot has begun"


def test_the_wait_is_measured_from_the_slot(open_bench: Bench) -> None:
    """requirements.md §9: call − max(check-in, slot start)."""
    open_bench.book("K1", in_s=600)
    open_bench.check_in("K1")
    open_bench.wait(690)
    open_bench.do(c.CallNext("1")), open_bench.do(c.Start("1"))
    assert open_bench.state.totals["deposit"].wait_sum == 90_000


def test_a_call_taken_back_waits_for_its_slot_again(open_bench: Bench) -> None:
    served = open_bench.take()
    open_bench.do(c.CallNext("1")), open_bench.do(c.Start("1"))
    open_bench.book("K1", in_s=600)
    booked = open_bench.check_in("K1")
    open_bench.do(c.CallNext("1"))
    assert booked.status == "called"
    open_bench.do(c.Undo("1"))
    assert (served.status, booked.status, open_bench.state.booked["deposit"]) == ("serving", "waiting", [booked.id])


def test_a_clock_set_right_moves_no_slot(bench: Bench) -> None:
    booking = bench.book("K1", in_s=600)
    ticket = bench.check_in("K1")
    bench.do(c.Record(events.ClockSynced("b", 0, bench.at - 120_000)))
    assert (ticket.slot_at, ticket.waiting_since) == (booking.starts_at, booking.starts_at)


# --- late ------------------------------------------------------------------------


@pytest.mark.parametrize(("late_ms", "outcome"), [(0, "on_time"), (1, "late")])
def test_up_to_the_slots_start_one_is_on_time(bench: Bench, late_ms: int, outcome: str) -> None:
    bench.book("K1")
    bench.at += late_ms
    arrived = bench.do(check_in(bench, "K1"))[1]
    assert isinstance(arrived, events.BookingArrived)
    assert arrived.outcome == outcome


@pytest.mark.clause("S0-43")
def test_late_within_the_grace_goes_behind_the_next_two(open_bench: Bench) -> None:
    waiting = [open_bench.take().number for _ in range(4)]
    open_bench.book("K1", in_s=-900)
    issued, arrived = open_bench.do(check_in(open_bench, "K1"))
    assert isinstance(issued, events.TicketIssued)
    assert isinstance(arrived, events.BookingArrived)
    assert (issued.place, issued.after, issued.lane, issued.ahead) == ("inserted", 2, "ordinary", 2)
    assert (arrived.outcome, arrived.late_s) == ("late", 900)
    assert calls(open_bench) == [*waiting[:2], issued.number, *waiting[2:]]


def test_into_a_short_queue_it_is_no_short_cut_past_the_line(open_bench: Bench) -> None:
    """Counter 2 serves deposit and loan in one line."""
    loans = [open_bench.take("loan").number for _ in range(3)]
    open_bench.book("K1", in_s=-60)
    late = open_bench.check_in("K1")
    assert calls(open_bench, "2") == [*loans[:2], late.number, loans[2]]


@pytest.mark.clause("S0-44")
def test_late_and_busy_it_waits_until_a_window_has_nobody_else(open_bench: Bench) -> None:
    open_bench.do(c.LogOut("2")), open_bench.do(c.LogOut("3"))
    for _ in range(5):
        open_bench.take()
    open_bench.book("K1", in_s=-60)
    issued, arrived = open_bench.do(check_in(open_bench, "K1"))
    assert isinstance(issued, events.TicketIssued)
    assert isinstance(arrived, events.BookingArrived)
    assert (issued.place, arrived.outcome, issued.ahead) == ("deferred", "deferred", 5)
    assert bench_deferred(open_bench) == [issued.ticket]
    last = [open_bench.take("deposit").number, open_bench.take("loan").number]
    order = calls(open_bench)
    assert order[-3:] == [*last, issued.number]
    assert open_bench.state.tickets[issued.ticket].why == events.Why("deferred", "deposit", 0, 1)


def bench_deferred(bench: Bench) -> list[str]:
    assert bench.view().services[0].deferred == len(bench.state.deferred["deposit"])
    return bench.state.deferred["deposit"]


def test_not_busy_without_an_estimate_or_below_the_threshold(bench: Bench) -> None:
    for _ in range(9):
        bench.take()
    bench.book("K1", in_s=-60)
    assert bench.check_in("K1").held == "", "no counter is open: nobody can say how long it takes"
    bench.open("1")
    bench.do(c.ChangeRules(Rules(busy_s=3600)))
    bench.book("K2", in_s=-60)
    assert bench.check_in("K2").held == ""
    bench.do(c.ChangeRules(Rules(busy_s=1200)))
    bench.book("K3", in_s=-60)
    assert bench.check_in("K3").held == "deferred"


def test_a_deferred_call_taken_back_is_deferred_again(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(busy_s=0)))
    open_bench.take()
    open_bench.book("K1", in_s=-60)
    deferred = open_bench.check_in("K1")
    assert deferred.held == "deferred"
    open_bench.do(c.CallNext("1")), open_bench.do(c.Start("1"))
    open_bench.do(c.CallNext("1"))
    assert deferred.status == "called"
    open_bench.do(c.Undo("1"))
    assert bench_deferred(open_bench) == [deferred.id]
