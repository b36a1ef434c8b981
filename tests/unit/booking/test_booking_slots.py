"""Slots of a day, and how many people one takes: figures worked out by hand."""

from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.booking.calendar import Calendar, HallTimes
from central.booking.rules import BookingRules, Periods
from central.booking.slots import capacity, hall_share, slot_id, spans, windows

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 23)


def hours(*periods: tuple[str, str], **rules: object) -> list[str]:
    """The slots of a day with such periods, as local times."""
    days: dict[str, Periods] = {MONDAY.isoformat(): periods} if periods else {}
    found = spans(HallTimes(Calendar(), ZONE, {}, days), msgspec.structs.replace(BookingRules(), **rules), MONDAY)
    return [f"{local(span.starts_at)}-{local(span.ends_at)}" for span in found]


def local(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, ZONE).strftime("%H:%M")


@pytest.mark.clause("S0-19")
def test_a_working_day_has_twelve_half_hours_and_the_last_ends_at_half_past_four() -> None:
    found = hours()
    assert len(found) == 12
    assert found[0] == "09:00-09:30" and found[5] == "11:30-12:00" and found[6] == "13:30-14:00"
    assert found[-1] == "16:00-16:30"


def test_what_is_left_of_a_period_is_no_slot() -> None:
    assert hours(("09:00", "10:50")) == ["09:00-09:30", "09:30-10:00", "10:00-10:30"]
    assert hours(("09:00", "09:29")) == []
    assert hours(("09:00", "10:00"), slot_min=45) == ["09:00-09:45"]


def test_without_a_last_end_the_hall_books_until_it_closes() -> None:
    assert hours(("16:00", "17:00"), last_end="") == ["16:00-16:30", "16:30-17:00"]
    assert hours(("16:00", "17:00")) == ["16:00-16:30"]


def test_an_evening_service_is_not_cut_by_the_last_end_of_the_day() -> None:
    assert hours(("15:00", "16:45"), ("18:00", "19:00"))[-3:] == ["16:00-16:30", "18:00-18:30", "18:30-19:00"]
    assert hours(("16:30", "17:00")) == ["16:30-17:00"]


def test_a_closed_day_has_no_slots() -> None:
    assert spans(HallTimes(Calendar(), ZONE), BookingRules(), date(2026, 11, 22)) == []


def test_no_slot_spans_the_hour_that_a_change_of_the_clock_takes_away() -> None:
    berlin = HallTimes(Calendar(), ZoneInfo("Europe/Berlin"), {}, {"2026-03-29": (("01:00", "04:00"),)})
    found = spans(berlin, msgspec.structs.replace(BookingRules(), last_end=""), date(2026, 3, 29))
    assert len(found) == 4, "two hours by the clock that is to come, half an hour each"
    assert all(span.ends_at - span.starts_at == 1_800_000 for span in found)


def test_the_id_is_the_same_in_every_life_of_the_centre() -> None:
    assert slot_id("bank", "savings", 1_795_395_600_000) == "bank:savings:1795395600000"


COUNTERS = (
    {"serves": [["social"], ["estate"]]},
    {"serves": [["social", "estate"], ["tax"]]},
    {"serves": [["estate"]]},
    {"serves": []},
    {},
)


def test_a_window_counts_for_what_it_serves_first() -> None:
    assert windows(COUNTERS, "social") == Fraction(3, 2)
    assert windows(COUNTERS, "estate") == Fraction(3, 2)
    assert windows(COUNTERS, "tax") == 0


def test_six_windows_shared_by_six_services_are_one_window_each() -> None:
    shared = [{"serves": [["a", "b", "c", "d", "e", "f"]]}] * 6
    assert windows(shared, "a") == 1
    assert capacity(windows(shared, "a"), 30, 300, 50) == 3, "sixths added as floats would give 2"


@pytest.mark.clause("S0-19")
@pytest.mark.parametrize(
    ("desks", "slot_min", "mean_s", "share", "places"),
    [
        (3, 30, 600, 60, 5),  # 3 × 3 × 0.6 = 5.4
        (4, 30, 600, 60, 7),  # 4 × 3 × 0.6 = 7.2
        (1, 30, 360, 60, 3),  # 5 × 0.6 = 3 to the point
        (2, 60, 450, 75, 12),  # 2 × 8 × 0.75
        (1, 30, 3600, 60, 1),  # 0.3: at least one
        (0, 30, 600, 60, 1),
        (1, 30, 0, 100, 1800),  # no time measured: a second each
        (10, 240, 480, 100, 300),
    ],
)
def test_capacity_by_hand(desks: int, slot_min: int, mean_s: float, share: int, places: int) -> None:
    assert capacity(Fraction(desks), slot_min, mean_s, share) == places


@given(st.integers(1, 60), st.integers(5, 240), st.integers(1, 100), st.integers(1, 30))
def test_capacity_loses_nothing_where_it_comes_out_even(desks: int, slot_min: int, share: int, each: int) -> None:
    """A mean time chosen so that the formula gives exactly `each` places gives them."""
    mean = Fraction(desks * slot_min * 60 * share, 100 * each)
    if mean.denominator == 1 and mean >= 1:
        assert capacity(Fraction(desks), slot_min, float(mean), share) == each


@pytest.mark.parametrize(
    ("size", "percent", "share"),
    [(10, 20, 2), (5, 20, 1), (4, 20, 1), (2, 20, 1), (1, 20, 0), (1, 100, 0), (9, 0, 0), (7, 50, 3), (6, 100, 6)],
)
def test_the_halls_own_share(size: int, percent: int, share: int) -> None:
    assert hall_share(size, percent) == share
