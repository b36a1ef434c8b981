"""`rules.ring` "auto": the hall repeats the call and passes the absent by itself."""

import pytest

from contract import events
from contract.catalogue import Rules
from edge.hall import commands as c
from edge.hall.due import next_due
from tests.halls import MORNING, Bench, check_places

AUTO = Rules(ring="auto", ring_s=20, rings=3)


@pytest.fixture
def auto(open_bench: Bench) -> Bench:
    open_bench.do(c.ChangeRules(AUTO))
    return open_bench


def heard(bench: Bench) -> list[tuple[str, int]]:
    """What the hall did about calls, with the seconds since morning."""
    kinds = (events.TicketCalled, events.TicketRecalled, events.TicketPassed)
    return [
        (type(each.event).__name__, (each.at - MORNING) // 1000) for each in bench.log if isinstance(each.event, kinds)
    ]


def test_the_call_is_repeated_and_the_absent_passed(auto: Bench) -> None:
    ticket = auto.take()
    auto.do(c.CallNext("1"))
    auto.wait(300)
    assert heard(auto) == [("TicketCalled", 0), ("TicketRecalled", 20), ("TicketRecalled", 40), ("TicketPassed", 60)]
    calls = [each.event for each in auto.log if isinstance(each.event, events.TicketRecalled)]
    assert calls == [events.TicketRecalled(ticket.id, "A001", "1", calls, by_hall=True) for calls in (2, 3)]
    passed = [each.event for each in auto.log if isinstance(each.event, events.TicketPassed)]
    assert passed == [events.TicketPassed(ticket.id, "A001", "1", by_hall=True)]
    assert auto.state.counters["1"].status == "idle"
    check_places(auto.state)
    assert auto.replayed() == auto.state


def test_by_the_clerk_nothing_happens_by_itself(open_bench: Bench) -> None:
    open_bench.take()
    open_bench.do(c.CallNext("1"))
    open_bench.wait(3600)
    assert heard(open_bench) == [("TicketCalled", 0)]


def test_who_comes_is_not_called_again(auto: Bench) -> None:
    auto.take()
    auto.do(c.CallNext("1"))
    auto.wait(21)
    auto.do(c.Start("1"))
    auto.wait(600)
    assert heard(auto) == [("TicketCalled", 0), ("TicketRecalled", 20)]


def test_the_clerks_own_recall_begins_the_time_anew_and_counts(auto: Bench) -> None:
    auto.take()
    auto.do(c.CallNext("1"))
    auto.wait(15)
    auto.do(c.Recall("1"))
    auto.wait(300)
    assert heard(auto) == [("TicketCalled", 0), ("TicketRecalled", 15), ("TicketRecalled", 35), ("TicketPassed", 55)]


def test_counters_ring_each_in_their_own_time(auto: Bench) -> None:
    auto.take(), auto.take()
    auto.do(c.CallNext("1"))
    auto.wait(7)
    auto.do(c.CallNext("2"))
    auto.wait(300)
    assert [at for name, at in heard(auto) if name == "TicketPassed"] == [60, 67]


def test_a_pass_of_the_hall_can_be_undone_and_rings_again_from_then(auto: Bench) -> None:
    ticket = auto.take()
    auto.do(c.CallNext("1"))
    auto.wait(65)
    assert ticket.status == "passed"
    auto.do(c.Undo("1"))
    assert next_due(auto.state) == auto.at + 20_000
    auto.wait(20)
    assert ticket.status == "passed"


def test_after_a_power_cut_the_absent_are_called_once_more_and_not_thrice_at_once(auto: Bench) -> None:
    auto.take()
    auto.do(c.CallNext("1"))
    auto.at += 600_000
    auto.wait(0)
    assert heard(auto)[1:] == [("TicketRecalled", 600)]
    auto.wait(19)
    assert len(heard(auto)) == 2


def test_in_an_emergency_nobody_is_called_or_passed_and_the_time_begins_anew_after_it(auto: Bench) -> None:
    auto.take()
    auto.do(c.CallNext("1"))
    auto.wait(10)
    auto.do(c.DeclareEmergency("fire", "wang"))
    auto.wait(600)
    assert heard(auto) == [("TicketCalled", 0)]
    auto.do(c.EndEmergency("wang"))
    auto.wait(300)
    assert heard(auto)[1:] == [("TicketRecalled", 630), ("TicketRecalled", 650), ("TicketPassed", 670)]
