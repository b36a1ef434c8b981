"""What is shown of the hall, and reported of it."""

import msgspec
import pytest

from contract import events
from contract.catalogue import Rules
from contract.messages import CounterReport, ServiceReport
from edge.hall import commands as c
from edge.hall.counters_picture import PASSED
from edge.hall.picture import picture
from edge.hall.report import counter_reports, service_reports
from edge.hall.state import State
from edge.hall.view import EMPTY
from tests.halls import CATALOGUE, Bench, text


def test_before_a_catalogue_there_is_nothing_to_see() -> None:
    assert picture(State(), 0) == EMPTY


def test_services_show_who_waits_since_when_and_why_closed(open_bench: Bench) -> None:
    since = open_bench.at
    open_bench.take("loan")
    open_bench.wait(60)
    open_bench.take("loan")
    loan = open_bench.view().services[1]
    assert (loan.waiting, loan.waiting_since, loan.issued, loan.closed) == (2, since, 2, None)
    assert loan.wait == events.Wait(400, 541)
    assert open_bench.view().open
    plan = open_bench.state.plan
    assert plan is not None
    open_bench.at = plan.last_ticket["loan"]
    view = open_bench.view()
    assert ({each.closed for each in view.services}, view.open) == ({"after_last_ticket"}, False)


def test_a_counter_shows_its_ticket_and_who_comes_next(open_bench: Bench) -> None:
    for service, priority in [("deposit", None), ("loan", None), ("deposit", None), ("deposit", "elderly")]:
        open_bench.take(service, priority)
    taken = open_bench.at
    open_bench.wait(10)
    open_bench.do(c.CallNext("1"))
    view = open_bench.view().counters[0]
    assert (view.number, view.service, view.lane, view.priority_class) == ("A003", "deposit", "priority", "elderly")
    assert (view.issued_at, view.called_at, view.started_at, view.calls) == (taken, open_bench.at, None, 1)
    assert view.why == events.Why("priority_turn", "deposit", 0, 3)
    assert [up.number for up in view.next_up] == ["A001", "A002", "B001"]
    assert (view.waiting, view.clerk, view.serves) == (3, "clerk-1", ("deposit", "loan"))


def test_the_wait_of_who_is_called_counts_as_it_did_in_the_line(open_bench: Bench) -> None:
    """Of a booked customer from the slot on, however long before it the check-in was (requirements.md §9)."""
    open_bench.book("K1", in_s=240)
    open_bench.do(c.CheckIn(open_bench.token(), "kiosk", "code", "K1"))
    open_bench.wait(360)
    [coming] = open_bench.view().counters[0].next_up
    open_bench.do(c.CallNext("1"))
    here = open_bench.view().counters[0]
    assert here.waited_ms == open_bench.at - coming.since == 120_000
    open_bench.wait(60)
    open_bench.do(c.Start("1"))
    assert open_bench.view().counters[0].waited_ms == 120_000, "until the call"
    assert open_bench.view().counters[1].waited_ms is None


def test_who_is_called_before_the_slot_has_not_waited(open_bench: Bench) -> None:
    open_bench.book("K1", in_s=240)
    open_bench.do(c.CheckIn(open_bench.token(), "kiosk", "code", "K1"))
    open_bench.do(c.CallNext("1"))
    assert open_bench.view().counters[0].waited_ms == 0


def test_passed_numbers_newest_first_and_not_without_end(open_bench: Bench) -> None:
    open_bench.take()
    for _ in range(PASSED + 2):
        open_bench.take()
        open_bench.do(c.CallNext("1"))
    passed = [up.number for up in open_bench.view().counters[0].passed]
    assert passed == [f"A{n:03d}" for n in range(PASSED + 1, 1, -1)]
    open_bench.do(c.ChangeRules(Rules(returns_max=0)))
    assert open_bench.view().counters[0].passed == ()


def test_the_picture_does_not_change_when_the_hall_goes_on(open_bench: Bench) -> None:
    open_bench.take(), open_bench.take()
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.Record(events.DeviceFailed("printer", "printer", "x")))
    view = open_bench.view()
    before = msgspec.json.encode(view)
    open_bench.do(c.Recall("1"))
    open_bench.do(c.Record(events.ClockSynced("b", 0, open_bench.at + 5000)))
    open_bench.do(c.Record(events.DeviceRecovered("printer", "printer")))
    open_bench.do(c.CallNext("1"))
    assert msgspec.json.encode(view) == before


@pytest.mark.clause("S0-32")
def test_the_report_to_the_centre(open_bench: Bench) -> None:
    open_bench.take()
    open_bench.wait(5)
    open_bench.take()
    called_at = open_bench.at
    open_bench.do(c.CallNext("1"))
    open_bench.wait(7)
    view = open_bench.view()
    assert service_reports(view, open_bench.at)[0] == ServiceReport(
        "deposit", text("Deposit"), 1, 7, view.services[0].wait
    )
    assert service_reports(view, open_bench.at)[1].longest_s == 0
    assert service_reports(view, 0)[0].longest_s == 0, "a clock that stands behind"
    assert counter_reports(view)[0] == CounterReport("1", text("Counter 1"), "called", "clerk-1", "A001", called_at)
    assert [each.id for each in counter_reports(view)] == [each.id for each in CATALOGUE.counters]


def test_the_picture_of_everything_shares_nothing_with_the_hall(open_bench: Bench) -> None:
    """What a page looks at stays as it was, whatever happens in the hall after it."""
    open_bench.take()
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.Start("1"))
    open_bench.wait(780)
    open_bench.do(c.RaiseAlarm("help", "counter:1", "clerk-1"))
    open_bench.do(c.Record(events.DevicesTested({"board": "ok"}, "node")))
    view = open_bench.view()
    before = msgspec.json.encode(view)
    open_bench.wait(120)
    open_bench.do(c.Suspend("1", "step", "seal"))
    open_bench.do(c.RaiseAlarm("silent", "counter:1", "clerk-1"))
    open_bench.do(c.Record(events.DevicesTested({"board": "failed"}, "node")))
    open_bench.do(c.DeclareEmergency("fire", "wang"))
    assert msgspec.json.encode(view) == before
    assert (view.counters[0].warned, view.emergency, len(view.alarms)) == (("limit_near",), None, 1)


def test_nobody_at_a_counter_has_no_clock_and_no_papers(open_bench: Bench) -> None:
    view = open_bench.view().counters[0]
    assert (view.limit_s, view.verify_due, view.materials, view.suspended_cases) == (0, False, (), ())
