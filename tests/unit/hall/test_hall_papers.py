"""Papers of the window: materials, acceptance, one-time notice, result, badges, and their numbers."""

from typing import Any

import pytest
from msgspec.structs import replace

from contract import events
from contract.catalogue import Catalogue, FailureReason, Material
from contract.events import Missing
from edge.hall import commands as c
from edge.hall.apply import apply
from edge.hall.state import Ticket
from tests.halls import CATALOGUE, MORNING, SERVICES, Bench, Happened, text

HOUR = 3_600_000
FULL: Catalogue = replace(
    CATALOGUE,
    services=(replace(SERVICES[0], materials=("id-card", "form")), *SERVICES[1:]),
    materials=tuple(Material(each, text(each)) for each in ("id-card", "form", "proxy")),
    failure_reasons=(FailureReason("not-here", text("Not here"), text("Go to the other hall")),),
)


@pytest.fixture
def desk() -> Bench:
    """Somebody is served at counter 1 of node bench-1."""
    bench = Bench(FULL)
    bench.do(c.Record(events.NodeStarted("1", "hw", "bench-1")))
    bench.open("1", "2")
    serve(bench)
    return bench


def serve(bench: Bench, counter: str = "1") -> Ticket:
    ticket = bench.take()
    bench.do(c.CallNext(counter))
    bench.do(c.Start(counter))
    return ticket


def only(done: tuple[events.Event, ...]) -> Any:
    (event,) = done
    return event


@pytest.mark.clause("S0-31")
def test_the_services_list_is_checked_off_and_says_what_lacks(desk: Bench) -> None:
    view = desk.view().counters[0]
    assert (view.materials, view.seen) == (("id-card", "form"), ())
    checked = only(desk.do(c.CheckMaterials("1", ("form",))))
    assert checked == events.MaterialsChecked("20261122-A001", "1", "clerk-1", ("form",), ("id-card",))
    assert desk.view().counters[0].seen == ("form",)
    checked = only(desk.do(c.CheckMaterials("1", ("form", "id-card"))))
    assert (checked.seen, checked.missing) == (("id-card", "form"), ())
    assert desk.refused(c.CheckMaterials("1", ("proxy",))).code == "unknown_material"


@pytest.mark.clause("S1-27")
def test_acceptance_has_a_number_a_time_limit_and_what_was_handed_in(desk: Bench) -> None:
    desk.do(c.CheckMaterials("1", ("id-card", "form")))
    accepted = only(desk.do(c.AcceptCase("1", 5)))
    assert accepted == events.CaseAccepted(
        number="bench.bench-1-20261122-00001",
        n=1,
        ticket="20261122-A001",
        service="deposit",
        counter="1",
        clerk="clerk-1",
        days=5,
        materials=("id-card", "form"),
    )
    assert desk.view().counters[0].acceptance == accepted.number
    refusal = desk.refused(c.AcceptCase("1", 5))
    assert (refusal.code, accepted.number in refusal.detail) == ("already_accepted", True)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (c.AcceptCase("1", -1), "days"),
        (c.AcceptCase("1", 1000), "days"),
        (c.AcceptCase("1", 1, ("passport",)), "materials"),
        (c.AcceptCase("2", 1), "counter"),
        (c.GiveNotice("1", ()), "items"),
        (c.GiveNotice("1", (Missing("form", "x"),) * 21), "items"),
        (c.GiveNotice("1", (Missing("form", " "),)), "reason"),
        (c.GiveNotice("1", (Missing("", "x"),)), "material"),
        (c.TellResult("1", "success", "not-here"), "failure"),
        (c.TellResult("1", "failure"), "failure"),
        (c.TellResult("1", "failure", "no-idea"), "failure"),
        (c.TellResult("1", "maybe"), "outcome"),  # type: ignore[arg-type]
        (c.TellResult("1", "success", oral=False), "oral"),
        (c.TellResult("1", "success", note="x" * 201), "note"),
        (c.RegisterVisitor("110101199003078515", "Li", "meeting", "desk"), "name_masked"),
        (c.RegisterVisitor("张*", "", "meeting", "desk"), "host"),
    ],
)
def test_wrong_papers_are_refused_and_take_no_number(desk: Bench, command: c.Command, field: str) -> None:
    assert desk.refused(command).field == field
    assert desk.state.papers == {}


@pytest.mark.clause("S1-25")
def test_everything_that_lacks_is_told_at_once_and_a_second_notice_is_marked(desk: Bench) -> None:
    items = (Missing("form", "not signed"), Missing("a map of the site", "needed for building"))
    notice = only(desk.do(c.GiveNotice("1", items)))
    assert (notice.items, notice.repeated, notice.number) == (items, False, "bench.bench-1-20261122-N00001")
    again = only(desk.do(c.GiveNotice("1", items[:1])))
    assert (again.repeated, again.number) == (True, "bench.bench-1-20261122-N00002")
    assert desk.view().counters[0].notices == 2
    desk.do(c.Finish("1"))
    serve(desk)
    assert only(desk.do(c.GiveNotice("1", items))).repeated is False, "another customer"


@pytest.mark.clause("S0-39")
@pytest.mark.clause("S0-40")
@pytest.mark.clause("S0-41")
def test_the_result_is_told_with_its_reason_or_with_where_and_when_to_collect(desk: Bench) -> None:
    done = only(
        desk.do(c.TellResult("1", "success", collect=" window 3, from 14:00,\n with the receipt ", printed=True))
    )
    assert (done.outcome, done.oral, done.printed) == ("success", True, True)
    assert done.collect == "window 3, from 14:00, with the receipt"
    assert desk.view().counters[0].result == "success"
    failed = only(desk.do(c.TellResult("1", "failure", "not-here", note="moved away")))
    assert (failed.failure, failed.note, failed.n) == ("not-here", "moved away", 2)
    assert desk.view().counters[0].result == "failure"


def test_without_a_list_of_reasons_a_failure_is_explained_in_words(open_bench: Bench) -> None:
    serve(open_bench)
    assert open_bench.refused(c.TellResult("1", "failure")).field == "note"
    assert open_bench.refused(c.TellResult("1", "failure", "not-here", "x")).field == "note"
    open_bench.do(c.TellResult("1", "failure", note="the law does not allow it"))


def test_papers_belong_to_the_service_and_begin_anew_at_another(desk: Bench) -> None:
    desk.do(c.CheckMaterials("1", ("form",)))
    desk.do(c.AcceptCase("1", 1))
    desk.do(c.GiveNotice("1", (Missing("form", "x"),)))
    desk.do(c.TellResult("1", "success"))
    desk.do(c.Transfer("1", "loan"))
    desk.do(c.CallNext("2"))
    view = desk.view().counters[1]
    assert (view.seen, view.acceptance, view.notices, view.result) == ((), None, 0, "")
    assert only(desk.do(c.AcceptCase("2", 1))).number.endswith("-00002")


def test_a_transfer_within_the_service_takes_its_papers_along(desk: Bench) -> None:
    desk.do(c.CheckMaterials("1", ("form",)))
    desk.do(c.Transfer("1", "deposit", "2"))
    desk.do(c.CallNext("2"))
    assert desk.view().counters[1].seen == ("form",)


def test_a_visitor_gets_a_badge(desk: Bench) -> None:
    badge = only(desk.do(c.RegisterVisitor("张*", "Director Li", "meeting", "desk")))
    assert badge == events.VisitorRegistered(
        "bench.bench-1-20261122-V00001", 1, "张*", "Director Li", "meeting", "desk"
    )


# --- numbers -------------------------------------------------------------------


def badge(bench: Bench) -> str:
    return str(only(bench.do(c.RegisterVisitor("张*", "Li", "x", "desk"))).number)


@pytest.mark.parametrize(
    ("node", "starts"),
    [("bench-1", "bench.bench-1-20261122-"), ("bench", "bench-20261122-"), ("", "bench-20261122-")],
)
def test_the_number_says_hall_node_and_day(bench: Bench, node: str, starts: str) -> None:
    bench.do(c.Record(events.NodeStarted("1", "hw", node)))
    assert badge(bench).startswith(starts)


def test_each_kind_counts_by_itself_and_anew_each_day(bench: Bench) -> None:
    assert [badge(bench), badge(bench)] == ["bench-20261122-V00001", "bench-20261122-V00002"]
    bench.wait(24 * 3600)
    assert badge(bench) == "bench-20261123-V00001"


def test_a_wrong_clock_that_brings_a_day_back_repeats_no_number(bench: Bench) -> None:
    first = badge(bench)
    year = 365 * 24 * HOUR
    for shift in (year, -year):
        bench.do(c.Record(events.ClockSynced("b", 0, bench.at + shift)))
        bench.at += shift
        bench.wait(0)
    assert badge(bench) != first
    assert bench.replayed() == bench.state


def salvaged(proved: list[Happened], at: int) -> Bench:
    """The hall after damage: only `proved` is left of its journal, and a new epoch has begun."""
    bench = Bench(catalogue=None, at=at)
    for event, seq, then in proved:
        apply(bench.state, event, seq=seq, at=then)
    bench.do(c.Record(events.EpochBegun("x", "torn", len(proved), 0)))
    bench.wait(0)
    return bench


def test_after_damage_no_number_of_the_day_comes_again_not_even_after_a_second(bench: Bench) -> None:
    """What is salvaged ends before all papers; the lost ones were written one a second."""
    proved, given = list(bench.log), []
    for _ in range(3):
        for _ in range(50):
            given.append(badge(bench))
            bench.at += 1000
        bench = salvaged(proved, bench.at)
    given.append(badge(bench))
    assert len(set(given)) == len(given)
    assert given[-1] == "bench-20261122-V21752", "six hours and 150 s into the day"
    bench.wait(24 * 3600)
    assert badge(bench) == "bench-20261123-V00001", "only the day it happened in"


def test_a_new_node_begins_with_one() -> None:
    bench = Bench(catalogue=None, at=MORNING)
    bench.do(c.Record(events.EpochBegun(None, "new", 0, 0)))
    bench.do(c.ChangeCatalogue(CATALOGUE))
    bench.pass_time()
    assert badge(bench).endswith("V00001")
