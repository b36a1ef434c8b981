"""PURE: breaks a text into lines of even length, in scripts with and without blanks."""

from collections.abc import Callable

_STAYS = "，。、；：！？）》」”"
"""Never first on a line."""
_FIRST_WIDE = 0x2E80


def wrapped(text: str, most: int, measure: Callable[[str], float]) -> list[str]:
    """As few lines as `most` allows, then as even as that number of lines can be, so no word is left alone."""
    if measure(text) <= most:
        return [text]
    pieces = _pieces(text)
    lines = _filled(pieces, most, measure)
    narrow, wide = most // (len(lines) + 1), most
    while wide - narrow > 1:
        middle = (narrow + wide) // 2
        tried = _filled(pieces, middle, measure)
        fits = len(tried) <= len(lines) and all(measure(line) <= middle for line in tried)
        narrow, wide = (narrow, middle) if fits else (middle, wide)
    return _filled(pieces, wide, measure)


def _filled(pieces: list[str], most: int, measure: Callable[[str], float]) -> list[str]:
    lines = [""]
    for piece in pieces:
        if lines[-1] and measure((lines[-1] + piece).rstrip()) > most:
            lines.append(piece)
        else:
            lines[-1] += piece
    return [line.strip() for line in lines]


def _pieces(text: str) -> list[str]:
    """What stays together: Latin words, and one wide character with the punctuation behind it."""
    pieces = [""]
    for character in text:
        wide = ord(character) >= _FIRST_WIDE
        if wide:
            pieces.append("")
        pieces[-1] += character
        if wide or character == " ":
            pieces.append("")
    return _joined([piece for piece in pieces if piece])


def _joined(pieces: list[str]) -> list[str]:
    joined: list[str] = []
    for piece in pieces:
        if joined and piece[0] in _STAYS:
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined
