"""The clerk's keys, in the right and in the wrong state."""

import pytest
from msgspec.structs import replace

from contract import events
from contract.catalogue import Clerk
from edge.errors import Invalid, Refused, Unknown
from edge.hall import commands as c
from tests.halls import CATALOGUE, Bench


def names(done: tuple[events.Event, ...]) -> list[str]:
    return [type(event).__name__ for event in done]


@pytest.mark.clause("S0-32")
def test_a_ticket_is_called_served_and_finished(open_bench: Bench) -> None:
    ticket = open_bench.take()
    open_bench.wait(60)
    called = open_bench.do(c.CallNext("1"))
    assert isinstance(called[0], events.TicketCalled)
    assert (called[0].number, called[0].counter, called[0].clerk) == ("A001", "1", "clerk-1")
    assert (ticket.called_at, ticket.calls) == (open_bench.at, 1)
    recalled = open_bench.do(c.Recall("1"))
    assert recalled == (events.TicketRecalled(ticket.id, "A001", "1", 2),)
    open_bench.do(c.Start("1"))
    open_bench.wait(200)
    assert names(open_bench.do(c.Finish("1"))) == ["ServiceFinished"]
    totals = open_bench.state.totals["deposit"]
    assert (totals.served, totals.wait_sum, totals.handling_sum) == (1, 60_000, 200_000)
    assert open_bench.state.counters["1"].status == "idle"


def test_finishing_who_was_only_called_records_the_start_too(open_bench: Bench) -> None:
    open_bench.take()
    open_bench.do(c.CallNext("1"))
    assert names(open_bench.do(c.Finish("1"))) == ["ServiceStarted", "ServiceFinished"]


def test_next_finishes_who_is_served_and_passes_who_does_not_come(open_bench: Bench) -> None:
    first, second, third = open_bench.take(), open_bench.take(), open_bench.take()
    open_bench.do(c.CallNext("1"))
    passed, called = open_bench.do(c.CallNext("1"))
    assert passed == events.TicketPassed(first.id, "A001", "1", by_next=True)
    assert isinstance(called, events.TicketCalled)
    assert called.ticket == second.id
    open_bench.do(c.Start("1"))
    finished, called = open_bench.do(c.CallNext("1"))
    assert finished == events.ServiceFinished(second.id, "1", "clerk-1", by_next=True)
    assert third.status == "called"


def test_next_with_nobody_waiting_ends_the_present_ticket_once(open_bench: Bench) -> None:
    open_bench.take()
    open_bench.do(c.CallNext("1"))
    assert names(open_bench.do(c.CallNext("1"))) == ["TicketPassed"]
    refusal = open_bench.refused(c.CallNext("1"))
    assert (type(refusal), refusal.code, refusal.field) == (Refused, "nobody_waiting", "counter")


KEYS = (c.CallNext, c.Recall, c.Start, c.Finish, c.Pass, c.Undo, c.Resume, c.LogOut)
NEEDS_OPEN = [key("1") for key in KEYS] + [
    c.Restore("1", "A001"),
    c.Transfer("1", "loan"),
    c.Pause("1", "meal"),
]


@pytest.mark.parametrize("command", NEEDS_OPEN, ids=lambda command: type(command).__name__)
def test_at_a_closed_counter_no_key_works(bench: Bench, command: c.Command) -> None:
    refusal = bench.refused(command)
    assert (refusal.code, refusal.field) == ("counter_closed", "counter")


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.__name__)
def test_a_counter_that_does_not_exist_is_named(open_bench: Bench, key: type[c.CallNext]) -> None:
    refusal = open_bench.refused(key("12"))
    assert (type(refusal), refusal.code, refusal.field) == (Unknown, "unknown_counter", "counter")
    assert "1, 2, 3" in refusal.detail


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.Recall("1"), "no_ticket"),
        (c.Start("1"), "no_ticket"),
        (c.Finish("1"), "no_ticket"),
        (c.Pass("1"), "no_ticket"),
        (c.Transfer("1", "loan"), "no_ticket"),
        (c.Undo("1"), "nothing_to_undo"),
        (c.Resume("1"), "not_paused"),
        (c.CallNext("1"), "nobody_waiting"),
        (c.Restore("1", "A001"), "unknown_ticket"),
    ],
)
def test_an_idle_counter_refuses_what_needs_a_ticket(open_bench: Bench, command: c.Command, code: str) -> None:
    assert open_bench.refused(command).code == code


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.Recall("1"), "not_called"),
        (c.Start("1"), "not_called"),
        (c.Pass("1"), "not_called"),
        (c.LogOut("1"), "has_customer"),
        (c.Pause("1", "meal"), "has_customer"),
        (c.LogIn("1", "other"), "counter_taken"),
    ],
)
def test_while_serving_some_keys_are_wrong(open_bench: Bench, command: c.Command, code: str) -> None:
    open_bench.take()
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.Start("1"))
    assert open_bench.refused(command).code == code


def test_one_clerk_one_counter(bench: Bench) -> None:
    bench.do(c.LogIn("1", "wang"))
    refusal = bench.refused(c.LogIn("2", "wang"))
    assert (refusal.code, refusal.field) == ("clerk_elsewhere", "clerk")
    bench.do(c.LogOut("1"))
    bench.do(c.LogIn("2", "wang"))


def test_only_clerks_of_the_list_where_there_is_one() -> None:
    bench = Bench(replace(CATALOGUE, clerks=(Clerk("w1", "Wang"), Clerk("l2", "Li"))))
    assert bench.refused(c.LogIn("1", "zhao")).code == "unknown_clerk"
    assert isinstance(bench.refused(c.LogIn("1", "  ")), Invalid)
    bench.do(c.LogIn("1", "w1"))
    assert bench.view().counters[0].clerk_name == "Wang"
    assert bench.refused(c.Pause("1", "meal", "zhao")).field == "cover"


@pytest.mark.clause("S1-19")
@pytest.mark.clause("S1-20")
def test_a_pause_has_a_reason_a_beginning_and_who_covers(open_bench: Bench) -> None:
    open_bench.do(c.Pause("1", "meal", "clerk-2"))
    view = open_bench.view().counters[0]
    assert (view.status, view.pause_reason, view.cover, view.since) == ("paused", "meal", "clerk-2", open_bench.at)
    open_bench.take()
    assert open_bench.refused(c.CallNext("1")).code == "counter_paused"
    assert open_bench.refused(c.Pause("1", "meal")).code == "already_paused"
    open_bench.wait(600)
    assert open_bench.do(c.Resume("1")) == (events.CounterResumed("1", "clerk-1"),)
    open_bench.do(c.CallNext("1"))


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (c.Pause("1", "holiday"), "unknown_reason", "reason"),
        (c.Pause("1", ""), "bad_reason", "reason"),
        (c.Pause("1", "meal", "clerk-1"), "own_cover", "cover"),
        (c.Pause("1", "meal", ""), "bad_cover", "cover"),
    ],
)
def test_a_wrong_pause_is_refused(open_bench: Bench, command: c.Command, code: str, field: str) -> None:
    refusal = open_bench.refused(command)
    assert (refusal.code, refusal.field) == (code, field)


def test_without_a_list_any_reason_will_do() -> None:
    bench = Bench(replace(CATALOGUE, pause_reasons=()))
    bench.open("1")
    bench.do(c.Pause("1", "fetching papers"))


def test_two_counters_at_once_get_two_customers(open_bench: Bench) -> None:
    first, second = open_bench.take(), open_bench.take()
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.CallNext("2"))
    assert (first.counter, second.counter) == ("1", "2")


def test_the_summary_keeps_the_last_calls_newest_first(open_bench: Bench) -> None:
    for _ in range(10):
        open_bench.take()
        open_bench.do(c.CallNext("1"))
    assert [call.number for call in open_bench.state.recent] == [f"A{n:03d}" for n in range(10, 2, -1)]
    open_bench.do(c.Recall("1"))
    assert [(call.number, call.calls) for call in open_bench.state.recent[:2]] == [("A010", 2), ("A009", 1)]
