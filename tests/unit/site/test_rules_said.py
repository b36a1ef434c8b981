"""A hall's booking rules as its customers read them."""

import pytest

from central.booking.rules import BookingRules
from central.site.choosing import part_of_day
from central.site.rules_said import sentences
from contract.catalogue import Rules


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["book until the time begins", "move a booking until its time begins", "matter until the time begins",
                "Check in from your time on", "Come in time"]),
        ("zh", ["当天的预约须在时段开始前完成", "预约时间开始前取消或改约", "预约时间开始前申请变更事项",
                "到预约时间即可签到", "迟到则预约失效"]),
    ],
)  # fmt: skip
def test_a_lead_of_nothing_is_no_number(language: str, said: list[str]) -> None:
    rules = BookingRules(same_day_min=0, cancel_lead_min=0, change_lead_min=0)
    text = "\n".join(sentences(rules, language, Rules(checkin_open_s=0, grace_s=0)))
    assert not any(word in text for word in (" 0 ", "前0", "到0"))
    for each in said:
        assert each in text


@pytest.mark.parametrize(
    ("minutes", "said"), [(240, "4 working hours"), (60, "1 working hour before"), (90, "90 working minutes")]
)
def test_the_lead_of_another_matter_is_said_as_it_is(minutes: int, said: str) -> None:
    assert said in "\n".join(sentences(BookingRules(change_lead_min=minutes), "en", Rules()))


@pytest.mark.parametrize(
    ("hour", "part"), [(0, "morning"), (11, "morning"), (12, "afternoon"), (17, "afternoon"), (18, "evening")]
)
def test_the_evening_is_no_afternoon(hour: int, part: str) -> None:
    assert part_of_day(hour) == part
