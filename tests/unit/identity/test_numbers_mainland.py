"""GB 11643 and the documents numbered by it: real people are accepted, slips of the finger are not."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity_numbers import Examined, NumberError, examine, kinds
from identity_numbers.gb11643 import CHECK, DATE, DIGITS, FIFTEEN, FUTURE, LENGTH, check_character

TODAY = datetime.date(2026, 11, 22)
STANDARD = "11010519491231002X"
"""The example printed in GB 11643-1999."""


def citizen(first17: str) -> str:
    return first17 + check_character(first17)


def refused(id_type: str, text: str) -> NumberError:
    with pytest.raises(NumberError) as error:
        examine(id_type, text, TODAY)
    return error.value


def test_the_standards_own_example() -> None:
    found = examine("resident-id", STANDARD, TODAY)
    assert found == Examined("resident-id", STANDARD, "110***********002X", datetime.date(1949, 12, 31), "F")


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002x", " 110105 19491231 002X ", "110105-19491231-002X", "１１０１０５１９４９１２３１００２Ｘ"],
)
def test_one_number_however_it_is_typed(typed: str) -> None:
    assert examine("resident-id", typed, TODAY).number == STANDARD


@pytest.mark.parametrize(
    ("county", "birth"),
    [
        ("500103", "19700101"), ("500224", "19900101"), ("130133", "19700101"), ("440306", "19900101"),
        ("310119", "20120101"),
    ],
)  # fmt: skip
def test_people_whose_county_is_younger_or_gone_are_accepted(county: str, birth: str) -> None:
    """python-stdnum rejects all of these."""
    assert examine("resident-id", citizen(f"{county}{birth}001"), TODAY).doubt == ""


def test_a_place_that_never_was_is_only_a_doubt() -> None:
    assert examine("resident-id", citizen("99010119800101001"), TODAY).id_type == "foreign-permanent"
    assert "province" in examine("resident-id", citizen("17010119800101001"), TODAY).doubt


@pytest.mark.parametrize("area", ["810000", "820000", "830000"])
def test_residence_permits_are_known_wherever_they_are_typed(area: str) -> None:
    number = citizen(f"{area}19880915002")
    for kind in ("resident-id", "residence-permit", "social-security"):
        found = examine(kind, number, TODAY)
        assert (found.id_type, found.sex) == ("residence-permit", "F")
    assert refused("residence-permit", STANDARD).field == "number"


def test_foreign_permanent_residents_of_2023_and_before() -> None:
    assert examine("resident-id", citizen("91112419810803001"), TODAY).id_type == "foreign-permanent"
    assert examine("foreign-permanent", "can 110081080310", TODAY).number == "CAN110081080310"
    assert refused("foreign-permanent", STANDARD).field == "number"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("110105491231002", FIFTEEN),
        ("1101051949123100", LENGTH),
        ("1101051949123100200", LENGTH),
        ("11010519491231O02X", DIGITS),
        ("110105194912310029", CHECK),
        ("11010519491321002" + check_character("11010519491321002"), DATE),
        ("11010519900230002" + check_character("11010519900230002"), DATE),
        ("11010520261123002" + check_character("11010520261123002"), FUTURE),
        ("11010520990101002" + check_character("11010520990101002"), FUTURE),
    ],
)
def test_what_is_wrong_is_said_and_the_number_is_not(text: str, sentence: str) -> None:
    error = refused("resident-id", text)
    assert (error.field, error.sentence) == ("number", sentence)
    assert text not in str(error)


def test_born_today_is_not_the_future() -> None:
    assert examine("resident-id", citizen("11010520261122002"), TODAY).birth == TODAY


@given(place=st.integers(0, 16), other=st.integers(1, 9))
def test_every_single_wrong_digit_is_found(place: int, other: int) -> None:
    digit = (int(STANDARD[place]) + other) % 10
    with pytest.raises(NumberError):
        examine("resident-id", f"{STANDARD[:place]}{digit}{STANDARD[place + 1 :]}", TODAY)


@given(place=st.integers(0, 15))
def test_every_pair_of_swapped_neighbours_is_found(place: int) -> None:
    swapped = STANDARD[:place] + STANDARD[place + 1] + STANDARD[place] + STANDARD[place + 2 :]
    if swapped != STANDARD:
        with pytest.raises(NumberError):
            examine("resident-id", swapped, TODAY)


@given(text=st.text(max_size=300), kind=st.sampled_from([kind.id for kind in kinds()]))
def test_whatever_is_typed_is_examined_or_refused_by_its_field(text: str, kind: str) -> None:
    try:
        found = examine(kind, text, TODAY)
    except NumberError as error:
        assert error.field == "number"
        return
    assert found.number.isascii() and found.number.isalnum() and found.number == found.number.upper()
    assert examine(found.id_type, found.number, TODAY).number == found.number or kind == "foreign-card"


def test_a_type_nobody_accepts_names_its_field() -> None:
    with pytest.raises(NumberError) as error:
        examine("library-card", "1", TODAY)
    assert error.value.field == "id_type"


def test_every_accepted_type_has_both_names() -> None:
    assert {"resident-id", "passport", "social-security", "uscc", "badge"} <= {kind.id for kind in kinds()}
    assert all(set(kind.name) == {"zh", "en"} for kind in kinds())
    assert {kind.id for kind in kinds() if kind.of != "person"} == {"uscc", "badge"}
