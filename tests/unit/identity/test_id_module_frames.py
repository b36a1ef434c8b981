"""Frames of GA/T 467 and the text of the cards behind them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.devices.cards import CardUnknown, CardUnreadable
from edge.devices.id_module_frames import FIND, BadFrame, answer, frame, meaning, request, texts, unframed
from edge.devices.id_text import card_of
from edge.devices.ports import Card
from edge.devices.twins.id_module import foreign_text, resident_text
from edge.devices.twins.sample_cards import CHEN, LI, MARTIN


def test_the_published_example_of_find() -> None:
    assert request(FIND) == bytes.fromhex("AAAAAA96690003200122")


@given(body=st.binary(min_size=3, max_size=1400), noise=st.binary(max_size=20), rest=st.binary(max_size=20))
def test_a_frame_is_found_whole_behind_noise(body: bytes, noise: bytes, rest: bytes) -> None:
    noise = noise.replace(b"\xaa", b"\x00")
    sent = noise + frame(body)
    assert unframed(sent + rest) == (body, rest)
    assert unframed(sent[:-1]) is None


@given(place=st.integers(7, 40), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found(place: int, bit: int) -> None:
    sent = bytearray(frame(bytes(range(34))))
    sent[place] ^= 1 << bit
    with pytest.raises(BadFrame, match="checksum"):
        unframed(bytes(sent))


def test_what_is_no_frame_points_at_the_baud_rate() -> None:
    with pytest.raises(BadFrame, match="baud"):
        unframed(b"\x55" * 200)
    with pytest.raises(BadFrame):
        answer(b"\x00\x00")


def test_text_is_cut_from_its_lengths_and_the_photo_left() -> None:
    text = resident_text("李明", LI, "20350607")
    assert texts(bytes.fromhex("01000400") + text + bytes(1024)) == text
    for broken in (bytes.fromhex("00800400") + bytes(128), bytes.fromhex("01000400") + text[:-1]):
        with pytest.raises(BadFrame):
            texts(broken)


@pytest.mark.parametrize("sw3", [0x10, 0x11, 0x21, 0x31, 0x32, 0x33, 0x40, 0x41, 0x47, 0x60, 0x66, 0x80, 0x81])
def test_every_published_answer_has_a_meaning_of_its_own(sw3: int) -> None:
    assert f"0x{sw3:02X}" in meaning(sw3) and "does not list" not in meaning(sw3)


def test_an_unlisted_answer_is_told_as_such() -> None:
    assert "0x77" in meaning(0x77) and "does not list" in meaning(0x77)


def test_the_four_kinds_of_card() -> None:
    assert card_of(resident_text("李明", LI, "长期")) == Card("resident-id", "resident-id", LI, "李明", "long-term")
    assert card_of(resident_text("陈嘉欣", CHEN, "20290914", "J")) == Card(
        "residence-permit", "residence-permit", CHEN, "陈嘉欣", "2029-09-14"
    )
    assert card_of(resident_text("", MARTIN, "20331130", "Y", "MARTIN ALICE")).name == "MARTIN ALICE"
    assert card_of(foreign_text("TREMBLAY JEAN", "CAN110081080310", "20270630", "简")) == Card(
        "foreign-permanent", "foreign-permanent", "CAN110081080310", "TREMBLAY JEAN", "2027-06-30"
    )


@pytest.mark.parametrize(
    "text",
    [
        resident_text("李明", LI, "20290914", "J"),
        resident_text("陈嘉欣", CHEN, "20290914"),
        resident_text("李明", LI[:-1] + ("0" if LI[-1] != "0" else "1"), "20290914"),
        resident_text("", LI, "20290914"),
        resident_text("李明", LI, "20291314"),
        resident_text("李明", LI, "20290914", "I"),
        b"\x00\xd8" * 128,
    ],
)
def test_a_layout_that_its_number_does_not_prove_is_refused(text: bytes) -> None:
    with pytest.raises(CardUnreadable):
        card_of(text)


def test_a_mark_nobody_knows_is_refused_with_the_manual_way() -> None:
    with pytest.raises(CardUnknown, match="desk"):
        card_of(resident_text("李明", LI, "20290914", "Q"))
