"""How the order was kept and identities verified, on a day small enough to count by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.metrics.facts import TicketFacts
from central.metrics.figures import figures
from central.metrics.formulas import Rate


def ticket(**more: object) -> TicketFacts:
    return TicketFacts("savings", "done", **more)  # type: ignore[arg-type]


@pytest.mark.clause("S0-43")
def test_late_are_those_inserted_deferred_or_lifted_of_all_who_had_booked() -> None:
    arrivals = ("on_time", "on_time", "on_time", "late", "deferred", "lifted", None, None)
    found = figures([ticket(arrival=one) for one in arrivals])
    assert (found.late, found.lifted) == (Rate(3, 6), 1)


@pytest.mark.clause("S1-4")
def test_every_exception_from_the_order_is_counted_against_the_calls() -> None:
    day = [
        ticket(turns=1),
        ticket(turns=2, chosen=1),
        ticket(turns=1, moves=2),
        ticket(turns=1, arrival="lifted"),
        ticket(turns=0, moves=1),
    ]
    found = figures(day)
    assert (found.chosen, found.moved_back, found.lifted) == (1, 3, 1)
    assert found.exceptions == Rate(5, 5)


@pytest.mark.clause("S1-24")
def test_passed_the_first_time_is_accepted_without_a_supplement_of_all_that_were_handed_in() -> None:
    day = [
        ticket(accepted=True),
        ticket(accepted=True),
        ticket(accepted=True, notices=1),
        ticket(notices=2),
        ticket(),
    ]
    found = figures(day)
    assert found.first_time_pass == Rate(2, 4), "who handed nothing in is in neither number"
    assert found.repeated_notices == Rate(1, 2)


def test_a_day_by_the_book_has_no_exceptions() -> None:
    book = [ticket(turns=1, arrival="on_time"), ticket(turns=1, arrival="late"), ticket(turns=3)]
    assert figures(book).exceptions == Rate(0, 5)


@pytest.mark.clause("S0-34")
@pytest.mark.clause("S0-35")
def test_identities_read_and_typed_are_shares_of_those_verified() -> None:
    day = [
        ticket(verified="same", assurance="high"),
        ticket(verified="none", assurance="high"),
        ticket(verified="other", assurance="high"),
        ticket(verified="same", assurance="low"),
        ticket(),
    ]
    found = figures(day)
    assert (found.by_reader, found.by_hand, found.mismatches) == (Rate(3, 4), Rate(1, 4), 1)


def test_where_nobody_was_verified_there_is_no_share() -> None:
    assert figures([ticket()]).by_reader.share is None
    assert figures([ticket()]).late.share is None


facts = st.builds(
    TicketFacts,
    service=st.just("a"),
    status=st.sampled_from(["waiting", "done", "passed"]),
    arrival=st.sampled_from([None, "on_time", "late", "deferred", "lifted"]),
    verified=st.sampled_from([None, "same", "other", "none"]),
    assurance=st.sampled_from(["high", "low"]),
    overruns=st.integers(0, 3),
)


@given(st.lists(facts, max_size=30))
def test_no_share_is_more_than_the_whole(rows: list[TicketFacts]) -> None:
    found = figures(rows)
    for rate in (found.late, found.by_reader, found.by_hand, found.overrun):
        assert 0 <= rate.part <= rate.whole <= len(rows)
    assert found.by_reader.part + found.by_hand.part == found.by_reader.whole
    assert found.lifted <= found.late.part and found.mismatches <= found.by_reader.whole
