"""PURE. What an examination gives, and the forms of a number: normalised, masked."""

import datetime
import re
import unicodedata
from typing import Literal

import msgspec

Sex = Literal["M", "F"]

_LAYOUT = re.compile(r"[\s\-‐‑‒–—−_./·()（）【】\[\]]")
"""What people write between digits; no number here has any of it."""


class NumberError(ValueError):
    """A number or an id type that cannot be right. `sentence` says what to do: a message id of the domain "identity"
    of `words`, which never repeats the number. `field`: "number", "id_type" or "phone"."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Examined(msgspec.Struct, frozen=True):
    """A number that can be right. `id_type` is the document the number shows, which may be another than was said:
    a number that begins with 81 is a residence permit's, wherever it was typed."""

    id_type: str
    number: str
    """Capital letters and digits only."""
    masked: str
    birth: datetime.date | None = None
    sex: Sex | None = None
    name: str | None = None
    """Where the text held it (machine-readable lines)."""
    valid_until: str | None = None
    """ISO date, where the text held it."""
    doubt: str = ""
    """Something a person should look at twice, though the number is accepted."""


def normalised(text: str) -> str:
    """Full-width digits, spaces, hyphens, brackets and small letters made uniform."""
    return _LAYOUT.sub("", unicodedata.normalize("NFKC", text)).upper()


def masked_number(number: str) -> str:
    """110***********002X: the ends stay, so that a person recognises it and nobody can use it."""
    if len(number) >= 15:
        head, tail = 3, 4
    elif len(number) >= 8:
        head, tail = 2, 2
    else:
        head, tail = 1, 1
    return number[:head] + "*" * max(0, len(number) - head - tail) + number[len(number) - tail :]


def wrong(sentence: str) -> NumberError:
    return NumberError(sentence, "number")
