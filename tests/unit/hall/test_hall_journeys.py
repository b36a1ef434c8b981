"""One ticket through several services (一票到底)."""

import pytest
from msgspec.structs import replace

from contract import events
from contract.catalogue import Material, Rules
from edge.errors import Invalid, Unknown
from edge.hall import commands as c
from edge.hall.progress import progress
from edge.hall.state import Ticket
from tests.halls import CATALOGUE, SERVICES, Bench, text


def travel(bench: Bench) -> Ticket:
    issued = bench.do(c.IssueTicket("deposit", bench.token(), "kiosk", journey="house"))[0]
    assert isinstance(issued, events.TicketIssued)
    assert (issued.journey, issued.then) == ("house", ("loan", "cards"))
    return bench.state.tickets[issued.ticket]


def serve(bench: Bench, counter: str) -> tuple[events.Event, ...]:
    bench.do(c.CallNext(counter)), bench.do(c.Start(counter))
    bench.wait(60)
    return bench.do(c.Finish(counter))


def test_one_number_is_served_at_each_service(open_bench: Bench) -> None:
    ticket = travel(open_bench)
    done = serve(open_bench, "1")
    assert done == (
        events.ServiceFinished(ticket.id, "1", "clerk-1"),
        events.TicketForwarded(ticket.id, "A001", "1", "deposit", "loan", 0, ("cards",)),
    )
    assert (ticket.status, ticket.service, ticket.stages, ticket.then) == ("waiting", "loan", ("deposit",), ("cards",))
    serve(open_bench, "2")
    assert ticket.service == "cards"
    assert serve(open_bench, "3") == (events.ServiceFinished(ticket.id, "3", "clerk-3"),)
    assert (ticket.status, ticket.number, ticket.stages) == ("done", "A001", ("deposit", "loan"))
    totals = open_bench.state.totals
    assert {service: totals[service].served for service in totals} == {"deposit": 1, "loan": 1, "cards": 1}
    assert {service: totals[service].handling for service in totals} == {service: [60_000] for service in totals}
    assert totals["loan"].issued == 0


@pytest.mark.parametrize(("place", "expected"), [("original", ["A001", "B001"]), ("end", ["B001", "A001"])])
def test_it_waits_by_the_rule_for_transfers(open_bench: Bench, place: str, expected: list[str]) -> None:
    open_bench.do(c.ChangeRules(Rules(transfer_place=place)))  # type: ignore[arg-type]
    travel(open_bench)
    open_bench.take("loan")
    serve(open_bench, "1")
    assert [up.number for up in open_bench.view().counters[1].next_up] == expected


def test_the_window_may_send_it_on_further(open_bench: Bench) -> None:
    ticket = open_bench.take()
    open_bench.do(c.CallNext("1")), open_bench.do(c.Start("1"))
    open_bench.do(c.Finish("1", then=("cards", "loan")))
    assert (ticket.service, ticket.then) == ("cards", ("loan",))
    open_bench.do(c.CallNext("3"))
    done = open_bench.do(c.Finish("3", then=("deposit",)))
    assert isinstance(done[-1], events.TicketForwarded)
    assert (ticket.service, ticket.then) == ("loan", ("deposit",)), "behind those of its journey"


def test_next_finishes_and_may_find_the_same_customer_again(open_bench: Bench) -> None:
    """Counter 2 serves deposit and loan in one line: by time of issue the same ticket is first there."""
    ticket = travel(open_bench)
    later = open_bench.take("loan")
    open_bench.do(c.CallNext("2")), open_bench.do(c.Start("2"))
    done = open_bench.do(c.CallNext("2"))
    assert [type(each) for each in done] == [events.ServiceFinished, events.TicketForwarded, events.TicketCalled]
    assert (ticket.status, ticket.counter) == ("called", "2")
    assert ticket.why == events.Why("first_come", "deposit+loan", 0, 2)
    assert later.status == "waiting"


def test_each_service_can_be_rated_at_its_window(open_bench: Bench) -> None:
    ticket = travel(open_bench)
    serve(open_bench, "1")
    open_bench.do(c.RateTicket(5, "evaluator", counter="1"))
    serve(open_bench, "2")
    assert open_bench.refused(c.RateTicket(4, "evaluator", counter="1")).code == "nothing_to_rate"
    assert open_bench.view().counters[0].rate_ticket is None
    open_bench.do(c.RateTicket(3, "evaluator", counter="2"))
    ratings = {service: totals.ratings for service, totals in open_bench.state.totals.items()}
    assert ratings == {"deposit": {"5": 1}, "loan": {"3": 1}, "cards": {}}
    assert ticket.level is None, "it waits for cards, which nobody has rated"


def test_a_finish_that_sent_it_on_is_not_taken_back(open_bench: Bench) -> None:
    travel(open_bench)
    serve(open_bench, "1")
    assert open_bench.view().counters[0].undo is None
    refusal = open_bench.refused(c.Undo("1"))
    assert (refusal.code, "loan" in refusal.detail) == ("gone_on", True)


def test_a_service_that_is_gone_meanwhile_is_left_out(open_bench: Bench) -> None:
    ticket = travel(open_bench)
    counters = (*CATALOGUE.counters[:2], replace(CATALOGUE.counters[2], serves=(("loan",),)))
    services = (SERVICES[0], SERVICES[1])
    open_bench.do(c.ChangeCatalogue(replace(CATALOGUE, version=2, services=services, counters=counters, journeys=())))
    serve(open_bench, "1")
    assert ticket.service == "loan"
    serve(open_bench, "2")
    assert ticket.status == "done"


def test_a_wrong_journey_is_refused_naming_the_field(open_bench: Bench) -> None:
    def asked(service: str, journey: str) -> c.IssueTicket:
        return c.IssueTicket(service, open_bench.token(), "kiosk", journey=journey)

    unknown, wrong = open_bench.refused(asked("deposit", "moon")), open_bench.refused(asked("loan", "house"))
    assert (type(unknown), unknown.code, unknown.field) == (Unknown, "unknown_journey", "journey")
    assert (type(wrong), wrong.code, wrong.field) == (Invalid, "wrong_journey", "service")
    open_bench.take()
    open_bench.do(c.CallNext("1"))
    refusal = open_bench.refused(c.Finish("1", then=("mortgage",)))
    assert (refusal.code, refusal.field) == ("unknown_service", "then")
    assert open_bench.refused(c.Finish("1", then=("loan",) * 13)).code == "bad_then"


def test_nobody_is_sent_where_nobody_serves() -> None:
    nobody = replace(CATALOGUE, counters=CATALOGUE.counters[:2], journeys=())
    bench = Bench(nobody)
    bench.open("1")
    bench.take()
    bench.do(c.CallNext("1"))
    assert bench.refused(c.Finish("1", then=("cards",))).code == "not_served"


def test_the_slips_page_shows_the_stages(open_bench: Bench) -> None:
    ticket = travel(open_bench)
    serve(open_bench, "1")
    page = progress(open_bench.state, ticket.token, open_bench.at)
    assert page is not None
    assert (page.service, page.done, page.then) == (text("Loan"), (text("Deposit"),), (text("Cards"),))
    assert page.may_rate, "the service that is done"


@pytest.mark.clause("S0-49")
def test_a_change_of_business_after_the_slot_checks_the_papers_anew_and_moves_the_ticket() -> None:
    """The slot has begun, nothing is done yet: looked at with other papers, sent on, the reason kept."""
    deposit, loan = replace(SERVICES[0], materials=("card",)), replace(SERVICES[1], materials=("card", "deed"))
    materials = (Material("card", text("Card")), Material("deed", text("Deed")))
    bench = Bench(replace(CATALOGUE, services=(deposit, loan, SERVICES[2]), materials=materials))
    bench.open("1", "2")
    bench.book("K1", in_s=60)
    ticket = bench.check_in("K1")
    bench.wait(120)
    bench.do(c.CallNext("1"))
    bench.do(c.CheckMaterials("1", ("card",)))
    done = bench.do(c.Transfer("1", "loan", reason="Wants a loan after all"))[0]
    assert isinstance(done, events.TicketTransferred)
    assert (done.to_service, done.reason) == ("loan", "Wants a loan after all")
    assert (ticket.number, ticket.service, ticket.status, ticket.seen) == ("A001", "loan", "waiting", ())
    bench.do(c.CallNext("2"))
    checked = bench.do(c.CheckMaterials("2", ("card",)))[0]
    assert isinstance(checked, events.MaterialsChecked)
    assert (checked.seen, checked.missing) == (("card",), ("deed",))
    assert bench.refused(c.Transfer("2", "deposit", reason="a\nb")).code == "bad_reason"
