"""Travel permits, passports and their machine-readable lines, cards from abroad, organisations, badges."""

import datetime

import pytest
from mrz.base.functions import hash_string
from mrz.checker.td3 import TD3CodeChecker

from identity_numbers import NumberError, examine
from identity_numbers.mrz import DIGITS, FUTURE, LINES, check_digit

TODAY = datetime.date(2026, 11, 22)

TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
"""The three examples of ICAO 9303, parts 4 to 6."""


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("home-return-permit", "h 01234567", "H01234567"),
        ("home-return-permit", "M0123456702", "M01234567"),
        ("taiwan-permit", "02702256", "02702256"),
        ("taiwan-permit", "02702256-03 (A)", "02702256"),
        ("hk-macao-permit", "C12345678", "C12345678"),
        ("hk-macao-permit", "CA1234567", "CA1234567"),
        ("passport", "e12345678", "E12345678"),
        ("passport", "EA1234567", "EA1234567"),
        ("passport", TD3, "L898902C3"),
        ("foreign-card", TD2, "UTOD23145890"),
        ("foreign-card", TD1, "UTOD23145890"),
        ("hong-kong-id", "A123456(3)", "A1234563"),
        ("hong-kong-id", "G123456(A)", "G123456A"),
        ("hong-kong-id", "AB987654（3）", "AB9876543"),
        ("taiwan-id", "A123456789", "A123456789"),
        ("thai-id", "1-2345-45678-78-1", "1234545678781"),
        ("belgian-id", "85.07.30-033.28", "85073003328"),
        ("uscc", "91110000600037341L", "91110000600037341L"),
        ("badge", "04:a1:b2:c3:d4:e5:f6", "04A1B2C3D4E5F6"),
    ],
)
def test_right_numbers_in_their_one_form(kind: str, text: str, number: str) -> None:
    assert examine(kind, text, TODAY).number == number


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("home-return-permit", "A01234567"), ("home-return-permit", "H0123456"), ("taiwan-permit", "0270225"),
        ("hk-macao-permit", "E12345678"), ("passport", "ABCDEFGH"), ("passport", "E1234567890"),
        ("hong-kong-id", "A123456(4)"), ("hong-kong-id", "A12345(3)"), ("taiwan-id", "A123456788"),
        ("taiwan-id", "A323456789"), ("thai-id", "1234545678782"), ("belgian-id", "85073003329"),
        ("uscc", "91110000600037342L"), ("uscc", "9111000060003734IL"), ("badge", "04A1B2"), ("badge", "04A1B2CG"),
        ("social-security", "12345"), ("passport", TD1), ("passport", "   "), ("badge", "9" * 500),
    ],
)  # fmt: skip
def test_wrong_numbers_are_refused_with_what_to_do(kind: str, text: str) -> None:
    with pytest.raises(NumberError) as error:
        examine(kind, text, TODAY)
    assert error.value.field == "number"
    assert error.value.sentence.endswith(".") and len(error.value.sentence) > 30


def test_machine_readable_lines_tell_who_and_until_when() -> None:
    for kind, lines in (("passport", TD3), ("foreign-card", TD2), ("foreign-card", TD1)):
        found = examine(kind, lines, TODAY)
        assert (found.name, found.birth, found.sex, found.valid_until) == (
            "ERIKSSON ANNA MARIA", datetime.date(1974, 8, 12), "F", "2012-04-15",
        )  # fmt: skip


def test_lines_are_taken_with_and_without_line_ends_and_in_small_letters() -> None:
    assert examine("passport", TD3.replace("\n", ""), TODAY) == examine("passport", TD3.lower(), TODAY)


@pytest.mark.parametrize("place", [45, 53, 59, 66, 73, 87, 88])
def test_any_character_read_wrongly_is_found(place: int) -> None:
    assert TD3[place] != "\n"
    spoilt = TD3[:place] + str((int(TD3[place], 36) + 1) % 10) + TD3[place + 1 :]
    with pytest.raises(NumberError) as error:
        examine("passport", spoilt, TODAY)
    assert error.value.sentence == DIGITS


def made(**changed: str) -> str:
    """A TD3 with right digits."""
    f = {"number": "E12345678", "state": "CHN", "birth": "900101", "expiry": "301231", "optional": "<" * 14} | changed
    number = f["number"] + check_digit(f["number"])
    birth, expiry = f["birth"] + check_digit(f["birth"]), f["expiry"] + check_digit(f["expiry"])
    optional = f["optional"] + f.get("optional_digit", check_digit(f["optional"]))
    whole = number + birth + expiry + optional
    first = f"P<{f['state']}ZHANG<<SAN".ljust(44, "<")
    return f"{first}\n{number}{f['state']}{birth}M{expiry}{optional}{check_digit(whole)}"


def test_our_digits_agree_with_another_implementation() -> None:
    for text in ("L898902C3", "740812", "D23145890<734", "ZE184226B<<<<<"):
        assert check_digit(text) == hash_string(text)
    assert bool(TD3CodeChecker(made()))


def test_real_documents_that_the_library_rejects_are_accepted() -> None:
    unknown_day, young_state = made(birth="9001<<"), made(state="XKX")
    assert not TD3CodeChecker(unknown_day) and not TD3CodeChecker(young_state)
    assert examine("passport", unknown_day, TODAY).birth is None
    assert examine("passport", young_state, TODAY).number == "E12345678"
    assert examine("passport", made(optional_digit="<"), TODAY).number == "E12345678"


def test_a_card_number_longer_than_its_field() -> None:
    """ICAO 9303-5: D23145890734 with check digit 9 goes on in the optional data."""
    first, second = "I<UTOD23145890<7349<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<"
    second += check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    found = examine("foreign-card", f"{first}\n{second}\n{'ERIKSSON<<ANNA'.ljust(30, '<')}", TODAY)
    assert found.number == "UTOD23145890734"


def test_two_digits_of_a_year_never_mean_the_future() -> None:
    assert examine("passport", made(birth="261122"), TODAY).birth == TODAY
    assert examine("passport", made(birth="261123"), TODAY).birth == datetime.date(1926, 11, 23)
    assert examine("passport", made(expiry="740101"), TODAY).valid_until == "2074-01-01"


def test_lines_that_are_none() -> None:
    for text in ("P<UTO<<", "P<<" + "A" * 85 + "*"):
        with pytest.raises(NumberError) as error:
            examine("passport", text, TODAY)
        assert error.value.sentence == LINES


@pytest.mark.parametrize(("changed", "sentence"), [({"birth": "901301"}, DIGITS), ({"expiry": "300231"}, DIGITS)])
def test_dates_that_are_none(changed: dict[str, str], sentence: str) -> None:
    with pytest.raises(NumberError) as error:
        examine("passport", made(**changed), TODAY)
    assert error.value.sentence == sentence


def test_a_leap_day_only_in_the_future_century() -> None:
    """29 February of 00 was in 2000 and not in 1900."""
    with pytest.raises(NumberError) as error:
        examine("passport", made(birth="000229"), datetime.date(2000, 1, 1))
    assert error.value.sentence == FUTURE
