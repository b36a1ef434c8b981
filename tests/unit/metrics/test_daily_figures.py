"""The daily figures on a day small enough to check by hand."""

from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from central.metrics.daily import NOWHERE, by_hour, daily
from central.metrics.facts import TicketFacts
from central.metrics.figures import figures
from central.metrics.formulas import Rate

SHANGHAI = "Asia/Shanghai"


def clock(hour: int, minute: int = 0) -> int:
    return int(datetime(2026, 11, 20, hour, minute, tzinfo=ZoneInfo(SHANGHAI)).timestamp() * 1000)


DAY = [
    TicketFacts("savings", "done", clock(9), clock(9, 5), clock(9, 6), clock(9, 16), 300, 600, 5, "1", "wang"),
    TicketFacts(
        "savings", "done", clock(9, 10), clock(9, 20), clock(9, 20), clock(9, 40), 600, 1200, None, "1", "wang"
    ),
    TicketFacts("savings", "done", clock(9, 50), clock(10, 10), clock(10, 11), clock(10, 26), 1200, 900, 2, "2", "li"),
    TicketFacts("loans", "passed", clock(9, 55), clock(10, 0), None, clock(10, 2), 300, None, None, "2", "li"),
    TicketFacts("loans", "waiting", clock(12, 30)),
    TicketFacts("loans", "voided", clock(12, 31), ended_at=clock(17)),
]


@pytest.mark.clause("S0-4")
def test_average_waiting_time_is_the_sum_of_call_less_take_over_those_called() -> None:
    wait = figures(DAY).wait
    assert wait.n == 4
    assert wait.mean == Fraction(300 + 600 + 1200 + 300, 4)
    assert wait.median == 450
    assert wait.p90 == 600 + Fraction(7, 10) * 600
    assert wait.longest == 1200


@pytest.mark.clause("S3-1")
def test_the_figures_of_a_day() -> None:
    day = figures(DAY)
    assert (day.issued, day.called, day.served, day.passed, day.voided, day.still_open) == (6, 4, 3, 1, 1, 1)
    assert day.passed_rate == Rate(1, 4)


@pytest.mark.clause("S0-38")
def test_overruns_are_the_halls_own_count() -> None:
    """A complex matter of 20 minutes is within its limit: length alone says nothing."""
    assert figures(DAY).handling.mean == 900
    assert figures(DAY).overrun == Rate(0, 3)
    told = [structs.replace(DAY[1], overruns=2), structs.replace(DAY[4], overruns=1)]
    assert figures([DAY[0], DAY[2], DAY[3], *told]).overrun == Rate(1, 3)


@pytest.mark.clause("S1-39")
def test_not_rated_is_no_answer_and_never_good() -> None:
    day = figures(DAY)
    assert day.participation == Rate(2, 3)
    assert day.satisfaction == Rate(1, 2)
    assert figures([DAY[1]]).satisfaction.share is None


@pytest.mark.clause("S0-60")
def test_satisfied_are_the_upper_three_levels_and_strictly_the_upper_two() -> None:
    rated = [TicketFacts("savings", "done", clock(9), level=level) for level in (1, 2, 3, 4, 5)]
    assert figures(rated).satisfaction == Rate(3, 5)
    assert figures(rated).strict_satisfaction == Rate(2, 5)


def test_hours_are_the_halls_own_and_run_without_a_gap() -> None:
    hours = by_hour(DAY, SHANGHAI)
    assert [(h.hour, h.issued, h.served) for h in hours] == [(9, 4, 2), (10, 0, 1), (11, 0, 0), (12, 2, 0)]
    assert hours[0].wait.n == 4
    assert [h.hour for h in by_hour(DAY, "UTC")] == [1, 2, 3, 4]


def test_services_and_counters_add_up_to_the_day() -> None:
    day = daily(DAY, timezone=SHANGHAI)
    assert [(name, f.issued) for name, f in day.services] == [("loans", 3), ("savings", 3)]
    assert [(name, f.issued, f.served) for name, f in day.counters] == [("1", 2, 2), ("2", 2, 1), (NOWHERE, 2, 0)]


def test_an_empty_day_has_no_hours() -> None:
    assert by_hour([], SHANGHAI) == ()


tickets = st.builds(
    TicketFacts,
    service=st.sampled_from(["a", "b"]),
    status=st.sampled_from(["waiting", "called", "serving", "done", "passed", "voided"]),
    issued_at=st.integers(clock(8), clock(17)),
    wait_s=st.none() | st.integers(0, 7200),
    handling_s=st.none() | st.integers(0, 7200),
    level=st.none() | st.integers(1, 5),
    counter=st.sampled_from([None, "1", "2"]),
)


@given(st.lists(tickets, max_size=40))
def test_every_ticket_is_counted_exactly_once(rows: list[TicketFacts]) -> None:
    day = daily(rows, timezone=SHANGHAI)
    total = day.total
    assert total.served + total.passed + total.voided + total.still_open == total.issued == len(rows)
    assert sum(f.issued for _, f in day.services) == sum(f.issued for _, f in day.counters) == len(rows)
    assert sum(h.issued for h in day.hours) == len(rows)
    assert total.satisfaction.whole == total.participation.part


def test_one_ticket_through_two_services_is_taken_once_and_served_twice() -> None:
    journey = [
        TicketFacts("savings", "done", clock(9), clock(9, 5), clock(9, 6), clock(9, 16), 300, 600),
        TicketFacts("loans", "done", clock(9, 16), clock(9, 20), clock(9, 20), clock(9, 40), 240, 1200, stage=1),
    ]
    found = figures(journey)
    assert (found.issued, found.served, found.still_open, found.wait.n) == (1, 2, 0, 2)
    (hour,) = by_hour(journey, SHANGHAI)
    assert (hour.issued, hour.served) == (1, 2)
