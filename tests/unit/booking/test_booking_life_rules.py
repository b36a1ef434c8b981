"""Deadlines and leads to the minute, and what a booking may become."""

from datetime import date
from zoneinfo import ZoneInfo

import msgspec
import pytest

from central.booking import life
from central.booking.calendar import Calendar, HallTimes
from central.booking.rules import BookingRules
from central.booking.sentences import BookingRefused

TIMES = HallTimes(Calendar({"2026-11-25": "holiday"}), ZoneInfo("Asia/Shanghai"))
RULES = BookingRules()
MONDAY = date(2026, 11, 23)
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NINE = TIMES.moment(MONDAY, "09:00")


def with_rules(**changes: object) -> BookingRules:
    return msgspec.structs.replace(RULES, **changes)


@pytest.mark.clause("S0-12")
def test_slots_are_bookable_from_an_hour_before_to_a_fortnight_ahead() -> None:
    def check(starts_at: int, assisted: bool = False, rules: BookingRules = RULES) -> str:
        try:
            life.check_slot_time(rules, TIMES, starts_at, NINE, assisted=assisted)
        except BookingRefused as refused:
            return refused.code
        return ""

    assert check(NINE + HOUR) == "" and check(NINE + HOUR - 1) == "slot_past"
    assert check(NINE + 1, assisted=True) == "" and check(NINE, assisted=True) == "slot_past"
    assert check(NINE + HOUR, rules=with_rules(same_day=False)) == "slot_past"
    assert check(NINE + DAY, rules=with_rules(same_day=False)) == ""
    assert check(TIMES.moment(date(2026, 12, 7), "23:59")) == "", "by the calendar, not by the hour"
    assert check(TIMES.moment(date(2026, 12, 8), "00:00")) == "slot_far"
    assert check(TIMES.moment(date(2026, 12, 8), "00:00"), assisted=True) == "slot_far"


def test_days_that_can_be_booked_are_the_open_ones() -> None:
    days = life.bookable_days(with_rules(horizon_days=3), TIMES, NINE)
    assert days == [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 26)], "Wednesday is a holiday"
    assert life.bookable_days(with_rules(horizon_days=3, same_day=False), TIMES, NINE)[0] == date(2026, 11, 24)
    every = life.days_ahead(with_rules(horizon_days=3), TIMES, NINE)
    assert every == [date(2026, 11, day) for day in (23, 24, 25, 26)]
    assert life.next_days(TIMES, NINE, 2) == [date(2026, 11, day) for day in (23, 24, 26)]


@pytest.mark.clause("S0-24")
@pytest.mark.parametrize(
    ("ahead", "allowed"),
    [
        (3 * DAY, DAY),  # the whole day
        (26 * HOUR, DAY),  # to the minute two hours before
        (10 * HOUR, 8 * HOUR),  # never later than two hours before
        (2 * HOUR + 20 * MINUTE, 20 * MINUTE),
        (2 * HOUR + 10 * MINUTE, 10 * MINUTE),
        (2 * HOUR, 10 * MINUTE),  # too near for that: ten minutes
        (15 * MINUTE, 10 * MINUTE),
        (4 * MINUTE, 4 * MINUTE),  # until it starts
        (-5 * MINUTE, -5 * MINUTE),  # over
    ],
)
def test_the_time_to_mend(ahead: int, allowed: int) -> None:
    assert life.mend_deadline(RULES, NINE + ahead, NINE) == NINE + allowed


@pytest.mark.clause("S0-21")
def test_cancelling_and_moving_keep_their_lead_to_the_minute() -> None:
    life.check_cancel(RULES, NINE + 2 * HOUR, NINE)
    life.check_move(RULES, NINE + 2 * HOUR, NINE)
    assert not life.is_late_cancel(RULES, NINE + 2 * HOUR, NINE)
    assert life.is_late_cancel(RULES, NINE + 2 * HOUR - 1, NINE)
    with pytest.raises(BookingRefused, match="120 minutes") as late:
        life.check_cancel(RULES, NINE + 2 * HOUR - 1, NINE)
    assert late.value.code == "cancel_late"
    with pytest.raises(BookingRefused, match="120 minutes"):
        life.check_move(RULES, NINE + 2 * HOUR - 1, NINE)
    life.check_cancel(with_rules(cancel_lead_min=0), NINE, NINE)


@pytest.mark.clause("S0-48")
def test_a_change_has_its_lead_in_working_hours() -> None:
    afternoon = TIMES.moment(MONDAY, "14:30")
    life.check_change(RULES, TIMES, afternoon, NINE)  # nine to twelve, half past one to half past two
    with pytest.raises(BookingRefused, match="4 working hours"):
        life.check_change(RULES, TIMES, afternoon - MINUTE, NINE)
    friday_evening = TIMES.moment(date(2026, 11, 20), "18:00")
    with pytest.raises(BookingRefused):
        life.check_change(RULES, TIMES, TIMES.moment(MONDAY, "12:00"), friday_evening)


@pytest.mark.clause("S0-28")
def test_who_is_called_and_why() -> None:
    assert life.needs_call(RULES, False, ()) == ""
    assert life.needs_call(RULES, True, ()) == "important"
    assert life.needs_call(RULES, True, ("elderly", "disabled")) == "important,elderly,disabled"
    assert life.needs_call(with_rules(phone_confirm=False), True, ("elderly",)) == ""


@pytest.mark.clause("S0-28")
@pytest.mark.clause("S0-52")
@pytest.mark.parametrize(
    ("ahead", "allowed"),
    [
        (DAY, 4 * HOUR),  # the usual time
        (4 * HOUR, 3 * HOUR),  # an hour before the visit
        (90 * MINUTE, 45 * MINUTE),  # half of what is left
        (10 * MINUTE, 5 * MINUTE),
        (0, 4 * HOUR),  # has begun: no earlier time could be kept
    ],
)
def test_a_customer_is_called_before_the_visit_by_a_time_a_person_can_keep(ahead: int, allowed: int) -> None:
    assert life.call_by(NINE + 4 * HOUR, NINE + ahead, NINE) == NINE + allowed


WAYS = {
    "returned": {"returned", "reviewing", "confirmed", "expired", "cancelled", "displaced"},
    "reviewing": {"returned", "confirmed", "refused", "cancelled", "displaced"},
    "confirmed": {"confirmed", "displaced", "arrived", "void", "cancelled", "expired"},
    "displaced": {"returned", "reviewing", "confirmed", "cancelled", "displaced", "arrived"},
    "void": {"arrived", "confirmed", "cancelled"},
    "cancelled": {"arrived"},
    "expired": {"arrived"},
    "arrived": {"served"},
    "served": set(),
    "refused": set(),
}


def test_the_whole_table_of_what_may_become_what() -> None:
    assert set(WAYS) == set(life.STATUSES)
    found = {status: {after for after in life.STATUSES if life.may_become(status, after)} for status in life.STATUSES}
    assert found == WAYS


def test_only_an_open_booking_can_be_changed() -> None:
    for status in life.STATUSES:
        if status in life.OPEN:
            life.require_open(status)
        else:
            with pytest.raises(BookingRefused):
                life.require_open(status)
