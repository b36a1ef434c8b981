"""PURE. Identity numbers of Hong Kong, Taiwan, Thailand and Belgium."""

import datetime
import re
from collections.abc import Callable
from typing import Any

from stdnum.be import bis, nn
from stdnum.exceptions import ValidationError
from stdnum.th import pin

from identity_numbers.examined import Examined, Sex, masked_number, normalised, wrong

_HONG_KONG = re.compile(r"[A-Z]{1,2}\d{6}[0-9A]")
_TAIWAN = re.compile(r"[A-Z][1289]\d{8}")
_TAIWAN_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
"""In the order of their values 10 to 35."""
_TAIWAN_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
_SEXES: dict[str, Sex] = {"1": "M", "8": "M", "2": "F", "9": "F"}

HONG_KONG = "The number is 1 or 2 letters, 6 digits and the digit in brackets, as A123456(3). Compare it with the card."
TAIWAN = "The number is a letter and 9 digits, as A123456789. Compare it with the card."
THAI = "The number has 13 digits, and the last must fit the others. Compare it with the card."
BELGIAN = "The national number has 11 digits, as 85.07.30-033.28, and the last two must fit. Compare it with the card."


def examine_hong_kong(text: str, today: datetime.date) -> Examined:
    """香港居民身份证: weights 9 to 1, a missing first letter counts 36, A is 10; the sum is a multiple of 11."""
    number = normalised(text)
    if not (number.isascii() and _HONG_KONG.fullmatch(number)):
        raise wrong(HONG_KONG)
    values = [36 if letter == " " else int(letter, 36) for letter in number.rjust(9)]
    if sum(weight * value for weight, value in zip(range(9, 0, -1), values, strict=True)) % 11:
        raise wrong(HONG_KONG)
    return Examined("hong-kong-id", number, masked_number(number))


def examine_taiwan(text: str, today: datetime.date) -> Examined:
    """身分證, and since 2021 the residents' numbers with 8 or 9 in the second place."""
    number = normalised(text)
    if not (number.isascii() and _TAIWAN.fullmatch(number)):
        raise wrong(TAIWAN)
    digits = f"{_TAIWAN_LETTERS.index(number[0]) + 10}{number[1:]}"
    if sum(weight * int(digit) for weight, digit in zip(_TAIWAN_WEIGHTS, digits, strict=True)) % 10:
        raise wrong(TAIWAN)
    return Examined("taiwan-id", number, masked_number(number), sex=_SEXES[number[1]])


def examine_thai(text: str, today: datetime.date) -> Examined:
    number = _by_stdnum(pin.validate, normalised(text), THAI)
    return Examined("thai-id", number, masked_number(number))


def examine_belgian(text: str, today: datetime.date) -> Examined:
    """The national register number, or the BIS number of who is not in the register."""
    text = normalised(text)
    module = nn if nn.is_valid(text) else bis
    number = _by_stdnum(module.validate, text, BELGIAN)
    birth = module.get_birth_date(number)
    if birth is not None and birth > today:
        raise wrong(BELGIAN)
    sexes: dict[str | None, Sex] = {"M": "M", "F": "F"}
    return Examined("belgian-id", number, masked_number(number), birth, sexes.get(module.get_gender(number)))


def _by_stdnum(validate: Callable[[str], Any], text: str, sentence: str) -> str:
    try:
        return str(validate(text))
    except ValidationError:
        raise wrong(sentence) from None
