"""What the page behind the slip's code says."""

import pytest
from msgspec.structs import replace

from contract import events
from contract.catalogue import Rules, Zone
from edge.hall import commands as c
from edge.hall.progress import Progress, called_because, progress
from edge.hall.state import Ticket
from tests.halls import CATALOGUE, SERVICES, Bench, text


def page(bench: Bench, ticket: Ticket) -> Progress:
    found = progress(bench.state, ticket.token, bench.at)
    assert found is not None
    return found


@pytest.mark.clause("S0-4")
def test_who_is_ahead_and_how_long_it_takes_is_told_at_any_time(bench: Bench) -> None:
    bench.open("1")
    tickets = [bench.take() for _ in range(3)]
    assert [page(bench, each).ahead for each in tickets] == [0, 1, 2]
    before = page(bench, tickets[2])
    assert before.wait == events.Wait(600, 812)
    assert tickets[2].wait == before.wait, "what the slip promised"
    bench.do(c.CallNext("1"))
    assert page(bench, tickets[2]).ahead == 1
    bench.open("2")
    shorter = page(bench, tickets[2]).wait
    assert shorter is not None
    assert shorter.p50_s < before.wait.p50_s


def test_it_says_where_to_go_and_what_can_be_done(bench: Bench) -> None:
    bench.do(
        c.ChangeCatalogue(
            replace(
                CATALOGUE,
                version=2,
                services=(replace(SERVICES[0], zone="z1"), *SERVICES[1:]),
                zones=(Zone("z1", text("North")),),
            )
        )
    )
    bench.open("1")
    ticket, other = bench.take(), bench.take()
    waiting = page(bench, ticket)
    assert (waiting.number, waiting.service, waiting.status, waiting.day) == (
        "A001",
        text("Deposit"),
        "waiting",
        "2026-11-22",
    )
    assert (waiting.zone, waiting.counter, waiting.moves_left, waiting.can_move_back) == (text("North"), None, 2, True)
    assert page(bench, other).can_move_back is False, "nobody is behind"
    bench.do(c.MoveBack(ticket.token, "slip"))
    assert (page(bench, ticket).moves_left, page(bench, ticket).ahead) == (1, 1)
    bench.do(c.CallNext("1"))
    called = page(bench, other)
    assert (called.status, called.counter, called.ahead, called.wait) == ("called", text("Counter 1"), None, None)
    assert (called.can_move_back, called.may_rate) == (False, False)
    bench.do(c.Finish("1"))
    done = page(bench, other)
    assert (done.status, done.may_rate, done.rated) == ("done", True, None)
    bench.do(c.RateTicket(4, "slip", token=other.token))
    assert (page(bench, other).may_rate, page(bench, other).rated) == (False, 4)


def test_a_zone_without_a_name_is_its_label(bench: Bench) -> None:
    bench.do(c.ChangeCatalogue(replace(CATALOGUE, version=2, services=(replace(SERVICES[0], zone="2"), *SERVICES[1:]))))
    assert page(bench, bench.take()).zone == {"zh": "2", "en": "2"}


def test_a_day_later_it_can_still_be_rated(bench: Bench) -> None:
    bench.open("1")
    ticket = bench.take()
    bench.do(c.CallNext("1")), bench.do(c.Finish("1"))
    bench.wait(86_400)
    past = page(bench, ticket)
    assert (past.number, past.status, past.may_rate, past.day) == ("A001", "done", True, "2026-11-22")
    bench.do(c.RateTicket(2, "slip", token=ticket.token))
    assert page(bench, ticket).rated == 2


def test_an_unknown_token_shows_nothing(bench: Bench) -> None:
    bench.take()
    assert progress(bench.state, "NOSUCHTOKEN12", bench.at) is None
    assert progress(bench.state, "A001", bench.at) is None


def test_who_is_booked_is_not_called_before_the_slot(open_bench: Bench) -> None:
    open_bench.book("K1", in_s=1200)
    ticket = open_bench.check_in("K1")
    found = page(open_bench, ticket)
    assert (found.held, found.slot_at, found.wait) == ("slot", ticket.slot_at, events.Wait(1200, 1200))
    assert ticket.wait == found.wait
    open_bench.wait(1200)
    assert page(open_bench, ticket).wait == events.Wait(0, 0)


def test_the_deferred_have_everybody_ahead(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(busy_s=0)))
    open_bench.take()
    open_bench.book("K1", in_s=-60)
    deferred = open_bench.check_in("K1")
    open_bench.take(), open_bench.take()
    assert (page(open_bench, deferred).held, page(open_bench, deferred).ahead) == ("deferred", 3)


@pytest.mark.clause("S1-4")
def test_why_a_ticket_was_called_can_be_read_back(open_bench: Bench) -> None:
    first, second = open_bench.take(), open_bench.take(priority="elderly")
    assert called_because(first) is None
    open_bench.do(c.CallNext("1")), open_bench.do(c.Finish("1"))
    open_bench.do(c.CallNext("1"))
    assert called_because(second) == events.Why("priority_turn", "deposit", 0, 2)
    assert called_because(first) == events.Why("first_come", "deposit", 0, 1)
