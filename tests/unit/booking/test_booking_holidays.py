"""What days of the calendar are called, in both languages."""

import pytest
from chinese_calendar.constants import Holiday

from central.booking import holidays, seeding
from central.booking.calendar import Calendar
from words import messages


def test_every_holiday_the_package_knows_has_a_chinese_name() -> None:
    """Also one that a new version of it brings: then this fails until it has its name."""
    known = messages("central", "calendar", "zh")
    assert [one.value for one in Holiday if not known.get(one.value)] == []
    announced = seeding.announced(2026) or {}
    assert {name for _kind, name in announced.values() if name} <= set(known) and len(announced) > 20


@pytest.mark.parametrize(
    ("kind", "name", "english", "chinese"),
    [
        ("holiday", "Spring Festival", "Spring Festival", "春节"),
        ("workday", "Spring Festival", "Worked in place of a day off: Spring Festival", "春节调休上班"),
        ("holiday", "建市纪念日", "建市纪念日", "建市纪念日"),
        ("holiday", "", "Public holiday", "法定节假日"),
        ("workday", "", "Make-up workday", "调休上班"),
    ],
)
def test_a_day_in_both_languages(kind: str, name: str, english: str, chinese: str) -> None:
    assert (holidays.said(kind, name, "en"), holidays.said(kind, name, "zh")) == (english, chinese)


def test_a_name_that_is_typed_in_chinese_is_known_in_english() -> None:
    assert holidays.kept("国庆节", "zh") == "National Day" and holidays.kept("National Day", "en") == "National Day"
    assert holidays.kept("建市纪念日", "zh") == "建市纪念日" and holidays.kept("", "zh") == ""


def test_only_a_day_that_differs_has_a_reason() -> None:
    calendar = Calendar({"2026-10-01": "holiday"}, frozenset({2026}), {"2026-10-01": "National Day"})
    assert holidays.why(calendar, "2026-10-01", "zh") == "国庆节" and holidays.why(calendar, "2026-10-09", "zh") == ""
