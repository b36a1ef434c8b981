"""Everything a customer or clerk is told of a booking is there in both languages, with the same facts in it."""

import re
import string

import pytest

from central.booking.sentences import SENTENCES, BookingRefused, Fault, fault, number_fault
from identity_numbers.gb11643 import CHECK
from words import messages


def facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("why", sorted(SENTENCES))
def test_each_sentence_has_its_chinese_with_the_same_facts(why: str) -> None:
    chinese = messages("central", "booking", "zh").get(SENTENCES[why], "")
    assert chinese, f"{why} has no translation"
    assert facts(chinese) == facts(SENTENCES[why])
    assert chinese != SENTENCES[why]


def test_a_refusal_says_why_with_its_facts_in_the_language_asked_for() -> None:
    refused = BookingRefused("cancel_late", "code", minutes=120)
    assert (refused.code, refused.status, refused.field) == ("cancel_late", 409, "code")
    assert "120 minutes" in str(refused) and "120 minutes" in refused.said("en")
    assert "120" in refused.said("zh") and refused.said("zh") != refused.said("en")
    assert BookingRefused("not_found").status == 404


@pytest.mark.parametrize(
    ("why", "facts", "said"),
    [
        ("slot_far", {"days": 1}, "open 1 day ahead"),
        ("missed_limit", {"n": 1, "days": 90}, "1 booking was missed within 90 days"),
        ("cancel_late", {"minutes": 1}, "until 1 minute before"),
        ("move_late", {"minutes": 1}, "until 1 minute before"),
        ("change_late", {"hours": 1}, "until 1 working hour before"),
    ],
)
def test_one_of_a_thing_is_not_said_as_many(why: str, facts: dict[str, int], said: str) -> None:
    refused = BookingRefused(why, **facts)
    assert said in refused.said("en") and str(refused) == refused.said("en")
    assert re.search("[一-鿿]", refused.said("zh")) and "1" in refused.said("zh")


def test_a_fault_is_said_in_either_language_and_one_of_a_number_in_the_words_for_numbers() -> None:
    assert "2000" in fault("detail", "detail_long", most=2000).said("zh")
    found = number_fault(CHECK)
    assert isinstance(found, Fault) and found.field == "id_number"
    assert found.said("en") == CHECK and found.said("zh") != CHECK
