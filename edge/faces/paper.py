"""PURE: what can stand on a strip of receipt paper, before a printer's language is chosen."""

from typing import Literal

import msgspec

from edge.faces.wrapping import printable

Size = Literal["small", "normal", "large"]
Align = Literal["centre", "left"]


class Line(msgspec.Struct, frozen=True):
    """Text, wrapped where it is too long."""

    text: str
    size: Size = "normal"
    align: Align = "centre"


class Pair(msgspec.Struct, frozen=True):
    """A word at the left edge and its value at the right, below it where both do not fit beside each other."""

    left: str
    right: str


class Number(msgspec.Struct, frozen=True):
    """The ticket's number, as large as the paper allows."""

    text: str


class Banner(msgspec.Struct, frozen=True):
    """White on black, over the whole width: what nobody may overlook."""

    text: str


class Code(msgspec.Struct, frozen=True):
    """A QR code."""

    data: str


class Rule(msgspec.Struct, frozen=True):
    """A line from edge to edge."""


class Gap(msgspec.Struct, frozen=True):
    """Empty paper, in dots of 1/8 mm."""

    dots: int


Block = Line | Pair | Number | Banner | Code | Rule | Gap

DOTS: dict[int, int] = {58: 384, 80: 576}
"""Paper width in mm to printable dots, at 8 dots a millimetre."""


def clean(block: Block) -> Block:
    """The block without anything in its texts that a printer could take for a command."""
    match block:
        case Line(text, size, align):
            return Line(printable(text), size, align)
        case Pair(left, right):
            return Pair(printable(left), printable(right))
        case Number(text):
            return Number(printable(text))
        case Banner(text):
            return Banner(printable(text))
        case _:
            return block
