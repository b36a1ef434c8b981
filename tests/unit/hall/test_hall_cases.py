"""Suspended cases (挂起): the counter free, the clock stopped, and where the case may go on."""

from typing import Any

import pytest
from msgspec.structs import replace

from contract import events
from edge.hall import commands as c
from edge.hall.state import Ticket
from tests.halls import CATALOGUE, COUNTERS, Bench, check_places


def serving(bench: Bench, service: str = "deposit", counter: str = "1") -> Ticket:
    ticket = bench.take(service)
    bench.do(c.CallNext(counter))
    bench.do(c.Start(counter))
    assert ticket.counter == counter
    return ticket


def suspended(bench: Bench, kind: Any = "papers_out", counter: str = "1") -> Ticket:
    ticket = serving(bench, counter=counter)
    bench.do(c.Suspend(counter, kind, "fetches a copy"))
    return ticket


def test_the_counter_is_free_and_everybody_sees_where_the_case_is(open_bench: Bench) -> None:
    ticket = serving(open_bench)
    done = open_bench.do(c.Suspend("1", "papers_out", "fetches a copy"))
    assert done == (events.CaseSuspended(ticket.id, "A001", "1", "clerk-1", "papers_out", "fetches a copy"),)
    one, two, three = open_bench.view().counters
    assert (one.status, one.ticket) == ("idle", None)
    (case,) = one.suspended_cases
    assert (case.number, case.kind, case.reason, case.counter) == ("A001", "papers_out", "fetches a copy", "1")
    assert case.since == open_bench.at
    assert two.suspended_cases == three.suspended_cases == (case,)
    check_places(open_bench.state)


def test_papers_taken_out_come_back_to_any_window_of_the_service(open_bench: Bench) -> None:
    ticket = suspended(open_bench)
    open_bench.wait(250)
    done = open_bench.do(c.Continue("2", "A001"))
    assert done == (events.CaseContinued(ticket.id, "A001", "2", "clerk-2", 250),)
    assert (ticket.status, ticket.counter, ticket.clerk) == ("serving", "2", "clerk-2")
    assert open_bench.state.suspended_cases == []
    assert open_bench.view().counters[1].number == "A001"
    finished = open_bench.do(c.Finish("2"))
    assert finished == (events.ServiceFinished(ticket.id, "2", "clerk-2"),)
    check_places(open_bench.state)


@pytest.mark.parametrize("kind", ["papers_kept", "step"])
def test_papers_kept_go_on_where_they_are(open_bench: Bench, kind: str) -> None:
    ticket = suspended(open_bench, kind)
    refusal = open_bench.refused(c.Continue("2", "A001"))
    assert (refusal.code, refusal.field) == ("wrong_counter", "counter")
    assert "counter 1" in refusal.detail
    views = open_bench.view().counters
    assert [len(view.suspended_cases) for view in views] == [1, 0, 0]
    open_bench.do(c.Continue("1", "A001"))
    assert ticket.status == "serving"


def test_a_window_of_another_service_cannot_go_on_with_it(open_bench: Bench) -> None:
    ticket = serving(open_bench, "cards", "3")
    open_bench.do(c.Suspend("3", "papers_out", "x"))
    assert open_bench.refused(c.Continue("1", ticket.number)).code == "not_served_there"
    assert open_bench.view().counters[0].suspended_cases == ()


def test_the_window_serves_others_meanwhile_and_must_be_idle_to_go_on(open_bench: Bench) -> None:
    suspended(open_bench)
    other = serving(open_bench)
    refusal = open_bench.refused(c.Continue("1", "A001"))
    assert (refusal.code, "A002" in refusal.detail) == ("has_customer", True)
    open_bench.do(c.Finish("1"))
    open_bench.do(c.Pause("1", "meal"))
    assert open_bench.refused(c.Continue("1", "A001")).code == "counter_paused"
    open_bench.do(c.Resume("1"))
    open_bench.do(c.Continue("1", "A001"))
    assert other.status == "done"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.Suspend("1", "papers_out", "x"), "not_serving"),
        (c.Continue("2", "A001"), "not_suspended"),
        (c.Continue("2", "A009"), "unknown_ticket"),
    ],
)
def test_only_who_is_served_is_suspended_and_only_who_is_suspended_goes_on(
    open_bench: Bench, command: c.Command, code: str
) -> None:
    open_bench.take()
    open_bench.do(c.CallNext("1"))
    assert open_bench.refused(command).code == code


def test_a_suspension_has_one_of_three_kinds_and_a_reason(open_bench: Bench) -> None:
    serving(open_bench)
    assert open_bench.refused(c.Suspend("1", "lunch", "x")).code == "bad_kind"  # type: ignore[arg-type]
    assert open_bench.refused(c.Suspend("1", "step", " ")).code == "bad_reason"


def test_suspended_time_is_not_counted_as_handling(open_bench: Bench) -> None:
    ticket = serving(open_bench)
    open_bench.wait(100)
    for away in (500, 700):
        open_bench.do(c.Suspend("1", "papers_out", "x"))
        open_bench.wait(away)
        open_bench.do(c.Continue("1", ticket.number))
        open_bench.wait(50)
    assert open_bench.view().counters[0].suspended_ms == 1_200_000
    open_bench.do(c.Finish("1"))
    totals = open_bench.state.totals["deposit"]
    assert (totals.handling_sum, totals.handling) == (200_000, [200_000])


def test_a_finish_undone_and_done_again_counts_the_same(open_bench: Bench) -> None:
    ticket = serving(open_bench)
    open_bench.do(c.Suspend("1", "step", "seal"))
    open_bench.wait(400)
    open_bench.do(c.Continue("1", ticket.number))
    open_bench.wait(60)
    open_bench.do(c.Finish("1"))
    open_bench.do(c.Undo("1"))
    totals = open_bench.state.totals["deposit"]
    assert (totals.served, totals.handling_sum, totals.handling) == (0, 0, [])
    open_bench.wait(30)
    open_bench.do(c.Finish("1"))
    assert (totals.served, totals.handling_sum, totals.handling) == (1, 90_000, [90_000])


def test_a_transfer_after_it_measures_the_work_and_begins_with_a_new_clock(open_bench: Bench) -> None:
    ticket = serving(open_bench)
    open_bench.do(c.Suspend("1", "papers_out", "x"))
    open_bench.wait(600)
    open_bench.do(c.Continue("1", ticket.number))
    open_bench.wait(40)
    open_bench.do(c.Transfer("1", "loan"))
    assert open_bench.state.totals["deposit"].handling == [40_000]
    open_bench.do(c.CallNext("2"))
    open_bench.do(c.Start("2"))
    open_bench.wait(70)
    open_bench.do(c.Finish("2"))
    assert open_bench.state.totals["loan"].handling_sum == 70_000
    check_places(open_bench.state)


def test_neither_side_of_a_suspension_leaves_a_step_to_undo(open_bench: Bench) -> None:
    first = serving(open_bench)
    open_bench.do(c.Finish("1"))
    serving(open_bench)
    open_bench.do(c.Suspend("1", "papers_out", "x"))
    assert open_bench.refused(c.Undo("1")).code == "nothing_to_undo"
    assert first.status == "done", "an older finish is out of reach"
    open_bench.do(c.Continue("1", "A002"))
    assert open_bench.refused(c.Undo("1")).code == "nothing_to_undo"


def test_next_does_not_call_a_suspended_case_nor_restore_bring_it_back(open_bench: Bench) -> None:
    suspended(open_bench)
    assert open_bench.refused(c.CallNext("1")).code == "nobody_waiting"
    assert open_bench.refused(c.Restore("1", "A001")).code == "not_passed"


def test_with_nobody_working_a_case_is_void_at_the_end_of_the_day_and_the_sheet_says_so(bench: Bench) -> None:
    bench.open("1")
    ticket = suspended(bench)
    bench.wait(24 * 3600)
    assert ticket.status == "voided"
    assert (bench.state.suspended_cases, bench.state.tickets) == ([], {})
    (closed,) = [each.event for each in bench.log if isinstance(each.event, events.DayClosed)]
    deposit = closed.sheet[0]
    assert (deposit.service, deposit.voided, deposit.carried, deposit.suspended) == ("deposit", 1, 0, 1)
    assert [line.suspended for line in closed.sheet[1:]] == [0, 0]
    assert bench.replayed() == bench.state


def test_while_somebody_works_a_case_is_carried_into_the_new_day(bench: Bench) -> None:
    bench.open("1", "2")
    ticket = suspended(bench, "papers_kept")
    serving(bench, counter="2")
    bench.wait(24 * 3600)
    (closed,) = [each.event for each in bench.log if isinstance(each.event, events.DayClosed)]
    deposit = closed.sheet[0]
    assert (deposit.voided, deposit.carried, deposit.suspended) == (0, 2, 1)
    bench.do(c.Continue("1", "A001"))
    assert (ticket.status, ticket.suspended_ms) == ("serving", 24 * 3600 * 1000)
    assert bench.replayed() == bench.state


def test_a_new_catalogue_leaves_every_case_a_window(open_bench: Bench) -> None:
    suspended(open_bench, "papers_kept")
    elsewhere = (replace(COUNTERS[0], serves=(("loan",),)), *COUNTERS[1:])
    refusal = open_bench.refused(c.ChangeCatalogue(replace(CATALOGUE, version=2, counters=elsewhere)))
    assert (refusal.code, "A001" in refusal.detail) == ("people_waiting", True)
    open_bench.do(c.Continue("1", "A001"))
    open_bench.do(c.Suspend("1", "papers_out", "x"))
    open_bench.do(c.ChangeCatalogue(replace(CATALOGUE, version=2, counters=elsewhere)))
    open_bench.do(c.Continue("2", "A001"))


def test_welcome_greets_who_is_called_or_served_and_nobody_else(open_bench: Bench) -> None:
    assert open_bench.refused(c.Welcome("1")).code == "no_ticket"
    ticket = open_bench.take()
    open_bench.do(c.CallNext("1"))
    assert open_bench.do(c.Welcome("1")) == (events.CustomerWelcomed(ticket.id, "1", "clerk-1"),)
    open_bench.do(c.Start("1"))
    assert open_bench.do(c.Welcome("1")) == (events.CustomerWelcomed(ticket.id, "1", "clerk-1"),)
