"""PURE. The citizen number of GB 11643-1999 and the documents numbered by it.

Checked here and not by `stdnum.cn.ric`, which looks the county up with its years and so rejects real
people whose county was founded after their birth, rejects the residence permits 81, 82, 83 and the
foreigners' 9…, and accepts a birth in 2099.
"""

import datetime

from identity_numbers.examined import Examined, Sex, masked_number, wrong

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
"""Check character by the weighted sum modulo 11 (ISO 7064 MOD 11-2, as printed in the standard)."""

_PROVINCES = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71}
_PERMITS = ("810000", "820000", "830000")
"""Hong Kong, Macao, Taiwan: the area codes of the residence permits (港澳台居民居住证)."""

FIFTEEN = (
    "A number of 15 digits belongs to the first-generation card, which is out of use since 2013. "
    "Type the 18 characters of the card in force."
)
LENGTH = "The number has 18 characters: 17 digits, and a digit or X at the end. Count them again."
DIGITS = "The first 17 characters are digits, the last is a digit or X. Look for a letter typed for a digit."
CHECK = "The last character does not fit the others. Compare the number with the card, digit by digit."
DATE = "Characters 7 to 14 are no date of birth. Compare the number with the card."
FUTURE = "The date of birth in the number lies in the future. Compare the number with the card."
PLACE = "The first two digits are no province of today. Compare the number with the card once more."


def check_character(first17: str) -> str:
    """The 18th character for 17 digits."""
    return _CHECK[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True)) % 11]


def examine_citizen(number: str, today: datetime.date) -> Examined:
    """`number` normalised; raises NumberError. The place is a hint only: counties come and go, people stay."""
    if len(number) == 15 and number.isdecimal():
        raise wrong(FIFTEEN)
    if len(number) != 18:
        raise wrong(LENGTH)
    if not (number.isascii() and number[:17].isdecimal() and (number[17].isdecimal() or number[17] == "X")):
        raise wrong(DIGITS)
    if check_character(number[:17]) != number[17]:
        raise wrong(CHECK)
    birth = born(number[6:14])
    if birth > today:
        raise wrong(FUTURE)
    sex: Sex = "M" if int(number[16]) % 2 else "F"
    kind = kind_of(number)
    doubt = PLACE if kind == "resident-id" and int(number[:2]) not in _PROVINCES else ""
    return Examined(kind, number, masked_number(number), birth, sex, doubt=doubt)


def kind_of(number: str) -> str:
    """Which document a sound number belongs to: the first digit 9 marks foreigners since the cards of 2023."""
    if number.startswith("9"):
        return "foreign-permanent"
    return "residence-permit" if number.startswith(_PERMITS) else "resident-id"


def born(text: str) -> datetime.date:
    """YYYYMMDD; raises NumberError."""
    try:
        return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise wrong(DATE) from None
