"""Taking a ticket and rating a visit."""

import pytest
from msgspec.structs import replace

from contract import events
from contract.catalogue import Rules
from edge.errors import Invalid, Refused, Unknown
from edge.hall import commands as c
from tests.halls import CATALOGUE, SERVICES, Bench

TOKEN = "ABCDEFGHIJKLM"


def test_a_ticket_reads_letter_and_number_and_is_unique_for_ever(bench: Bench) -> None:
    first, second, loan = bench.take("deposit"), bench.take("deposit"), bench.take("loan")
    assert [first.number, second.number, loan.number] == ["A001", "A002", "B001"]
    assert first.id == "20261122-A001"
    assert (first.lane, first.status, first.issued_at) == ("ordinary", "waiting", bench.at)


def test_numbers_begin_with_the_range_and_keep_their_width() -> None:
    service = replace(SERVICES[0], first=101, last=9999, digits=4)
    bench = Bench(replace(CATALOGUE, services=(service, *SERVICES[1:])))
    assert bench.take().number == "A0101"


def test_the_event_says_how_many_are_ahead_and_how_long_it_may_take(bench: Bench) -> None:
    bench.open("1")
    for _ in range(3):
        bench.take()
    issued = bench.do(c.IssueTicket("deposit", TOKEN, "kiosk"))[0]
    assert isinstance(issued, events.TicketIssued)
    assert issued.ahead == 3
    assert issued.wait == events.Wait(p50_s=900, p90_s=1160)


@pytest.mark.parametrize(
    ("command", "error", "code", "field"),
    [
        (c.IssueTicket("mortgage", TOKEN, "kiosk"), Unknown, "unknown_service", "service"),
        (c.IssueTicket("deposit", TOKEN, "kiosk", "vip"), Unknown, "unknown_class", "priority_class"),
        (c.IssueTicket("deposit", "SHORT", "kiosk"), Invalid, "bad_token", "token"),
        (c.IssueTicket("deposit", "TOKEN WITH SPACES", "kiosk"), Invalid, "bad_token", "token"),
        (c.IssueTicket("deposit", "A" * 65, "kiosk"), Invalid, "bad_token", "token"),
        (c.IssueTicket("deposit", TOKEN, ""), Invalid, "bad_source", "source"),
        (c.IssueTicket("deposit", TOKEN, "a\nb"), Invalid, "bad_source", "source"),
        (c.IssueTicket("deposit", TOKEN, "kiosk", counter="9"), Unknown, "unknown_counter", "counter"),
        (c.IssueTicket("deposit", TOKEN, "kiosk", counter="1"), Refused, "counter_closed", "counter"),
    ],
)
def test_a_wrong_request_is_refused_naming_the_field(
    bench: Bench, command: c.Command, error: type[Refused], code: str, field: str
) -> None:
    refusal = bench.refused(command)
    assert (type(refusal), refusal.code, refusal.field) == (error, code, field)


def test_a_token_is_used_once(bench: Bench) -> None:
    bench.do(c.IssueTicket("deposit", TOKEN, "kiosk"))
    assert bench.refused(c.IssueTicket("loan", TOKEN, "kiosk")).code == "token_used"


def test_without_a_catalogue_or_a_day_there_are_no_tickets() -> None:
    bench = Bench(catalogue=None)
    assert bench.refused(c.IssueTicket("deposit", TOKEN, "kiosk")).code == "no_catalogue"
    bench.do(c.ChangeCatalogue(CATALOGUE))
    assert bench.refused(c.IssueTicket("deposit", TOKEN, "kiosk")).code == "no_day"


def test_tickets_are_given_from_opening_to_last_ticket(bench: Bench) -> None:
    plan = bench.state.plan
    assert plan is not None
    for at, code in [(plan.opens_at - 1, "before_opening"), (plan.last_ticket["deposit"], "after_last_ticket")]:
        bench.at = at
        assert bench.refused(c.IssueTicket("deposit", TOKEN, "kiosk")).code == code
    for at in (plan.opens_at, plan.last_ticket["deposit"] - 1):
        bench.at = at
        bench.take()


def test_a_service_may_have_its_own_last_ticket_and_a_cap() -> None:
    early = replace(SERVICES[0], last_ticket="10:30")
    few = replace(SERVICES[1], cap=2)
    bench = Bench(replace(CATALOGUE, services=(early, few, SERVICES[2])))
    bench.take("deposit")
    bench.wait(1800)
    assert bench.refused(c.IssueTicket("deposit", TOKEN, "kiosk")).code == "after_last_ticket"
    bench.take("loan"), bench.take("loan")
    assert bench.refused(c.IssueTicket("loan", TOKEN, "kiosk")).code == "cap_reached"
    bench.take("cards")


def test_a_range_used_up_gives_no_more() -> None:
    bench = Bench(replace(CATALOGUE, services=(replace(SERVICES[0], last=2), *SERVICES[1:])))
    bench.take(), bench.take()
    assert bench.refused(c.IssueTicket("deposit", TOKEN, "kiosk")).code == "numbers_used_up"


def test_suspended_gives_none_but_those_waiting_are_called(open_bench: Bench) -> None:
    ticket = open_bench.take()
    open_bench.do(c.SuspendHall("Power failure", "office"))
    assert open_bench.refused(c.IssueTicket("deposit", TOKEN, "kiosk")).code == "suspended"
    assert open_bench.refused(c.SuspendHall("Power failure", "office")).code == "already_suspended"
    open_bench.do(c.SuspendHall("Power failure until noon", "office"))
    assert open_bench.state.suspended == "Power failure until noon", "why may be said anew"
    open_bench.do(c.CallNext("1"))
    assert ticket.status == "called"
    open_bench.do(c.ResumeHall("office"))
    open_bench.take()
    assert open_bench.refused(c.ResumeHall("office")).code == "not_suspended"


@pytest.mark.clause("S1-23")
def test_who_comes_to_an_idle_window_without_ticket_gets_one_there(open_bench: Bench) -> None:
    ticket = open_bench.take("cards", counter="3")
    assert (ticket.status, ticket.counter) == ("called", "3")
    issued = open_bench.log[-2].event
    assert isinstance(issued, events.TicketIssued)
    assert issued.source == "counter:3"


def test_at_the_window_nobody_jumps_the_queue(open_bench: Bench) -> None:
    first = open_bench.take("deposit")
    walk_up = open_bench.take("loan", counter="1")
    assert walk_up.status == "waiting"
    open_bench.do(c.CallNext("1"))
    assert first.status == "called"
    assert open_bench.refused(c.IssueTicket("cards", TOKEN, "counter", counter="1")).code == "not_served_there"


def test_whether_a_window_writes_tickets_is_a_rule(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(adhoc=False)))
    refusal = open_bench.refused(c.IssueTicket("cards", TOKEN, "counter", counter="3"))
    assert (refusal.code, refusal.field) == ("adhoc_off", "counter")
    open_bench.do(c.IssueTicket("cards", TOKEN, "kiosk"))


def test_who_failed_at_the_kiosk_gets_the_published_class_for_it(open_bench: Bench) -> None:
    open_bench.do(c.ChangeRules(Rules(fallback_class="elderly")))

    def issued(cause: str | None, counter: str | None = None) -> events.TicketIssued:
        command = c.IssueTicket("deposit", open_bench.token(), "kiosk", counter=counter, cause=cause)
        event = open_bench.do(command)[0]
        assert isinstance(event, events.TicketIssued)
        return event

    failed = issued("The card could not be read")
    assert (failed.lane, failed.priority_class, failed.cause) == ("priority", "elderly", "The card could not be read")
    assert issued(None).priority_class is None
    assert issued("Came without a ticket", "1").priority_class is None, "why staff wrote it is no failure of the kiosk"
    open_bench.do(c.ChangeRules(Rules()))
    assert issued("The card could not be read").priority_class is None
    assert open_bench.refused(c.IssueTicket("deposit", TOKEN, "kiosk", cause=" ")).code == "bad_cause"


def test_no_ticket_in_an_emergency(open_bench: Bench) -> None:
    open_bench.do(c.DeclareEmergency("fire", "office"))
    assert open_bench.view().services[0].closed == "emergency"
    assert open_bench.refused(c.IssueTicket("deposit", TOKEN, "kiosk")).code == "emergency"
    open_bench.do(c.EndEmergency("office"))
    open_bench.take()


def served(bench: Bench, counter: str = "1") -> str:
    """Serves one customer at the counter; returns the slip's token."""
    bench.take()
    bench.do(c.CallNext(counter))
    ticket = bench.state.counters[counter].ticket
    bench.do(c.Finish(counter))
    return bench.state.tickets[ticket or ""].token


@pytest.mark.clause("S1-39")
def test_a_visit_is_rated_once_bound_to_ticket_counter_and_clerk(open_bench: Bench) -> None:
    token = served(open_bench)
    view = open_bench.view().counters[0]
    assert (view.rate_number, view.rate_until) == ("A001", open_bench.at + 30_000)
    rated = open_bench.do(c.RateTicket(5, "evaluator", counter="1"))
    assert rated == (events.TicketRated("20261122-A001", "1", "clerk-1", "deposit", 5, "evaluator"),)
    assert open_bench.view().counters[0].rate_number is None
    assert open_bench.state.totals["deposit"].ratings == {"5": 1}
    for again in (c.RateTicket(1, "web", token=token), c.RateTicket(1, "evaluator", counter="1")):
        assert open_bench.refused(again).code == "already_rated"


def test_the_evaluator_counts_for_a_while_the_slip_for_days(open_bench: Bench) -> None:
    token = served(open_bench)
    open_bench.wait(31)
    assert open_bench.refused(c.RateTicket(5, "evaluator", counter="1")).code == "nothing_to_rate"
    open_bench.wait(3 * 86_400 - 40)
    assert "20261122-A001" not in open_bench.state.tickets
    open_bench.do(c.RateTicket(4, "web", token=token))
    assert open_bench.state.totals["deposit"].ratings == {}, "belongs to the sheet of another day"


def test_a_rating_that_cannot_be_is_refused(open_bench: Bench) -> None:
    ticket = open_bench.take()
    assert open_bench.refused(c.RateTicket(5, "web", token=ticket.token)).code == "not_finished"
    assert open_bench.refused(c.RateTicket(5, "web", token="NOSUCHTOKEN12")).code == "unknown_token"
    assert open_bench.refused(c.RateTicket(5, "web", counter="9")).code == "unknown_counter"
    assert open_bench.refused(c.RateTicket(5, "evaluator", counter="2")).code == "nothing_to_rate"
    assert open_bench.refused(c.RateTicket(5, "web")).code == "unknown_counter"
    for level in (0, 6, True):
        refusal = open_bench.refused(c.RateTicket(level, "web", token=ticket.token))
        assert (refusal.code, refusal.field) == ("bad_level", "level")
    open_bench.do(c.ChangeRules(Rules(rating_token_days=1)))
    token = served(open_bench)
    open_bench.at += 86_400_001
    assert open_bench.refused(c.RateTicket(5, "web", token=token)).code == "rating_closed"
