"""New catalogues and rules: taken whole, or refused naming what is wrong with them."""

from typing import Any

import pytest
from msgspec.structs import replace

from contract import events
from contract.catalogue import Catalogue, Clerk, Counter, PriorityClass, Rules, Service
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
    ],
)
def test_rules_out_of_bounds_are_refused(bench: Bench, rules: Rules, field: str) -> None:
    refusal = bench.refused(c.ChangeRules(rules))
    assert isinstance(refusal, Invalid)
    assert refusal.field == field


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
