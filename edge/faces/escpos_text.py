"""PURE: text as characters, for printers with Chinese firmware: GB18030 between FS & and FS ., 12 dots a half width."""

import itertools
from functools import lru_cache
from typing import Any

from edge.escpos_library import escpos
from edge.faces.paper import Banner, Block, Line, Number, Pair, Rule
from edge.faces.wrapping import wrapped

CELL = 12
_SIZES = {"small": ((1, 1),), "normal": ((1, 2), (1, 1)), "large": ((2, 2), (1, 2), (1, 1))}
"""Width and height multipliers, the wanted first, then what is taken when the line would not fit."""


def chinese(text: str) -> bytes:
    """ASCII as it is; everything else as GB18030 in kanji mode, where one lead byte takes the next along."""
    parts = []
    for plain, run in itertools.groupby(text, str.isascii):
        characters = "".join(run)
        parts.append(characters.encode("ascii") if plain else b"\x1c&" + characters.encode("gb18030") + b"\x1c.")
    return b"".join(parts)


def columns(text: str) -> int:
    """Half widths it takes: every character that is not ASCII takes two."""
    return sum(1 if character.isascii() else 2 for character in text)


@lru_cache(maxsize=192)
def encode(block: Block, dots: int) -> bytes:
    """One block of text on paper `dots` wide."""
    across = dots // CELL
    out: Any = escpos("printer.dummy").Dummy()
    match block:
        case Line(text, size, align):
            _line(out, text, size, align, across)
        case Number(text):
            _number(out, text, across)
        case Banner(text):
            _banner(out, text, across)
        case Pair(left, right):
            _pair(out, left, right, across)
        case Rule():
            out._raw(b"-" * across + b"\n")
        case _:
            raise TypeError(f"no text of {block!r}")
    return bytes(out.output)


def _pair(out: Any, left: str, right: str, across: int) -> None:
    if columns(left) + 1 + columns(right) <= across:
        out._raw(chinese(left + " " * (across - columns(left) - columns(right)) + right) + b"\n")
        return
    for line in wrapped(left, across, columns, even=False):
        out._raw(chinese(line) + b"\n")
    for line in wrapped(right, across, columns, even=False):
        out._raw(chinese(" " * max(0, across - columns(line)) + line) + b"\n")


def _line(out: Any, text: str, size: str, align: str, across: int) -> None:
    sizes = _SIZES[size]
    wide, high = next((one for one in sizes if columns(text) * one[0] <= across), sizes[-1])
    side = "center" if align == "centre" else "left"
    out.set(align=side, bold=size != "small", custom_size=True, width=wide, height=high)
    for line in wrapped(text, across // wide, columns, even=align == "centre"):
        out._raw(chinese(line) + b"\n")
    out.set(align="left", bold=False, custom_size=True, width=1, height=1)


def _number(out: Any, text: str, across: int) -> None:
    factor = max(1, min(7, across // max(1, columns(text))))
    out.set(align="center", bold=True, custom_size=True, width=factor, height=factor)
    out._raw(chinese(text) + b"\n")
    out.set(align="left", bold=False, custom_size=True, width=1, height=1)


def _banner(out: Any, text: str, across: int) -> None:
    wide = 2 if 2 * columns(text) <= across else 1
    out.set(align="center", bold=True, invert=True, custom_size=True, width=wide, height=2)
    for line in wrapped(text, across // wide, columns):
        spare = max(0, across // wide - columns(line))
        out._raw(chinese(" " * (spare // 2) + line + " " * (spare - spare // 2)) + b"\n")
    out.set(align="left", bold=False, invert=False, custom_size=True, width=1, height=1)
