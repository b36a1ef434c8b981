"""PURE. Passports and the exit-entry permits, by the form of their numbers; they carry no check digit.

Forms from public validators (any86/any-rule #180 and others); the two permits keep the lifelong part
of the number and drop the count of issues, so that a person stays known when the card is renewed.
"""

import datetime
import re

from identity_numbers.examined import Examined, masked_number, normalised, wrong
from identity_numbers.mrz import examine_mrz, looks_like

_PASSPORT = re.compile(r"(?=.*\d)[A-Z0-9]{5,9}")
_HOME_RETURN = re.compile(r"([HM]\d{8})(\d{2})?")
_TAIWAN_PERMIT = re.compile(r"(\d{8})(\d{2}([A-Z]|\d{2})?)?")
_TO_HK_MACAO = re.compile(r"[CW][A-Z0-9]\d{7}")

PASSPORT = (
    "A passport number has 5 to 9 letters and digits, without spaces; a Chinese one is E and 8 more. "
    "It stands at the top right of the page with the photo."
)
HOME_RETURN = "The number is H (Hong Kong) or M (Macao) and 8 digits, or 10 on an older card. Compare it with the card."
TAIWAN_PERMIT = "The number has 8 digits, or 10 on an older permit. Compare it with the card."
TO_HK_MACAO = "The number is C or W and 8 more characters, the last 7 of them digits. Compare it with the card."
OTHER_TYPE = "These machine-readable lines belong to another document. Choose its type, then scan or type them again."


def examine_passport(text: str, today: datetime.date) -> Examined:
    """The number as printed, or the two machine-readable lines."""
    if looks_like(text):
        found = examine_mrz(text, today)
        if found.id_type != "passport":
            raise wrong(OTHER_TYPE)
        return found
    return _shaped("passport", _PASSPORT, normalised(text), PASSPORT)


def examine_home_return(text: str, today: datetime.date) -> Examined:
    """港澳居民来往内地通行证."""
    number = normalised(text)
    found = _HOME_RETURN.fullmatch(number)
    return _shaped("home-return-permit", _HOME_RETURN, found[1] if found else number, HOME_RETURN)


def examine_taiwan_permit(text: str, today: datetime.date) -> Examined:
    """台湾居民来往大陆通行证; the old form is ten digits and, in brackets, the office."""
    number = normalised(text)
    found = _TAIWAN_PERMIT.fullmatch(number)
    return _shaped("taiwan-permit", _TAIWAN_PERMIT, found[1] if found else number, TAIWAN_PERMIT)


def examine_to_hk_macao(text: str, today: datetime.date) -> Examined:
    """往来港澳通行证."""
    return _shaped("hk-macao-permit", _TO_HK_MACAO, normalised(text), TO_HK_MACAO)


def _shaped(id_type: str, form: re.Pattern[str], number: str, sentence: str) -> Examined:
    if not (number.isascii() and form.fullmatch(number)):
        raise wrong(sentence)
    return Examined(id_type, number, masked_number(number))
