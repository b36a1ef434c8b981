"""Lines broken where people would break them."""

from hypothesis import given
from hypothesis import strategies as st

from edge.faces.escpos_text import columns
from edge.faces.wrapping import wrapped


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
