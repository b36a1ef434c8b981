"""The booking rules in words: every rule is spoken of once, and a form changes what it names."""

import re
from collections.abc import Iterator

import msgspec
import pytest
from starlette_admin import i18n

from central.booking.rules import BOUNDS, BookingRules
from central.console import language
from central.console.booking import periods, rule_changes
from central.console.booking.rule_labels import LABELS
from central.console.booking.rule_words import SENTENCES
from central.errors import Invalid


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    language.install()
    i18n.set_locale("en")
    yield
    i18n.set_locale("en")


def test_every_rule_is_spoken_of_once_and_has_a_name() -> None:
    spoken = [name for names in SENTENCES for name in names]
    assert sorted(spoken) == sorted(BookingRules.__struct_fields__)
    assert set(LABELS) == set(spoken)


def test_every_rule_that_is_changed_changes_its_sentence() -> None:
    usual = BookingRules(missed_limit=3)
    others = {"last_end": "15:00", "remind_at": "17:30"}
    for names, say in SENTENCES.items():
        for name in names:
            value = getattr(usual, name)
            other = others.get(name, not value if isinstance(value, bool) else value)
            if name in BOUNDS:
                other = value + 1 if value + 1 <= BOUNDS[name][1] else value - 1
            assert say(msgspec.structs.replace(usual, **{name: other})) != say(usual), name


def test_the_sentences_stand_in_both_languages() -> None:
    english = [say(BookingRules()) for say in SENTENCES.values()]
    i18n.set_locale("zh")
    chinese = [say(BookingRules()) for say in SENTENCES.values()]
    assert all(one != other for one, other in zip(english, chinese, strict=True))


def test_one_of_a_thing_is_not_said_as_many() -> None:
    rules = BookingRules(horizon_days=1, hall_percent=10, hall_days=1, missed_limit=1, missed_days=1)
    english = " ".join(say(rules) for say in SENTENCES.values())
    assert re.search(r"\b1 \w*s\b|\b1 missed bookings", english) is None, english
    assert "1 day ahead" in english and "After 1 missed booking within 1 day " in english
    i18n.set_locale("zh")
    assert SENTENCES["missed_limit", "missed_days"](rules) == "1 天内爽约 1 次的，只能通过电话或现场预约。"


def test_a_form_changes_what_it_names() -> None:
    rules = rule_changes.changed(BookingRules(), {"slot_min": "20", "last_end": "", "readback": "false"})
    assert rules == BookingRules(slot_min=20, last_end="", readback=False)
    assert rule_changes.changes(BookingRules(), rules) == [
        "A slot lasts 20 min; the last one ends when the hall closes.",
        "Staff need not read the details back.",
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("slot_min", "4", "Length of a slot, minutes: from 5 to 240."),
        ("slot_min", "soon", "Length of a slot, minutes: from 5 to 240."),
        ("slot_min", "-30", "from 5 to 240"),
        ("horizon_days", "9" * 40, "Days ahead: from 1 to 90."),
        ("last_end", "16h30", "write a time like 16:30"),
    ],
)
def test_what_cannot_be_is_said_with_its_name_and_bounds(name: str, text: str, said: str) -> None:
    with pytest.raises(Invalid, match="") as caught:
        rule_changes.changed(BookingRules(), {name: text})
    assert said in caught.value.detail and caught.value.field == name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("09:00-12:00, 13:30-17:00", (("09:00", "12:00"), ("13:30", "17:00"))),
        ("9：00 至 12：00；13:30～17:00", (("09:00", "12:00"), ("13:30", "17:00"))),
        ("00:00-24:00", (("00:00", "24:00"),)),
    ],
)
def test_periods_are_read_as_people_write_them(text: str, found: tuple[tuple[str, str], ...]) -> None:
    assert periods.typed(text, "day1") == found


@pytest.mark.parametrize("text", ["9-12", "09:00", "12:00-09:00", "09:00-12:00,11:00-13:00", "09:61-12:00", "x" * 500])
def test_periods_that_are_none_name_their_field(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        periods.typed(text, "day1")
    assert caught.value.field == "day1"
