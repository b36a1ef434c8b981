"""PURE. The 256 bytes of text of a resident-ID card (GA/T 490) and of the cards made like it, UTF-16LE.

The letter at byte 248 tells the layout: none the citizens' card, J the residence permit of Hong Kong,
Macao and Taiwan (2018), I the foreigners' permanent residence card of 2017, Y that of 2023. Layouts I and
J as in vendors' published tables and readers (byte counts agree in each source); of Y only the places it
shares with the citizens' card are used. A number must prove its layout: its form, its check character
and its first digits; a layout nobody knows is refused, never guessed. Photo and address are not looked at.
"""

import re

from edge.devices.cards.talk import DAMAGED, NOBODY_KNOWS, CardUnknown, CardUnreadable, date
from edge.devices.ports import Card
from identity_numbers.gb11643 import check_character, kind_of

_CITIZEN = re.compile(r"\d{17}[\dX]", re.ASCII)
_FOREIGNER = re.compile(r"[A-Z]{3}\d{12}", re.ASCII)
_MARK, _NUMBER, _UNTIL = slice(248, 250), slice(122, 158), slice(204, 220)
_NAME, _NAME_Y, _NAME_I, _NUMBER_I = slice(0, 30), slice(52, 122), slice(0, 120), slice(122, 152)
_KINDS = {"": "resident-id", "J": "residence-permit", "Y": "foreign-permanent"}


def card_of(text: bytes) -> Card:
    """Raises CardUnknown, CardUnreadable."""
    mark = _words(text, _MARK)
    if mark == "I":
        kind, name, number = "foreign-permanent", _words(text, _NAME_I), _words(text, _NUMBER_I)
        proved = bool(_FOREIGNER.fullmatch(number))
    elif mark in _KINDS:
        kind, name, number = _KINDS[mark], _words(text, _NAME), _words(text, _NUMBER)
        if mark == "Y" and not name:
            name = _words(text, _NAME_Y)
        proved = _proved(number, kind)
    else:
        raise CardUnknown(NOBODY_KNOWS)
    if not (proved and name):
        raise CardUnreadable(DAMAGED)
    return Card(profile=kind, id_type=kind, number=number, name=name, valid_until=_until(_words(text, _UNTIL)))


def _proved(number: str, kind: str) -> bool:
    return (
        _CITIZEN.fullmatch(number) is not None
        and check_character(number[:17]) == number[17]
        and kind_of(number) == kind
    )


def _words(text: bytes, place: slice) -> str:
    try:
        return text[place].decode("utf-16-le").replace("\0", " ").strip()
    except UnicodeDecodeError:
        raise CardUnreadable(DAMAGED) from None


def _until(digits: str) -> str:
    return "long-term" if digits == "长期" else date(digits[:4], digits[4:6], digits[6:])
