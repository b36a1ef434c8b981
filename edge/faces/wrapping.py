"""PURE: breaks a text into lines of even length, in scripts with and without blanks."""

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

_STAYS = "，。、；：！？）》」”"
"""Never first on a line."""
_LEADS = "（《「“"
"""Never last on a line."""
_FIRST_WIDE = 0x2E80


def printable(text: str) -> str:
    """Without control characters, which printers obey, and without marks that turn the writing round.

    Characters of private use stay: rare characters of names are kept there.
    """
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp", "Cf", "Cs") else one for one in text)


def wrapped(text: str, most: int, measure: Callable[[str], float], even: bool = True) -> list[str]:
    """As few lines as `most` allows; `even`: as even as that number of lines can be, so no word is left alone."""
    if measure(text) <= most:
        return [text]
    pieces = [part for piece in _pieces(text) for part in _cut(piece, most, measure)]
    lines = _filled(pieces, most, measure)
    if not even:
        return lines
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
        if joined and (piece[0] in _STAYS or joined[-1][-1] in _LEADS):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _cut(word: str, most: int, measure: Callable[[str], float]) -> list[str]:
    """A word longer than a line is cut behind its hyphens, or else anywhere, so that nothing of it is lost."""
    if measure(word) <= most:
        return [word]
    cut = []
    for part in re.split(r"(?<=-)", word):
        ends = [0]
        for end in range(1, len(part) + 1):
            if end - ends[-1] > 1 and measure(part[ends[-1] : end]) > most:
                ends.append(end - 1)
        cut += [part[start:end] for start, end in pairwise([*ends, len(part)])]
    return cut
