"""The table of opening hours: days a closure takes, holidays, make-up workdays, Saturday service, single dates."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from central.booking.calendar import Calendar, HallTimes
from central.booking.rules import BookingRules
from central.booking.seeding import announced
from central.site import opening_said
from central.site.opening_said import Day

ZONE = ZoneInfo("Asia/Shanghai")
USUAL = ("09:00–12:00", "13:30–17:00")
STORM = {"zh": "台风红色预警", "en": "Typhoon warning"}


def calendar() -> Calendar:
    found = announced(2026) or {}
    return Calendar(
        {day: kind for day, (kind, _) in found.items()}, frozenset({2026}), {d: name for d, (_, name) in found.items()}
    )


def times(**more: Any) -> HallTimes:
    return HallTimes(calendar(), ZONE, **more)


def week(since: str, closures: Any = (), language: str = "en", **more: Any) -> dict[str, Day]:
    return {one.name: one for one in opening_said.week(times(**more), closures, date.fromisoformat(since), language)}


def closure(since: str, until: str) -> tuple[int, int, dict[str, str]]:
    """Local "YYYY-MM-DD HH:MM"."""
    at = [times().moment(date.fromisoformat(text[:10]), text[11:]) for text in (since, until)]
    return at[0], at[1], STORM


@pytest.mark.clause("S0-51")
def test_days_of_a_closure_are_struck_out_with_its_reason() -> None:
    found = week("2026-11-23", [closure("2026-11-24 14:00", "2026-11-26 09:00")])
    assert found["Today"] == Day("Today", USUAL, (), ())
    tuesday, wednesday = found["Tomorrow"], found["Wed 25 Nov"]
    assert (tuesday.open, tuesday.gone) == (("09:00–12:00", "13:30–14:00"), USUAL)
    assert (wednesday.open, wednesday.gone) == ((), USUAL)
    assert tuesday.why == wednesday.why == ("Typhoon warning",)
    assert found["Thu 26 Nov"].open == USUAL and found["Thu 26 Nov"].why == (), "it opens again at nine"
    assert week("2026-11-23", [closure("2026-11-24 14:00", "2026-11-26 09:00")], "zh")["明天"].why == ("台风红色预警",)


def test_a_closure_on_a_day_that_is_closed_anyway_says_nothing_there() -> None:
    found = week("2026-11-23", [closure("2026-11-28 00:00", "2026-11-29 23:00")])
    assert found["Sat 28 Nov"] == Day("Sat 28 Nov", (), (), ())


def test_two_closures_of_one_day_leave_what_is_between() -> None:
    both = [closure("2026-11-23 08:00", "2026-11-23 10:00"), closure("2026-11-23 14:00", "2026-11-23 18:00")]
    today = week("2026-11-23", both)["Today"]
    assert today.open == ("10:00–12:00", "13:30–14:00") and today.why == ("Typhoon warning",)


@pytest.mark.clause("S0-19")
def test_holidays_and_make_up_workdays_say_what_they_are() -> None:
    found = week("2026-10-05", language="zh")
    assert (found["今天"].open, found["今天"].why) == ((), ("国庆节",))
    assert (found["10月10日 周六"].open, found["10月10日 周六"].why) == (USUAL, ("国庆节调休上班",))
    english = week("2026-10-05")["Sat 10 Oct"]
    assert english.why == ("Worked in place of a day off: National Day",)


@pytest.mark.clause("S0-19")
def test_saturday_service_and_single_dates() -> None:
    weekly, days = (
        {6: (("09:00", "12:00"),)},
        {"2026-11-25": (("13:00", "15:00"),), "2026-10-06": (("09:00", "11:00"),)},
    )
    reasons = {"2026-11-25": "Training of all staff", "2026-10-06": "Service on the holiday"}
    found = week("2026-11-23", weekly=weekly, days=days, reasons=reasons)
    assert found["Sat 28 Nov"].open == ("09:00–12:00",)
    assert (found["Wed 25 Nov"].open, found["Wed 25 Nov"].why) == (("13:00–15:00",), ("Training of all staff",))
    holiday = week("2026-10-05", weekly=weekly, days=days, reasons=reasons)["Tomorrow"]
    assert (holiday.open, holiday.why) == (("09:00–11:00",), ("Service on the holiday",)), "the hall's own word counts"


def test_days_to_come_that_are_not_as_usual_are_named() -> None:
    later = opening_said.later(times(), [closure("2026-10-20 00:00", "2026-10-21 00:00")], date(2026, 9, 14), "en")
    names = [day.name for day in later]
    assert names[:2] == ["Fri 25 Sept", "Sat 26 Sept"] and "Thu 1 Oct" in names and "Sat 10 Oct" in names
    assert "Tue 20 Oct" in names and "Mon 12 Oct" not in names
    assert opening_said.later(times(), (), date(2026, 11, 2), "en") == []


def last(rules: BookingRules, language: str = "en", **more: Any) -> str:
    return opening_said.last_bookings(times(**more), rules, date(2026, 11, 23), language)


@pytest.mark.clause("S0-5")
def test_until_when_one_can_book_is_said_where_it_is_earlier_than_closing() -> None:
    assert last(BookingRules()).startswith("Booked visits end by 16:30; until closing time a number can still be taken")
    assert "16:30" in last(BookingRules(), "zh")
    assert last(BookingRules(last_end="")) == "" and last(BookingRules(last_end="17:00")) == ""
    assert last(BookingRules(slot_min=45, last_end="16:45")) == "", "the hall closes before another slot is over"
    evening = dict.fromkeys(range(1, 6), (("09:00", "17:00"), ("18:00", "20:00")))
    assert "only evening hours that begin later" in last(BookingRules(), weekly=evening)
