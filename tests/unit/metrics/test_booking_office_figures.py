"""What the office did about bookings, counted by hand."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.metrics.booking_facts import CallFacts, CaseFacts, ChangeFacts, ClosureFacts, NoticeFacts, ReviewFacts
from central.metrics.booking_office import OfficeFigures, office_figures
from central.metrics.formulas import Rate


def office(
    reviews: Sequence[ReviewFacts] = (),
    changes: Sequence[ChangeFacts] = (),
    notices: Sequence[NoticeFacts] = (),
    calls: Sequence[CallFacts] = (),
    closures: Sequence[ClosureFacts] = (),
    contacts: Sequence[CallFacts] = (),
    cases: Sequence[CaseFacts] = (),
) -> OfficeFigures:
    return office_figures(reviews, changes, notices, calls, closures, contacts, cases)


@pytest.mark.clause("S0-25")
def test_the_review_of_offline_applications_is_timed_against_its_limit() -> None:
    found = office(reviews=[ReviewFacts(120, 600), ReviewFacts(600, 600), ReviewFacts(780, 600)])
    assert found.review.mean == 500 and found.review.n == 3
    assert found.review_in_time == Rate(2, 3), "ten minutes to the second is within ten minutes"


@pytest.mark.clause("S0-48")
def test_the_approval_of_a_change_runs_from_asking_to_the_decision() -> None:
    changes = [
        ChangeFacts("approved", 3600),
        ChangeFacts("refused", 1800),
        ChangeFacts("asked"),
        ChangeFacts("withdrawn"),
    ]
    found = office(changes=changes)
    assert found.approval.mean == 2700
    assert (found.approval.n, found.undecided) == (2, 1)


@pytest.mark.clause("S0-23")
def test_delivered_is_only_what_a_report_says_was_delivered() -> None:
    notices = [
        NoticeFacts("sms", "delivered", 45),
        NoticeFacts("sms", "sent", 4),
        NoticeFacts("sms", "failed", 1),
        NoticeFacts("sms", "waiting", 7),
        NoticeFacts("sms", "dropped", 3),
        NoticeFacts("email", "sent", 20),
    ]
    found = office(notices=notices)
    assert found.sms == Rate(45, 50)
    assert (found.notices["email"].sent, found.notices["email"].delivered) == (20, 0)
    assert (found.notices["sms"].failed, found.notices["sms"].waiting) == (1, 7)


@pytest.mark.clause("S0-28")
def test_confirmations_by_telephone_are_done_of_those_to_be_done() -> None:
    calls = [CallFacts("done", True, 6), CallFacts("done", False, 2), CallFacts("open", None, 2), CallFacts("dropped")]
    found = office(calls=calls)
    assert (found.called, found.called_in_time) == (Rate(8, 10), Rate(6, 8))


@pytest.mark.clause("S0-51")
def test_a_closure_is_published_so_long_after_it_was_known() -> None:
    found = office(closures=[ClosureFacts(300, 1800), ClosureFacts(2700, 1800)])
    assert found.closures.mean == 1500 and found.closures.longest == 2700
    assert found.closures_in_time == Rate(1, 2)


@pytest.mark.clause("S0-52")
def test_affected_bookings_are_resolved_by_agreement() -> None:
    cases = [
        CaseFacts("rebooked", 5),
        CaseFacts("cancelled", 2),
        CaseFacts("kept", 1),
        CaseFacts("unreachable", 1),
        CaseFacts("open", 1),
    ]
    contacts = [CallFacts("done", True, 7), CallFacts("done", False, 1), CallFacts("open", None, 2)]
    found = office(cases=cases, contacts=contacts)
    assert (found.resolved, found.unreachable, found.contacted_in_time) == (Rate(8, 10), 1, Rate(7, 10))


_COUNT = st.integers(1, 9)
_CALLS = st.lists(
    st.sampled_from([("open", None), ("done", True), ("done", False), ("dropped", None)]).flatmap(
        lambda one: _COUNT.map(lambda n: CallFacts(one[0], one[1], n))
    )
)
_STATES = st.sampled_from(["waiting", "sent", "delivered", "failed", "dropped"])
_OUTCOMES = st.sampled_from(["open", "rebooked", "cancelled", "kept", "unreachable"])


@given(
    st.lists(st.builds(ReviewFacts, st.integers(0, 9000), st.integers(60, 900))),
    st.lists(st.builds(NoticeFacts, st.sampled_from(["sms", "email"]), _STATES, _COUNT)),
    _CALLS,
    st.lists(st.builds(CaseFacts, _OUTCOMES, _COUNT)),
)
def test_no_rate_leaves_its_bounds(
    reviews: list[ReviewFacts], notices: list[NoticeFacts], calls: list[CallFacts], cases: list[CaseFacts]
) -> None:
    found = office(reviews=reviews, notices=notices, calls=calls, contacts=calls, cases=cases)
    rates = (found.review_in_time, found.sms, found.called, found.called_in_time, found.contacted_in_time)
    assert all(0 <= rate.part <= rate.whole for rate in (*rates, found.resolved))
    assert found.resolved.part + found.unreachable <= found.resolved.whole
    told = sum(one.sent + one.waiting for one in found.notices.values())
    assert told == sum(n.n for n in notices if n.state != "dropped")
