"""The numbers a hall's bookings go by: what is left out has its default, what cannot be is refused with its bounds."""

from typing import Any

import pytest

from central.booking.rules import BOUNDS, BookingRules, check_periods, minutes, parse
from central.errors import Invalid


def test_nothing_given_is_the_defaults_of_the_requirements() -> None:
    rules = parse({})
    assert rules == BookingRules()
    assert (rules.slot_min, rules.last_end, rules.share_percent) == (30, "16:30", 60)
    assert (rules.horizon_days, rules.same_day_min) == (14, 60)
    assert (rules.cancel_lead_min, rules.change_lead_min) == (120, 240)
    assert (rules.resubmit_min, rules.resubmit_before_min, rules.elderly_age) == (1440, 120, 70)
    assert rules.readback and rules.fm_waives and not rules.email_required


@pytest.mark.parametrize("name", sorted(BOUNDS))
def test_each_number_has_its_bounds_and_they_are_said(name: str) -> None:
    least, most = BOUNDS[name]
    assert getattr(parse({name: least}), name) == least
    assert getattr(parse({name: most}), name) == most
    for wrong in (least - 1, most + 1):
        with pytest.raises(Invalid, match=f"from {least} to {most}") as refused:
            parse({name: wrong})
        assert refused.value.field == name


def test_the_defaults_are_within_their_bounds() -> None:
    assert all(least <= getattr(BookingRules(), name) <= most for name, (least, most) in BOUNDS.items())


@pytest.mark.parametrize("wrong", [{"slot_mins": 30}, {"slot_min": "30"}, {"readback": 1}, {"last_end": 16}])
def test_what_is_no_rule_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="booking rules") as refused:
        parse(wrong)
    assert refused.value.field == "rules"


@pytest.mark.parametrize("name", ["last_end", "remind_at"])
def test_a_time_is_written_like_one_or_left_empty(name: str) -> None:
    assert getattr(parse({name: ""}), name) == ""
    assert getattr(parse({name: "24:00"}), name) == "24:00"
    for wrong in ("4 pm", "16:60", "24:01", "9:00", "16.30", "１６:30", "16:30:00"):
        with pytest.raises(Invalid, match="like 16:30") as refused:
            parse({name: wrong})
        assert refused.value.field == name


def test_minutes_of_a_day() -> None:
    assert [minutes(text) for text in ("00:00", "09:30", "23:59", "24:00")] == [0, 570, 1439, 1440]
    assert [minutes(text) for text in ("", ":", "ab:cd", "-1:00", "25:00", "1:000")] == [None] * 6


def test_periods_come_one_after_the_other() -> None:
    assert check_periods(()) == ()
    good = (("09:00", "12:00"), ("12:00", "17:00"))
    assert check_periods(good) == good
    for wrong in ((("12:00", "09:00"),), (("09:00", "09:00"),), (("09:00", "12:00"), ("11:59", "13:00"))):
        with pytest.raises(Invalid, match="before"):
            check_periods(wrong)
    with pytest.raises(Invalid, match="write times like 09:00"):
        check_periods((("nine", "12:00"),))
