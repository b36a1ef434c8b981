"""New catalogues and rules: taken whole, or refused naming what is wrong with them."""

from typing import Any, get_type_hints

import pytest
from msgspec.structs import replace

from contract import events
from contract.catalogue import (
    Catalogue,
    CheckItem,
    Checklist,
    Clerk,
    Counter,
    FailureReason,
    Journey,
    Material,
    PriorityClass,
    Rules,
    Service,
    Zone,
)
from edge.errors import Invalid
from edge.hall import commands as c
from tests.halls import CATALOGUE, COUNTERS, SERVICES, Bench, text


def with_service(**changed: Any) -> Catalogue:
    return replace(CATALOGUE, version=2, services=(replace(SERVICES[0], **changed), *SERVICES[1:]))


def with_serves(*groups: tuple[str, ...]) -> Catalogue:
    return replace(CATALOGUE, version=2, counters=(replace(COUNTERS[0], serves=groups), *COUNTERS[1:]))


@pytest.mark.parametrize(
    ("catalogue", "field"),
    [
        (with_service(id="loan"), "catalogue.services"),
        (with_service(id="No Such Id"), "catalogue.services"),
        (with_service(letter="B"), "catalogue.services"),
        (with_service(letter="a"), "catalogue.services[0].letter"),
        (with_service(letter="ABC"), "catalogue.services[0].letter"),
        (with_service(digits=2), "catalogue.services[0].last"),
        (with_service(digits=0), "catalogue.services[0].digits"),
        (with_service(first=10, last=9), "catalogue.services[0].last"),
        (with_service(first=-1), "catalogue.services[0].first"),
        (with_service(cap=-1), "catalogue.services[0].cap"),
        (with_service(expected_s=0), "catalogue.services[0].expected_s"),
        (with_service(last_ticket="25:00"), "catalogue.services[0].last_ticket"),
        (with_service(name={"en": ""}), "catalogue.services[0].name"),
        (with_service(name={"en": "x" * 101}), "catalogue.services[0].name"),
        (with_serves(("deposit", "mortgage")), "catalogue.counters[0].serves"),
        (with_serves(("deposit",), ("deposit",)), "catalogue.counters[0].serves"),
        (with_serves(("deposit",), ()), "catalogue.counters[0].serves"),
        (with_serves(), "catalogue.counters[0].serves"),
        (replace(CATALOGUE, version=2, counters=(*COUNTERS, COUNTERS[0])), "catalogue.counters"),
        (replace(CATALOGUE, version=0), "catalogue.version"),
        (replace(CATALOGUE, priority_classes=(PriorityClass("a", text("A")),) * 2), "catalogue.priority_classes"),
        (replace(CATALOGUE, clerks=(Clerk("a", "A"), Clerk("a", "B"))), "catalogue.clerks"),
    ],
)
def test_an_inconsistent_catalogue_is_refused(bench: Bench, catalogue: Catalogue, field: str) -> None:
    refusal = bench.refused(c.ChangeCatalogue(catalogue))
    assert isinstance(refusal, Invalid)
    assert refusal.field == field


def test_versions_rise(bench: Bench) -> None:
    refusal = bench.refused(c.ChangeCatalogue(CATALOGUE))
    assert (refusal.code, refusal.field) == ("old_version", "catalogue.version")
    bench.do(c.ChangeCatalogue(replace(CATALOGUE, version=7)))
    assert bench.view().version == 7


def test_a_service_with_people_in_the_hall_cannot_disappear(bench: Bench) -> None:
    bench.take("cards")
    without = replace(
        CATALOGUE,
        version=2,
        services=SERVICES[:2],
        counters=(*COUNTERS[:2], replace(COUNTERS[2], serves=(("loan",),))),
        journeys=(),
    )
    refusal = bench.refused(c.ChangeCatalogue(without))
    assert refusal.code == "people_waiting"
    assert "C001" in refusal.detail
    assert "cards" in refusal.detail
    bench.open("3")
    bench.do(c.CallNext("3"))
    bench.do(c.Finish("3"))
    bench.do(c.ChangeCatalogue(without))
    bench.do(c.LogOut("3"))
    bench.wait(86_400)
    closed = [each.event for each in bench.log if isinstance(each.event, events.DayClosed)]
    assert [(line.service, line.served) for line in closed[0].sheet] == [("deposit", 0), ("loan", 0), ("cards", 1)]


def test_nor_can_the_only_counter_that_would_call_them(bench: Bench) -> None:
    bench.take("cards")
    refusal = bench.refused(c.ChangeCatalogue(replace(CATALOGUE, version=2, counters=COUNTERS[:2], journeys=())))
    assert refusal.code == "people_waiting"


def test_nor_the_service_of_a_counter_somebody_was_sent_to(open_bench: Bench) -> None:
    open_bench.take()
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.Transfer("1", "loan", "3"))
    smaller = (*COUNTERS[:2], replace(COUNTERS[2], serves=(("cards",),)))
    assert (
        open_bench.refused(c.ChangeCatalogue(replace(CATALOGUE, version=2, counters=smaller))).code == "people_waiting"
    )


def test_an_open_counter_stays(open_bench: Bench) -> None:
    fewer = replace(CATALOGUE, version=2, counters=COUNTERS[1:])
    assert open_bench.refused(c.ChangeCatalogue(fewer)).code == "counter_open"
    open_bench.do(c.LogOut("1"))
    open_bench.do(c.ChangeCatalogue(fewer))
    assert [each.id for each in open_bench.view().counters] == ["2", "3"]
    assert open_bench.refused(c.LogIn("1", "a")).code == "unknown_counter"


def test_numbers_go_on_under_a_new_range_or_letter(bench: Bench) -> None:
    bench.take(), bench.take()
    bench.do(c.ChangeCatalogue(with_service(digits=4, last=9999)))
    assert bench.take().number == "A0003"
    swapped = (replace(SERVICES[0], letter="B"), replace(SERVICES[1], letter="A"), SERVICES[2])
    bench.do(c.ChangeCatalogue(replace(CATALOGUE, version=3, services=swapped)))
    assert [bench.take("loan").number, bench.take("deposit").number] == ["A004", "B001"]


def test_a_new_service_and_counter_work_at_once(bench: Bench) -> None:
    gold = Service("gold", "G", text("Gold"))
    new = replace(
        CATALOGUE, version=2, services=(*SERVICES, gold), counters=(*COUNTERS, Counter("4", text("4"), (("gold",),)))
    )
    bench.do(c.ChangeCatalogue(new))
    assert bench.take("gold").number == "G001"
    bench.open("4")
    bench.do(c.CallNext("4"))
    assert bench.view().counters[3].number == "G001"


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        (Rules(priority=0), "rules.priority"),
        (Rules(ordinary=0), "rules.ordinary"),
        (Rules(ordinary=21), "rules.ordinary"),
        (Rules(return_after=-1), "rules.return_after"),
        (Rules(eta_window=0), "rules.eta_window"),
        (Rules(undo_within_s=-1), "rules.undo_within_s"),
        (Rules(rating_token_days=31), "rules.rating_token_days"),
        (Rules(rings=0), "rules.rings"),
        (Rules(transfer_place="first"), "rules.transfer_place"),  # type: ignore[arg-type]
        (Rules(ring="robot"), "rules.ring"),  # type: ignore[arg-type]
        (Rules(choose="customer"), "rules.choose"),  # type: ignore[arg-type]
        (Rules(booked="last"), "rules.booked"),  # type: ignore[arg-type]
        (Rules(verify="maybe"), "rules.verify"),  # type: ignore[arg-type]
        (Rules(limit_complex_s=0), "rules.limit_complex_s"),
        (Rules(warn_before_s=-1), "rules.warn_before_s"),
        (Rules(idle_alert_s=0), "rules.idle_alert_s"),
        (Rules(pause_max_s=0), "rules.pause_max_s"),
        (Rules(return_within_s=-1), "rules.return_within_s"),
        (Rules(ageing_s=-1), "rules.ageing_s"),
        (Rules(checkin_open_s=86_401), "rules.checkin_open_s"),
        (Rules(grace_s=-1), "rules.grace_s"),
        (Rules(insert_after=100), "rules.insert_after"),
        (Rules(busy_s=-1), "rules.busy_s"),
        (Rules(move_back_s=0), "rules.move_back_s"),
        (Rules(move_backs_max=10), "rules.move_backs_max"),
        (Rules(self_test_before_s=-1), "rules.self_test_before_s"),
        (Rules(checklist_before_s=14_401), "rules.checklist_before_s"),
        (Rules(fallback_class="nobody"), "rules.fallback_class"),
    ],
)
def test_rules_out_of_bounds_are_refused(bench: Bench, rules: Rules, field: str) -> None:
    refusal = bench.refused(c.ChangeRules(rules))
    assert isinstance(refusal, Invalid)
    assert refusal.field == field


NUMBERS = [name for name, kind in get_type_hints(Rules).items() if kind is int]


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_of_the_rules_has_bounds(bench: Bench, name: str) -> None:
    for beyond in (-1, 10**9):
        assert bench.refused(c.ChangeRules(replace(Rules(), **{name: beyond}))).field == f"rules.{name}"


def test_the_defaults_and_a_known_class_are_within_bounds(bench: Bench) -> None:
    bench.do(c.ChangeRules(Rules(fallback_class="elderly")))


def with_parts(**parts: Any) -> Catalogue:
    return replace(CATALOGUE, version=2, **parts)


HALL_A = Zone("hall-a", text("Hall A"))
SERVES_LOANS = Counter("3", text("Counter 3"), (("loan",),))
TIDY = CheckItem("tidy", text("Tidy"))


def with_windows(*windows: str, other: tuple[str, ...] = ()) -> Catalogue:
    """Deposits wait in hall A, where those windows stand."""
    zones = (replace(HALL_A, windows=windows), Zone("hall-b", text("Hall B"), windows=other))
    return replace(with_service(zone="hall-a"), zones=zones)


@pytest.mark.parametrize(
    ("catalogue", "field"),
    [
        (with_parts(zones=(HALL_A, HALL_A)), "catalogue.zones"),
        (with_parts(zones=(Zone("hall-a", text("")),)), "catalogue.zones[0].name"),
        (replace(with_service(zone="roof"), zones=(HALL_A,)), "catalogue.services[0].zone"),
        (with_windows("9"), "catalogue.zones[0].windows"),
        (with_windows("1", other=("1",)), "catalogue.zones"),
        (with_windows("1", other=("2",)), "catalogue.zones[1].windows"),
        (replace(with_windows("3"), counters=(*COUNTERS[:2], SERVES_LOANS)), "catalogue.zones[0].windows"),
        (with_service(materials=("form",)), "catalogue.services[0].materials"),
        (with_service(guide={"en": "x" * 501}), "catalogue.services[0].guide"),
        (with_service(instead=({"en": ""},)), "catalogue.services[0].instead"),
        (with_parts(materials=(Material("form", text("F")),) * 2), "catalogue.materials"),
        (with_parts(materials=(Material("Form 1", text("F")),)), "catalogue.materials"),
        (with_parts(materials=(Material("form", text("x" * 101)),)), "catalogue.materials[0].name"),
        (with_parts(failure_reasons=(FailureReason("a", text("A")),) * 2), "catalogue.failure_reasons"),
        (with_parts(failure_reasons=(FailureReason("a", text("")),)), "catalogue.failure_reasons[0].name"),
        (
            with_parts(failure_reasons=(FailureReason("a", text("A"), text("x" * 301)),)),
            "catalogue.failure_reasons[0].solution",
        ),
        (with_parts(journeys=(Journey("j", text("J"), ("deposit",)),)), "catalogue.journeys[0].services"),
        (with_parts(journeys=(Journey("j", text("J"), ("deposit", "visa")),)), "catalogue.journeys[0].services"),
        (with_parts(journeys=(Journey("j", text("J"), ("deposit", "loan")),) * 2), "catalogue.journeys"),
        (
            with_parts(journeys=(Journey("j", text("J"), ("deposit", "cards")),), counters=COUNTERS[:2]),
            "catalogue.journeys[0].services",
        ),
        (with_parts(checklists=(Checklist("l", text("L"), ()),)), "catalogue.checklists[0].items"),
        (with_parts(checklists=(Checklist("l", text("L"), (TIDY, TIDY)),)), "catalogue.checklists[0].items"),
        (with_parts(checklists=(Checklist("l", text(""), (TIDY,)),)), "catalogue.checklists[0].name"),
        (
            with_parts(checklists=(Checklist("l", text("L"), (CheckItem("tidy", text("")),)),)),
            "catalogue.checklists[0].items[0].name",
        ),
        (with_parts(checklists=(Checklist("l", text("L"), (TIDY,)),) * 2), "catalogue.checklists"),
    ],
)
def test_the_catalogues_other_parts_name_only_what_is_there(bench: Bench, catalogue: Catalogue, field: str) -> None:
    refusal = bench.refused(c.ChangeCatalogue(catalogue))
    assert isinstance(refusal, Invalid)
    assert (refusal.code, refusal.field) == ("bad_catalogue", field)


def test_a_full_catalogue_is_taken(bench: Bench) -> None:
    full = replace(
        with_service(zone="hall-a", materials=("form",), guide=text("Bring it"), instead=(text("Online"),)),
        zones=(replace(HALL_A, windows=("1", "2")),),
        materials=(Material("form", text("Form"), original=True),),
        failure_reasons=(FailureReason("a", text("A"), text("Go there")),),
        journeys=(Journey("j", text("J"), ("deposit", "loan", "cards")),),
        checklists=(Checklist("l", text("L"), (TIDY,)),),
    )
    bench.do(c.ChangeCatalogue(full))
    assert bench.state.catalogue == full


def test_a_shorter_window_forgets_older_handling_times(open_bench: Bench) -> None:
    for seconds in (10, 20, 30):
        open_bench.take()
        open_bench.do(c.CallNext("1"))
        open_bench.do(c.Start("1"))
        open_bench.at += seconds * 1000
        open_bench.do(c.Finish("1"))
    open_bench.do(c.ChangeRules(Rules(eta_window=2)))
    assert open_bench.state.totals["deposit"].handling == [20_000, 30_000]
    assert open_bench.state.totals["deposit"].served == 3
