"""PURE. The code of a booking: 12 signs of 32, 60 bits; no 0, 1, I or O, which people confuse."""

import re

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 12


def tidy(text: str) -> str:
    """As it is kept: capitals, without the blanks and dashes people write between."""
    return re.sub(r"[\s‐-―－-]", "", text).upper()


def whole(text: str) -> bool:
    """Whether that can be a code: as long, and of its signs alone."""
    code = tidy(text)
    return len(code) == LENGTH and set(code) <= set(ALPHABET)


def grouped(code: str) -> str:
    """As it is shown: `K7PM-29QX-4TWA`."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
