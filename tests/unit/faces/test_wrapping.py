"""Lines broken where people would break them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.faces.escpos_text import columns
from edge.faces.wrapping import printable, wrapped


def test_breaks_at_blanks_evenly() -> None:
    assert wrapped("please listen for your number", 16, len) == ["please listen", "for your number"]


def test_breaks_between_characters_but_never_before_a_comma() -> None:
    lines = wrapped("请留意屏幕及语音，过号请联系导办台", 32, columns)
    assert lines == ["请留意屏幕及语音，", "过号请联系导办台"]


@given(st.text(alphabet="ab 请号，。", min_size=1, max_size=60), st.integers(8, 40))
def test_loses_nothing_and_fits_where_words_do(text: str, most: int) -> None:
    lines = wrapped(text, most, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    if max((len(word) for word in text.split(" ")), default=0) * 2 <= most:
        assert all(columns(line) <= most for line in lines)


@given(st.text(alphabet="abab-请（，", min_size=20, max_size=80), st.integers(4, 12), st.booleans())
def test_a_word_longer_than_a_line_is_cut_and_every_line_holds(text: str, most: int, even: bool) -> None:
    lines = wrapped(text, most, columns, even=even)
    assert "".join(lines) == text
    # Punctuation that must not stand alone may hang over by itself.
    assert all(columns(line.strip("，（")) <= most for line in lines)


def test_a_long_number_is_cut_behind_its_hyphens() -> None:
    assert wrapped("binjiang.binjiang-1-20261122-00007", 24, len) == ["binjiang.binjiang-", "1-20261122-00007"]


def test_what_is_read_from_the_left_fills_its_lines() -> None:
    assert wrapped("one two three four", 13, len, even=False) == ["one two three", "four"]
    assert wrapped("one two three four", 13, len) == ["one two", "three four"]


def test_a_bracket_stays_with_what_it_opens() -> None:
    assert wrapped("甲乙丙丁（戊", 10, columns, even=False) == ["甲乙丙丁", "（戊"]


@pytest.mark.parametrize("bad", ["\x1b@", "\x00", "\x10\x04", "\r\n", "\x7f", "\x9b", "\u202e", "\u2028", "\ud800"])
def test_what_a_printer_obeys_becomes_blanks(bad: str) -> None:
    clean = printable(f"王{bad}@")
    assert not any(unicodedata.category(one)[0] == "C" for one in clean)
    assert clean.startswith("王") and clean.endswith("@") and len(clean) == len(bad) + 2


def test_rare_characters_of_names_stay() -> None:
    assert printable("㐀\ue000 王\u3000李") == "㐀\ue000 王\u3000李"
