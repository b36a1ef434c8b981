"""How names are compared (booking.name_match_mode) and names, numbers and phones are masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity_numbers import (
    NumberError,
    dialled,
    masked_name,
    masked_number,
    masked_phone,
    name_fits,
    name_matches,
    phone_digits,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张三", " 张 三 "), ("买买提·艾合买提", "买买提•艾合买提"), ("买买提·艾合买提", "买买提．艾合买提"),
        ("买买提・艾合买提", "买买提艾合买提"), ("Eriksson Anna", "ERIKSSON ANNA"), ("ＡＮＮＡ", "Anna"),
    ],
)  # fmt: skip
def test_names_that_are_one(one: str, other: str) -> None:
    assert name_matches(one, other)


@pytest.mark.parametrize(("one", "other"), [("张三", "张山"), ("", ""), ("·", "•"), ("李明", "李"), ("王芳", "芳王")])
def test_names_that_a_clerk_must_decide_on(one: str, other: str) -> None:
    assert not name_matches(one, other)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"), ("李小明", "李*明"), ("欧阳小峰", "欧**峰"), ("张", "*"), ("", ""),
        ("买买提·艾合买提", "买*****提"), ("Anna  Lee", "A*** L**"), ("สมชาย ใจดี", "ส*******ี"),
    ],
)  # fmt: skip
def test_masked_names(name: str, masked: str) -> None:
    assert masked_name(name) == masked


def test_a_masked_name_fits_its_own_and_not_a_strangers() -> None:
    assert name_fits("李小明", "李*明") and name_fits("李大明", "李*明")
    assert not name_fits("李小红", "李*明") and not name_fits("李明", "李*明") and not name_fits("", "")


@pytest.mark.parametrize(
    ("number", "masked"),
    [("11010519491231002X", "110***********002X"), ("E12345678", "E1*****78"), ("1234567", "1*****7"), ("12", "12")],
)
def test_masked_numbers(number: str, masked: str) -> None:
    assert masked_number(number) == masked


@pytest.mark.parametrize(
    "typed",
    [
        "13812341234",
        "+86 138-1234-1234",
        "0086 138 1234 1234",
        "86 13812341234",
        "１３８ １２３４ １２３４",
        "+8613812341234",
    ],
)
def test_one_phone_however_it_is_typed(typed: str) -> None:
    assert phone_digits(typed) == "13812341234"
    assert masked_phone(typed) == "138****1234"


def test_phones_from_elsewhere_need_their_country() -> None:
    assert phone_digits("+852 9123 4567") == phone_digits("00852 91234567") == "85291234567"
    for text in ("91234567", "12812341234", "+86 10 1234 5678", "", "1381234123a", "+0"):
        with pytest.raises(NumberError) as error:
            phone_digits(text)
        assert error.value.field == "phone"


AMERICAN = "0013125550100"


@pytest.mark.parametrize("typed", ["+1 312 555 0100", "001 (312) 555-0100", "+13125550100", AMERICAN])
def test_a_number_of_another_country_is_never_a_mainland_one(typed: str) -> None:
    """+1 312 555 0100 has the eleven digits of a mainland number."""
    assert phone_digits(typed) == AMERICAN != phone_digits("13125550100") == "13125550100"
    assert masked_phone(typed) == "001******0100"


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_eleven_digits_are_of_the_mainland_with_86_or_without_and_american_after_a_plus(digits: str) -> None:
    for mainland in (digits, f"+86{digits}", f"0086{digits}", f"86{digits}"):
        assert phone_digits(mainland) == digits
    assert phone_digits(f"+{digits}") == phone_digits(f"00{digits}") == f"00{digits}"


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_what_is_kept_can_be_dialled_and_is_read_again_as_the_same(typed: str) -> None:
    try:
        digits = phone_digits(typed)
    except NumberError:
        assert typed.startswith("+86")
        return
    assert phone_digits(dialled(digits)) == digits and digits.isdigit() and len(digits) <= 15
    assert masked_phone(dialled(digits)) == masked_phone(digits) and digits[-4:] == typed[-4:]
    if not typed.startswith("+86"):
        assert dialled(digits) == typed


def test_a_phone_is_masked_as_typed_or_as_kept_wherever_it_is_from() -> None:
    for typed, masked in (("+33 6 12 34 56 78", "336****5678"), ("+1 202 555 0100", "120****0100")):
        assert masked_phone(typed) == masked_phone(phone_digits(typed)) == masked
    with pytest.raises(NumberError):
        masked_phone("12345")
