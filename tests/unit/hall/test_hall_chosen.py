"""A chosen number: who may call it, which, and what is written down (S1-4: every exception with a reason)."""

import pytest
from msgspec.structs import replace

from contract import events
from contract.catalogue import Clerk, Rules
from edge.hall import commands as c
from edge.hall.progress import called_because
from tests.halls import CATALOGUE, Bench


def chosen(number: str, counter: str = "1", reason: str = "Has to catch a train") -> c.CallChosen:
    return c.CallChosen(counter, number, reason)


@pytest.mark.clause("S1-4")
def test_the_exception_is_recorded_with_its_reason_and_can_be_read_back(open_bench: Bench) -> None:
    open_bench.take()
    ticket = open_bench.take()
    mix = dict(open_bench.state.mix)
    done = open_bench.do(chosen("a002"))
    why = events.Why("chosen", "deposit", 0, 2, reason="Has to catch a train")
    assert done == (events.TicketCalled(ticket.id, "A002", "1", "clerk-1", why),)
    assert called_because(ticket) == why
    assert open_bench.view().counters[0].why == why
    assert open_bench.state.mix == mix, "an exception is nobody's turn"


def test_of_the_second_group_and_of_the_booked_and_deferred(open_bench: Bench) -> None:
    loan = open_bench.take("loan")
    open_bench.book("K1", in_s=600)
    early = open_bench.check_in("K1")
    open_bench.do(c.ChangeRules(Rules(busy_s=0)))
    open_bench.book("K2", in_s=-60)
    open_bench.take()
    open_bench.book("K3", in_s=-60)
    deferred = open_bench.check_in("K3")
    assert (early.held, deferred.held) == ("slot", "deferred")
    for ticket in (loan, early, deferred):
        open_bench.do(chosen(ticket.number))
        assert (ticket.status, ticket.counter) == ("called", "1")
        open_bench.do(c.Finish("1"))
    assert open_bench.state.booked["deposit"] == open_bench.state.deferred["deposit"] == []


def passed(bench: Bench) -> str:
    bench.take()
    bench.do(c.CallNext("1")), bench.do(c.Pass("1"))
    return bench.state.passed[-1]


def test_a_passed_number_uses_up_its_return(open_bench: Bench) -> None:
    ticket = open_bench.state.tickets[passed(open_bench)]
    open_bench.wait(600)
    open_bench.do(chosen("A001", "2"))
    assert (ticket.status, ticket.returns, open_bench.state.passed) == ("called", 1, [])
    open_bench.do(c.Start("2"))
    assert open_bench.state.totals["deposit"].wait_max == 0, "being away is no wait"
    open_bench.do(c.Finish("2"))
    second = open_bench.state.tickets[passed(open_bench)]
    open_bench.do(c.Restore("1", second.number))
    open_bench.do(c.CallNext("1")), open_bench.do(c.Pass("1"))
    assert open_bench.refused(chosen(second.number)).code == "returned_too_often"


def test_a_passed_number_comes_back_within_half_a_day_only(open_bench: Bench) -> None:
    passed(open_bench)
    open_bench.wait(14_400)
    assert [up.number for up in open_bench.view().counters[0].passed] == ["A001"]
    open_bench.at += 1
    assert open_bench.view().counters[0].passed == ()
    for command in (chosen("A001"), c.Restore("1", "A001")):
        assert open_bench.refused(command).code == "returned_too_late"


def test_who_is_at_the_counter_is_finished_or_passed_first(open_bench: Bench) -> None:
    first, second, third = open_bench.take(), open_bench.take(), open_bench.take()
    open_bench.do(c.CallNext("1"))
    done = open_bench.do(chosen(third.number))
    assert done[0] == events.TicketPassed(first.id, "A001", "1", by_next=True)
    open_bench.do(c.Start("1"))
    done = open_bench.do(chosen(second.number))
    assert done[0] == events.ServiceFinished(third.id, "1", "clerk-1", by_next=True)
    undo = open_bench.refused(c.Undo("1"))
    assert undo.code == "chosen_since"
    assert open_bench.view().counters[0].undo is None


def test_what_cannot_be_chosen(open_bench: Bench) -> None:
    card = open_bench.take("cards")
    waits_for_3 = open_bench.take("deposit")
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.Transfer("1", "loan", "3"))
    called = open_bench.take()
    open_bench.do(c.CallNext("2"))
    expected = {
        card.number: "not_served_there",
        waits_for_3.number: "waits_elsewhere",
        called.number: "not_waiting",
        "Z001": "unknown_ticket",
    }
    assert {number: open_bench.refused(chosen(number)).code for number in expected} == expected
    assert open_bench.refused(chosen(card.number, "3", " ")).code == "bad_reason"
    open_bench.do(c.DeclareEmergency("fire", "office"))
    assert open_bench.refused(chosen(card.number, "3")).code == "emergency"
    open_bench.do(c.EndEmergency("office"))
    open_bench.do(c.Pause("3", "meal"))
    assert open_bench.refused(chosen(card.number, "3")).code == "counter_paused"


def test_the_right_to_choose_is_a_rule() -> None:
    clerks = (Clerk("li", "Li"), Clerk("boss", "Boss", "supervisor"))
    bench = Bench(replace(CATALOGUE, clerks=clerks))
    bench.do(c.LogIn("1", "li")), bench.do(c.LogIn("2", "boss"))
    number = bench.take().number
    bench.do(c.ChangeRules(Rules(choose="nobody")))
    assert bench.refused(chosen(number, "2")).code == "choosing_off"
    bench.do(c.ChangeRules(Rules(choose="supervisor")))
    assert bench.refused(chosen(number, "1")).code == "no_right"
    bench.do(chosen(number, "2"))
    bench.do(c.ChangeRules(Rules()))
    bench.do(chosen(bench.take().number, "1"))


def test_without_named_clerks_everybody_at_a_counter_has_every_right(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(choose="supervisor")))
    open_bench.do(chosen(open_bench.take().number))
