"""PURE: what can stand on a strip of receipt paper, before a printer's language is chosen."""

from typing import Literal

import msgspec

Size = Literal["small", "normal", "large"]


class Line(msgspec.Struct, frozen=True):
    """Centred text, wrapped where it is too long."""

    text: str
    size: Size = "normal"


class Pair(msgspec.Struct, frozen=True):
    """A word at the left edge and its value at the right."""

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
