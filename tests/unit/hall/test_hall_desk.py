"""The service desk: somebody asks, and is helped at once or sent to the right window, and how soon."""

from typing import Any

import msgspec
import pytest

from contract import events as e
from contract.catalogue import Rules
from edge.errors import Invalid, Unknown
from edge.hall import commands as c
from tests.halls import Bench


@pytest.fixture
def bench() -> Bench:
    """Counter 1 open, one ordinary customer waiting for deposits."""
    made = Bench()
    made.open("1")
    made.take()
    return made


def asks(bench: Bench, by: str = "w01") -> str:
    [opened] = bench.do(c.OpenEnquiry(by))
    assert isinstance(opened, e.EnquiryOpened)
    return opened.enquiry


def answer(bench: Bench, enquiry: str, outcome: Any = "solved", **more: Any) -> e.EnquiryAnswered:
    if outcome == "solved":
        more = {"summary": "opening hours"} | more
    last = bench.do(c.AnswerEnquiry(enquiry, "w01", outcome, **more))[-1]
    assert isinstance(last, e.EnquiryAnswered)
    return last


def wrong(bench: Bench, enquiry: str, outcome: Any, **more: Any) -> Invalid:
    with pytest.raises(Invalid) as caught:
        bench.do(c.AnswerEnquiry(enquiry, "w01", outcome, **more))
    return caught.value


@pytest.mark.clause("S2-8")
def test_a_first_solution_is_recorded_with_what_it_was_about(bench: Bench) -> None:
    enquiry = asks(bench)
    bench.at += 40_000
    told = answer(bench, enquiry, summary="  policy ", service="loan")
    assert told == e.EnquiryAnswered(enquiry, "w01", "policy", "solved", "loan", None, 40, False)
    assert bench.state.enquiries == {}


@pytest.mark.clause("S2-8")
def test_who_is_sent_on_gets_the_ticket_with_the_answer(bench: Bench) -> None:
    enquiry = asks(bench)
    command = c.AnswerEnquiry(enquiry, "w01", "routed", service="deposit", token=bench.token())
    issued, told = bench.do(command)
    assert isinstance(issued, e.TicketIssued) and isinstance(told, e.EnquiryAnswered)
    assert (issued.source, issued.service, issued.ahead, issued.lane) == ("desk", "deposit", 1, "ordinary")
    assert (told.outcome, told.service, told.ticket) == ("routed", "deposit", issued.ticket)
    assert bench.state.tickets[issued.ticket].status == "waiting"


def test_the_ticket_may_be_of_a_published_class_or_a_journey(bench: Bench) -> None:
    special = answer(bench, asks(bench), "routed", service="deposit", token=bench.token(), priority_class="elderly")
    assert bench.state.tickets[special.ticket or ""].lane == "priority"
    journey = answer(bench, asks(bench), "routed", service="deposit", token=bench.token(), journey="house")
    assert bench.state.tickets[journey.ticket or ""].then
    with pytest.raises(Unknown) as unknown:
        answer(bench, asks(bench), "routed", service="deposit", token=bench.token(), priority_class="friends")
    assert unknown.value.code == "unknown_class"


def test_where_no_ticket_can_be_had_the_enquiry_stays_open(bench: Bench) -> None:
    enquiry = asks(bench)
    bench.do(c.SuspendHall("no power", "boss"))
    refused = bench.refused(c.AnswerEnquiry(enquiry, "w01", "routed", service="deposit", token=bench.token()))
    assert refused.code == "suspended"
    assert list(bench.state.enquiries) == [enquiry]


@pytest.mark.clause("S2-8")
def test_who_has_a_ticket_is_sent_on_with_that_one(bench: Bench) -> None:
    waiting = next(iter(bench.state.tickets.values()))
    told = answer(bench, asks(bench), "routed", number=waiting.number.lower())
    assert (told.ticket, told.service) == (waiting.id, "deposit")
    assert len(bench.state.tickets) == 1
    other = bench.refused(c.AnswerEnquiry(asks(bench), "w01", "routed", service="loan", number=waiting.number))
    assert other.code == "other_service"
    bench.do(c.CallNext("1"))
    bench.do(c.Start("1"))
    bench.do(c.Finish("1"))
    ended = bench.refused(c.AnswerEnquiry(asks(bench), "w01", "routed", number=waiting.number))
    assert ended.code == "ticket_ended"


@pytest.mark.clause("S3-46")
@pytest.mark.parametrize(("ms", "seconds", "late"), [(0, 0, False), (120_000, 120, False), (120_001, 120, True)])
def test_an_answer_is_late_beyond_the_rule_and_not_at_it(bench: Bench, ms: int, seconds: int, late: bool) -> None:
    enquiry = asks(bench)
    asked_at = bench.log[-1].at
    bench.at += ms
    told = answer(bench, enquiry)
    assert (told.seconds, told.late) == (seconds, late)
    assert bench.log[-1].at - asked_at == ms, "request_at and response_at are the times of the two events"


def test_the_rule_is_the_halls_own(bench: Bench) -> None:
    bench.do(c.ChangeRules(Rules(consult_s=30)))
    enquiry = asks(bench)
    bench.at += 31_000
    assert answer(bench, enquiry).late
    with pytest.raises(Invalid) as caught:
        bench.do(c.ChangeRules(Rules(consult_s=5)))
    assert caught.value.field == "rules.consult_s"


def test_a_clock_set_back_meanwhile_is_no_time(bench: Bench) -> None:
    enquiry = asks(bench)
    bench.at -= 60_000
    told = answer(bench, enquiry)
    assert (told.seconds, told.late) == (0, False)


def test_several_ask_at_once_and_each_has_a_clock_of_its_own(bench: Bench) -> None:
    first = asks(bench)
    bench.at += 100_000
    second = asks(bench, "w02")
    assert [(one.id, one.by) for one in bench.view().desk.open] == [(first, "w01"), (second, "w02")]
    bench.at += 30_000
    assert (answer(bench, first).late, answer(bench, second, "gone").seconds) == (True, 30)


def test_an_answered_enquiry_is_not_answered_again(bench: Bench) -> None:
    enquiry = asks(bench)
    answer(bench, enquiry, "gone")
    with pytest.raises(Unknown) as caught:
        answer(bench, enquiry)
    assert caught.value.code == "unknown_enquiry"


def test_a_button_leaned_on_ends_somewhere(bench: Bench) -> None:
    for _ in range(50):
        asks(bench)
    assert bench.refused(c.OpenEnquiry("w01")).code == "too_many_enquiries"


def test_what_is_kept_of_it_names_nobody(bench: Bench) -> None:
    enquiry = asks(bench)
    assert wrong(bench, enquiry, "solved").field == "summary"
    assert wrong(bench, enquiry, "solved", summary="card 11010519491231002X").code == "not_masked"
    assert wrong(bench, enquiry, "routed", summary="tel. 138 0013 8000", number="A001").code == "not_masked"
    assert wrong(bench, enquiry, "solved", summary="x" * 201).code == "bad_summary"
    assert answer(bench, enquiry, summary="form 2024, two copies").outcome == "solved"


@pytest.mark.parametrize(
    ("outcome", "more", "field"),
    [
        ("sold", {}, "outcome"),
        ("solved", {"summary": "hours", "token": "TOKEN000000999"}, "token"),
        ("gone", {"number": "A001"}, "number"),
        ("gone", {"priority_class": "elderly"}, "priority_class"),
        ("routed", {"service": "deposit"}, "number"),
        ("routed", {"service": "deposit", "token": "TOKEN000000999", "number": "A001"}, "number"),
        ("routed", {"token": "TOKEN000000999"}, "service"),
        ("routed", {"service": "deposit", "token": "short"}, "token"),
    ],
)
def test_an_answer_that_can_never_be_right_names_the_field(
    bench: Bench, outcome: str, more: dict[str, Any], field: str
) -> None:
    assert wrong(bench, asks(bench), outcome, **more).field == field


def test_the_day_counts_how_enquiries_ended_and_begins_anew(bench: Bench) -> None:
    for outcome in ("solved", "solved", "gone"):
        answer(bench, asks(bench), outcome)
    routed = asks(bench)
    bench.at += 200_000
    answer(bench, routed, "routed", service="loan", token=bench.token())
    seen = bench.view().desk
    assert (seen.solved, seen.routed, seen.gone, seen.late) == (2, 1, 1, 1)
    plan = bench.state.plan
    assert plan is not None
    bench.wait((plan.ends_at - bench.at) / 1000 + 1)
    seen = bench.view().desk
    assert (seen.solved, seen.routed, seen.gone, seen.late) == (0, 0, 0, 0)


def test_who_is_unanswered_when_the_day_ends_is_gone(bench: Bench) -> None:
    enquiry = asks(bench)
    plan = bench.state.plan
    assert plan is not None
    bench.wait((plan.ends_at - bench.at) / 1000 + 1)
    [told] = [each.event for each in bench.log if isinstance(each.event, e.EnquiryAnswered)]
    assert (told.enquiry, told.outcome, told.by, told.late) == (enquiry, "gone", "w01", True)
    kinds = [type(each.event) for each in bench.log]
    assert kinds.index(e.EnquiryAnswered) < kinds.index(e.DayClosed), "it belongs to the day that ends"
    assert bench.state.enquiries == {}


def test_a_replay_ends_in_the_same_hall(bench: Bench) -> None:
    answer(bench, asks(bench), "routed", service="loan", token=bench.token())
    asks(bench)
    assert msgspec.json.encode(bench.replayed()) == msgspec.json.encode(bench.state)
