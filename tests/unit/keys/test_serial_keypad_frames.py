"""The caller keypads' frame: bytes by hand, noise by hypothesis, and the talk over any faults."""

from hypothesis import given
from hypothesis import strategies as st

from edge.devices.serial_keypad_frames import (
    DOWN,
    IDLE,
    POLL,
    SILENT_NS,
    SIZE,
    UP,
    Change,
    Decoder,
    Frame,
    Talk,
    encode,
)

frames = st.builds(
    Frame, st.integers(1, 247), st.integers(0, 255), st.sampled_from((DOWN, UP, POLL, IDLE)), st.integers(0, 255)
)


def test_the_bytes_are_those_of_the_document() -> None:
    assert encode(Frame(3, 12, DOWN, 7)).hex(" ") == "aa 03 0c 01 07 09"
    assert encode(Frame(3, 0, POLL, 7)).hex(" ") == "aa 03 00 05 07 01"


@given(st.lists(frames, max_size=6), st.lists(st.integers(1, 9), max_size=12))
def test_frames_are_found_however_the_bytes_are_cut(sent: list[Frame], cuts: list[int]) -> None:
    data, decoder, found = b"".join(map(encode, sent)), Decoder(), []
    for size in cuts:
        found += decoder.feed(data[:size])
        data = data[size:]
    found += decoder.feed(data)
    assert found == sent
    assert decoder.noise == 0


@given(frames, st.binary(max_size=30).filter(lambda noise: 0xAA not in noise))
def test_after_noise_the_next_frame_is_found(frame: Frame, noise: bytes) -> None:
    decoder = Decoder()
    assert decoder.feed(noise + encode(frame)) == [frame]
    assert decoder.noise == len(noise)


@given(frames, st.binary(max_size=30))
def test_even_noise_that_looks_like_a_start_costs_a_few_frames_at_most(frame: Frame, noise: bytes) -> None:
    """A false start swallows bytes until its check fails, or, once in 256 times, comes out right."""
    decoder = Decoder()
    assert frame in decoder.feed(noise + encode(frame) * (len(noise) + 2))


@given(frames, st.integers(1, SIZE - 1), st.integers(0, 7))
def test_any_bit_that_turns_over_makes_it_no_frame(frame: Frame, at: int, bit: int) -> None:
    data = bytearray(encode(frame))
    data[at] ^= 1 << bit
    assert frame not in Decoder().feed(bytes(data))


def test_what_was_begun_before_a_poll_is_no_answer_to_it() -> None:
    decoder = Decoder()
    decoder.feed(encode(Frame(1, 1, DOWN, 1))[:4])
    decoder.forget()
    assert decoder.feed(encode(Frame(1, 2, UP, 2))) == [Frame(1, 2, UP, 2)]


# --- the talk ------------------------------------------------------------------------


def talk() -> Talk:
    """With a keypad that had nothing to say."""
    made = Talk(3, 0)
    assert made.hears(Frame(3, 0, IDLE, 0), 1) is None
    return made


def test_a_change_is_told_once_and_acknowledged_by_the_next_poll() -> None:
    one = talk()
    assert one.ask() == Frame(3, 0, POLL, 0)
    assert one.hears(Frame(3, 9, DOWN, 1), 2) == Change(9, True, False)
    assert one.ask() == Frame(3, 0, POLL, 1)
    assert one.hears(Frame(3, 9, DOWN, 1), 3) is None
    assert one.hears(Frame(3, 9, UP, 2), 4) == Change(9, False, False)


def test_a_keypad_that_lost_its_power_counts_from_the_beginning() -> None:
    one = talk()
    assert one.hears(Frame(3, 9, DOWN, 1), 2)
    assert one.hears(Frame(3, 0, IDLE, 0), 3) is None
    assert one.hears(Frame(3, 9, DOWN, 1), 4) == Change(9, True, False)


def test_what_lay_in_a_keypad_before_it_was_first_asked_is_marked() -> None:
    one = Talk(3, 0)
    assert one.hears(Frame(3, 9, DOWN, 8), 1) == Change(9, True, True)
    assert one.hears(Frame(3, 9, UP, 9), 2) == Change(9, False, True)
    assert one.hears(Frame(3, 0, IDLE, 9), 3) is None
    assert one.hears(Frame(3, 9, DOWN, 10), 4) == Change(9, True, False)


def test_a_keypad_is_missing_after_a_second_of_silence_told_once_and_behind_when_it_is_back() -> None:
    one = talk()
    assert not one.missed(SILENT_NS)
    assert one.missed(1 + SILENT_NS)
    assert one.silent
    assert not one.missed(9 * SILENT_NS)
    assert one.hears(Frame(3, 9, DOWN, 4), 10 * SILENT_NS) == Change(9, True, True)
    assert not one.silent


def test_a_poll_heard_back_and_another_keypads_answer_are_no_answers() -> None:
    one = talk()
    assert not one.is_answer(one.ask())
    assert not one.is_answer(Frame(4, 0, IDLE, 0))
    assert one.is_answer(Frame(3, 0, IDLE, 0))
