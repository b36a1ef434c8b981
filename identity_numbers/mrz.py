"""PURE. Machine-readable lines of travel documents: TD1 (3 × 30), TD2 (2 × 36), TD3 (2 × 44), ICAO 9303 parts 3 to 6.

Only the digits decide. `mrz` 0.6.2 also rejects what is right: a birth of which only the year is known
(`7408<<`), a TD1 number longer than nine characters, a state newer than its list; see docs/decisions.
"""

import datetime
import re
from typing import NamedTuple

from identity_numbers.examined import Examined, Sex, masked_number, wrong

_LETTERS = re.compile(r"[A-Z0-9<]+")
_WEIGHTS = (7, 3, 1)
_LENGTHS = {90: 30, 72: 36, 88: 44}
"""Characters in all, to those of a line: TD1, TD2, TD3."""

LINES = (
    "These are no machine-readable lines: a passport has 2 lines of 44 characters, a card 3 of 30 or 2 of 36. "
    "Scan the page again, or type each line whole, with every <."
)
DIGITS = "A check digit of the machine-readable lines does not fit. Scan the page again, or compare letter by letter."
FUTURE = "The date of birth in the machine-readable lines lies in the future. Compare them with the page."


class _Fields(NamedTuple):
    """As the document has them, fillers included. `whole`: what the last check digit covers, and that digit."""

    code: str
    state: str
    number: str
    number_digit: str
    birth: str
    birth_digit: str
    sex: str
    expiry: str
    expiry_digit: str
    optional: str
    optional_digit: str
    name: str
    whole: tuple[str, str]


def looks_like(text: str) -> bool:
    """Whether somebody meant machine-readable lines."""
    return "<<" in text


def examine_mrz(text: str, today: datetime.date) -> Examined:
    """Raises NumberError. `text`: the lines, with or without line ends. A passport is known by its number alone, a card
    by state and number, since only passports have numbers no other state's office would take for its own."""
    fields = _cut(_one_line(text))
    if not _digits_fit(fields):
        raise wrong(DIGITS)
    number = fields.number.replace("<", "")
    birth = _birth(fields.birth, today)
    passport = fields.code.startswith("P")
    known = number if passport else fields.state.replace("<", "") + number
    sexes: dict[str, Sex] = {"M": "M", "F": "F"}
    return Examined(
        "passport" if passport else "foreign-card",
        known,
        masked_number(known),
        birth,
        sexes.get(fields.sex),
        _name(fields.name),
        _expiry(fields.expiry, today),
    )


def check_digit(text: str) -> str:
    """Weights 7, 3, 1; digits count themselves, A is 10, < is 0 (ICAO 9303-3, 4.9)."""
    return str(sum(_WEIGHTS[place % 3] * _value(letter) for place, letter in enumerate(text)) % 10)


def _value(letter: str) -> int:
    return 0 if letter == "<" else int(letter, 36)


def _one_line(text: str) -> str:
    line = "".join(text.upper().split()).replace("«", "<<").replace("＜", "<")
    if len(line) not in _LENGTHS or not _LETTERS.fullmatch(line):
        raise wrong(LINES)
    return line


def _cut(line: str) -> _Fields:
    width = _LENGTHS[len(line)]
    first, second = line[:width], line[width : 2 * width]
    if width == 30:
        return _cut_td1(first, second, line[60:])
    optional, digit = (second[28:42], second[42]) if width == 44 else (second[28:35], "")
    covered = second[:10] + second[13:20] + second[21 : width - 1]
    return _Fields(
        first[:2], first[2:5], second[:9], second[9], second[13:19], second[19], second[20], second[21:27], second[27],
        optional, digit, first[5:], (covered, second[-1]),
    )  # fmt: skip


def _cut_td1(first: str, second: str, third: str) -> _Fields:
    number, digit = first[5:14], first[14]
    if digit == "<":
        # A longer number goes on in the optional data; the last character before the filler is its check digit.
        rest = first[15:].partition("<")[0]
        number, digit = number + rest[:-1], rest[-1:]
    covered = first[5:] + second[:7] + second[8:15] + second[18:29]
    return _Fields(
        first[:2], first[2:5], number, digit, second[:6], second[6], second[7], second[8:14], second[14],
        second[18:29], "", third, (covered, second[29]),
    )  # fmt: skip


def _digits_fit(fields: _Fields) -> bool:
    pairs = [
        (fields.number, fields.number_digit),
        (fields.birth, fields.birth_digit),
        (fields.expiry, fields.expiry_digit),
        fields.whole,
    ]
    # An empty optional field may have a filler for its digit (9303-4, 4.2.2).
    if fields.optional_digit and not (fields.optional_digit == "<" and not fields.optional.strip("<")):
        pairs.append((fields.optional, fields.optional_digit))
    return bool(fields.number.strip("<")) and all(check_digit(text) == digit for text, digit in pairs)


def _birth(text: str, today: datetime.date) -> datetime.date | None:
    """Two digits of the year: the latest that is not in the future. None where the day is not known (`<<`)."""
    if not text.isdecimal():
        return None
    this = today.year // 100 * 100
    possible = [birth for century in (this, this - 100) if (birth := _date(century, text))]
    if not possible:
        raise wrong(DIGITS)
    past = [birth for birth in possible if birth <= today]
    if not past:
        raise wrong(FUTURE)
    return past[0]


def _expiry(text: str, today: datetime.date) -> str | None:
    """Documents last ten years or so: the date nearest to today."""
    if not text.isdecimal():
        return None
    this = today.year // 100 * 100
    possible = [end for century in (this - 100, this, this + 100) if (end := _date(century, text))]
    if not possible:
        raise wrong(DIGITS)
    return min(possible, key=lambda end: abs(end - today)).isoformat()


def _date(century: int, text: str) -> datetime.date | None:
    try:
        return datetime.date(century + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def _name(text: str) -> str:
    surname, _, given = text.partition("<<")
    return " ".join(f"{surname} {given}".replace("<", " ").split())
