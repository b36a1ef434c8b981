"""The people of the demo: nobody real, and sound enough to book."""

import random
from datetime import date

import pytest

from hallkeeper.bookings import wishes
from hallkeeper.bookings.offer import Choice, Slot, application
from identity_numbers import NumberError, examine, phone_digits

TODAY = date(2026, 11, 20)


def test_their_numbers_pass_every_check_and_a_mistaken_one_does_not() -> None:
    rng = random.Random(1)
    for _ in range(200):
        who = wishes.person(rng)
        assert examine("resident-id", who.id_number, TODAY).number == who.id_number
        assert phone_digits(who.phone) == who.phone and who.name
        with pytest.raises(NumberError):
            examine("resident-id", wishes.mistaken(who.id_number), TODAY)


def test_every_channel_and_every_fate_is_met_and_only_the_late_come_after_the_time() -> None:
    rng = random.Random(2)
    many = [wishes.wish(rng) for _ in range(400)]
    assert {one.channel for one in many} == set(wishes.CHANNELS)
    assert {one.fate for one in many} == set(wishes.FATES)
    assert all((one.early_s < 0) == (one.fate == "late") for one in many)
    assert any(one.mistaken for one in many)


def test_an_application_answers_what_the_matter_asks() -> None:
    asked = [{"id": "heirs", "text": {}, "required": True}, {"id": "hint", "text": {}, "required": False}]
    choice = Choice("hall", "estate-inherit", Slot("s", "estate", 0), [], True, asked)
    who = wishes.person(random.Random(3))
    made = application(choice, who, who.id_number)
    assert set(made.answers) == {"heirs"} and made.detail
