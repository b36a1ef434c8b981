"""Passed numbers brought back, transfers, and steps taken back."""

import pytest

from contract import events
from contract.catalogue import Rules
from edge.hall import commands as c
from edge.hall.state import Ticket
from tests.halls import Bench


def order_of_calls(bench: Bench, counter: str = "1") -> list[str]:
    """Calls and finishes until nobody waits for the counter; the numbers in order."""
    called = []
    while bench.view().counters[int(counter) - 1].waiting:
        bench.do(c.CallNext(counter))
        called.append(bench.state.tickets[bench.state.counters[counter].ticket or ""].number)
        bench.do(c.Finish(counter))
    return called


def passed_one(bench: Bench, behind: int) -> Ticket:
    ticket = bench.take()
    for _ in range(behind):
        bench.take()
    bench.do(c.CallNext("1"))
    bench.do(c.Pass("1"))
    return ticket


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        (5, ["A002", "A003", "A004", "A001", "A005", "A006"]),
        (3, ["A002", "A003", "A004", "A001"]),
        (1, ["A002", "A001"]),
        (0, ["A001"]),
    ],
)
def test_a_passed_number_comes_back_behind_three(open_bench: Bench, behind: int, expected: list[str]) -> None:
    passed = passed_one(open_bench, behind)
    restored = open_bench.do(c.Restore("1", "a001 "))
    assert restored == (events.TicketRestored(passed.id, "A001", min(behind, 3), "clerk-1"),)
    assert order_of_calls(open_bench) == expected


def test_it_counts_its_own_lane_and_is_no_priority(open_bench: Bench) -> None:
    """Three priority tickets ahead are not three of its own."""
    passed = passed_one(open_bench, 0)
    for _ in range(3):
        open_bench.take(priority="elderly")
    others = [open_bench.take() for _ in range(4)]
    open_bench.do(c.Restore("1", passed.id))
    ordinary = [number for number in order_of_calls(open_bench) if number in {t.number for t in [passed, *others]}]
    assert ordinary == [others[0].number, others[1].number, others[2].number, "A001", others[3].number]
    assert passed.lane == "ordinary"


def test_an_empty_queue_is_no_short_cut_past_the_line_of_the_group(open_bench: Bench) -> None:
    """Counter 2 serves deposit and loan in one line."""
    passed_one(open_bench, 0)
    loans = [open_bench.take("loan") for _ in range(4)]
    open_bench.do(c.Restore("2", "A001"))
    expected = [*(t.number for t in loans[:3]), "A001", loans[3].number]
    assert order_of_calls(open_bench, "2") == expected


def test_it_comes_back_once_and_only_where_it_is_served(open_bench: Bench) -> None:
    passed_one(open_bench, 0)
    assert [up.number for up in open_bench.view().counters[0].passed] == ["A001"]
    open_bench.do(c.Restore("3", "A001"))
    assert open_bench.refused(c.Restore("1", "A001")).code == "not_passed"
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.Pass("1"))
    assert open_bench.refused(c.Restore("1", "A001")).code == "returned_too_often"
    assert open_bench.view().counters[0].passed == ()
    open_bench.take("cards")
    open_bench.do(c.CallNext("3"))
    open_bench.do(c.Pass("3"))
    assert open_bench.refused(c.Restore("1", "C001")).code == "not_served_there"
    assert open_bench.refused(c.Restore("1", "Z999")).code == "unknown_ticket"


def serving(bench: Bench, counter: str = "1") -> Ticket:
    bench.do(c.CallNext(counter))
    bench.do(c.Start(counter))
    return bench.state.tickets[bench.state.counters[counter].ticket or ""]


def test_a_transfer_keeps_the_ticket_and_its_place_by_issue(open_bench: Bench) -> None:
    early = open_bench.take("deposit")
    loan = open_bench.take("loan")
    serving(open_bench)
    done = open_bench.do(c.Transfer("1", "loan"))
    assert done == (
        events.TicketTransferred(early.id, "A001", "1", "deposit", "loan", None, position=0, place="original"),
    )
    assert open_bench.state.counters["1"].status == "idle"
    assert order_of_calls(open_bench, "3") == ["A001", loan.number]
    assert early.number == "A001"


def test_a_transfer_to_the_end_waits_behind_everybody(open_bench: Bench) -> None:
    open_bench.take("deposit")
    open_bench.take("loan")
    serving(open_bench)
    open_bench.take("cards")
    open_bench.do(c.Transfer("1", "loan", place="end"))
    assert order_of_calls(open_bench, "3") == ["B001", "C001", "A001"]


def test_sent_to_one_counter_it_waits_for_that_counter_only(open_bench: Bench) -> None:
    ticket = open_bench.take("deposit")
    serving(open_bench)
    open_bench.do(c.Transfer("1", "loan", "3"))
    assert open_bench.refused(c.CallNext("2")).code == "nobody_waiting"
    assert open_bench.view().counters[1].waiting == 0
    assert [up.number for up in open_bench.view().counters[2].next_up] == ["A001"]
    open_bench.do(c.CallNext("3"))
    assert (ticket.status, ticket.counter) == ("called", "3")


def test_when_that_counter_closes_any_other_may_call_it(open_bench: Bench) -> None:
    ticket = open_bench.take("deposit")
    serving(open_bench)
    open_bench.do(c.Transfer("1", "loan", "3"))
    open_bench.do(c.LogOut("3"))
    open_bench.do(c.CallNext("2"))
    assert ticket.counter == "2"


def test_a_lane_shared_with_others_cannot_starve_who_waits_for_one_counter(open_bench: Bench) -> None:
    """Counters 1 and 2 run cycles of their own; the one of counter 2 must come round to the ticket sent there."""
    sent = open_bench.take("deposit")
    serving(open_bench)
    open_bench.do(c.Transfer("1", "deposit", "2", "end"))
    for _ in range(8):
        open_bench.take("loan", "elderly")
    calls = order_of_calls(open_bench, "2")
    assert calls.index(sent.number) <= 1


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (c.Transfer("1", "deposit"), "same_queue", "to_service"),
        (c.Transfer("1", "deposit", "1"), "same_queue", "to_service"),
        (c.Transfer("1", "mortgage"), "unknown_service", "to_service"),
        (c.Transfer("1", "loan", "9"), "unknown_counter", "to_counter"),
        (c.Transfer("1", "cards", "2"), "not_served_there", "to_counter"),
        (c.Transfer("1", "cards", "3"), "counter_closed", "to_counter"),
        (c.Transfer("1", "loan", None, "first"), "bad_place", "place"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_transfer_is_refused(bench: Bench, command: c.Command, code: str, field: str) -> None:
    bench.open("1", "2")
    bench.take()
    serving(bench)
    refusal = bench.refused(command)
    assert (refusal.code, refusal.field) == (code, field)


def test_a_wrong_pass_is_taken_back(open_bench: Bench) -> None:
    ticket = open_bench.take()
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.Pass("1"))
    assert open_bench.view().counters[0].undo == "pass"
    assert open_bench.do(c.Undo("1")) == (events.StepUndone(ticket.id, "1", "pass", "called"),)
    assert (ticket.status, open_bench.state.counters["1"].ticket) == ("called", ticket.id)
    assert open_bench.state.totals["deposit"].passed == 0
    assert open_bench.refused(c.Undo("1")).code == "nothing_to_undo"


def test_a_wrong_finish_is_taken_back_with_all_it_counted(open_bench: Bench) -> None:
    open_bench.take()
    ticket = serving(open_bench)
    open_bench.wait(90)
    open_bench.do(c.Finish("1"))
    open_bench.do(c.Undo("1"))
    assert (ticket.status, ticket.token in open_bench.state.ratable) == ("serving", False)
    totals = open_bench.state.totals["deposit"]
    assert (totals.served, totals.handling, totals.handling_sum) == (0, [], 0)
    open_bench.wait(30)
    open_bench.do(c.Finish("1"))
    assert totals.handling == [120_000]


def test_who_was_called_meanwhile_goes_back_to_the_head(open_bench: Bench) -> None:
    first, second, third = open_bench.take(), open_bench.take(), open_bench.take()
    serving(open_bench)
    open_bench.do(c.CallNext("1"))
    undone = open_bench.do(c.Undo("1"))
    assert undone == (events.StepUndone(first.id, "1", "finish", "serving", returned=second.id),)
    assert open_bench.state.queues["deposit"] == [second.id, third.id]
    assert (second.status, second.calls, second.counter, second.why) == ("waiting", 0, None, None)
    assert [call.number for call in open_bench.state.recent] == ["A001"]


def test_too_late_to_take_back(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(undo_within_s=60)))
    open_bench.take(), open_bench.take()
    serving(open_bench)
    open_bench.do(c.Finish("1"))
    open_bench.at += 60_001
    assert open_bench.view().counters[0].undo is None
    assert open_bench.refused(c.Undo("1")).code == "undo_too_late"
    serving(open_bench)
    open_bench.do(c.CallNext("2")) if open_bench.state.queues["deposit"] else None
    assert open_bench.refused(c.Undo("1")).code == "undo_too_late"


def test_a_pass_is_not_taken_back_once_the_number_has_gone_on(open_bench: Bench) -> None:
    """Restored and passed again elsewhere: the first counter's step is history."""
    passed_one(open_bench, 0)
    open_bench.do(c.Restore("2", "A001"))
    assert open_bench.refused(c.Undo("1")).code == "undo_too_late"
    open_bench.do(c.CallNext("2"))
    open_bench.do(c.Pass("2"))
    assert open_bench.refused(c.Undo("1")).code == "undo_too_late"
    open_bench.do(c.Undo("2"))


def test_after_a_transfer_there_is_nothing_to_take_back(open_bench: Bench) -> None:
    open_bench.take(), open_bench.take()
    serving(open_bench)
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.Transfer("1", "loan"))
    assert open_bench.refused(c.Undo("1")).code == "nothing_to_undo"


def test_a_pass_is_not_taken_back_when_the_number_is_called_again_here(open_bench: Bench) -> None:
    passed = passed_one(open_bench, 0)
    open_bench.do(c.Restore("1", "A001"))
    open_bench.do(c.CallNext("1"))
    assert (passed.status, passed.counter) == ("called", "1")
    assert open_bench.view().counters[0].undo is None
    assert open_bench.refused(c.Undo("1")).code == "undo_too_late"
