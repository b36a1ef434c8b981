"""PURE. The accepted types (id.accepted_types), their names, and which check belongs to which."""

import datetime
import re
from collections.abc import Callable

import msgspec
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from contract.catalogue import Text
from identity_numbers import abroad, travel
from identity_numbers.examined import Examined, NumberError, masked_number, normalised, wrong
from identity_numbers.gb11643 import examine_citizen
from identity_numbers.mrz import examine_mrz

_OLD_PERMANENT = re.compile(r"[A-Z]{3}\d{12}")
_CHIP = re.compile(r"[0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{16}|[0-9A-F]{20}")
_LONGEST = 200

NOT_RESIDENT = "This number belongs to another document. Choose the type that is printed on the card."
SOCIAL = "The social security number is the 18 characters of the resident ID. Without one, use the passport."
USCC = "The unified social credit code has 18 characters, without I, O, S, V, Z, and the last must fit the others."
BADGE = "The chip number of a badge has 8, 14, 16 or 20 characters 0 to 9 and A to F. Lay the badge on the reader."
NOT_ACCEPTED = "This type of document is not accepted here. Choose one of the list."
EMPTY = "Type the number as it stands on the document."
TOO_LONG = "That is longer than any number. Type the number only."


class Kind(msgspec.Struct, frozen=True):
    """One accepted document. `of`: a person's, an organisation's, or a staff badge."""

    id: str
    name: Text
    of: str = "person"


def _resident(text: str, today: datetime.date) -> Examined:
    return examine_citizen(normalised(text), today)


def _permit(text: str, today: datetime.date) -> Examined:
    found = examine_citizen(normalised(text), today)
    if found.id_type != "residence-permit":
        raise wrong(NOT_RESIDENT)
    return found


def _permanent(text: str, today: datetime.date) -> Examined:
    """Cards of 2023 by GB 11643; older ones, three letters and twelve digits, are in force beside them."""
    number = normalised(text)
    if number.isascii() and _OLD_PERMANENT.fullmatch(number):
        return Examined("foreign-permanent", number, masked_number(number))
    found = examine_citizen(number, today)
    if found.id_type != "foreign-permanent":
        raise wrong(NOT_RESIDENT)
    return found


def _social(text: str, today: datetime.date) -> Examined:
    """The card of a resident bears the resident's own number, under which the person is known."""
    try:
        return examine_citizen(normalised(text), today)
    except NumberError as error:
        raise (wrong(SOCIAL) if len(normalised(text)) != 18 else error) from None


def _organisation(text: str, today: datetime.date) -> Examined:
    try:
        number = str(uscc.validate(normalised(text)))
    except ValidationError:
        raise wrong(USCC) from None
    return Examined("uscc", number, masked_number(number))


def _badge(text: str, today: datetime.date) -> Examined:
    number = normalised(text).replace(":", "")
    if not _CHIP.fullmatch(number):
        raise wrong(BADGE)
    return Examined("badge", number, masked_number(number))


_Check = Callable[[str, datetime.date], Examined]

_ACCEPTED: tuple[tuple[Kind, _Check], ...] = (
    (Kind("resident-id", {"zh": "居民身份证", "en": "Resident ID card"}), _resident),
    (
        Kind("residence-permit", {"zh": "港澳台居民居住证", "en": "Residence permit (Hong Kong, Macao, Taiwan)"}),
        _permit,
    ),
    (
        Kind("foreign-permanent", {"zh": "外国人永久居留身份证", "en": "Foreign permanent resident ID card"}),
        _permanent,
    ),
    (
        Kind("home-return-permit", {"zh": "港澳居民来往内地通行证", "en": "Mainland travel permit (Hong Kong, Macao)"}),
        travel.examine_home_return,
    ),
    (
        Kind("taiwan-permit", {"zh": "台湾居民来往大陆通行证", "en": "Mainland travel permit (Taiwan)"}),
        travel.examine_taiwan_permit,
    ),
    (
        Kind("hk-macao-permit", {"zh": "往来港澳通行证", "en": "Travel permit to Hong Kong and Macao"}),
        travel.examine_to_hk_macao,
    ),
    (Kind("passport", {"zh": "护照", "en": "Passport"}), travel.examine_passport),
    (
        Kind("foreign-card", {"zh": "其他带机读码的旅行证件", "en": "Other card with machine-readable lines"}),
        examine_mrz,
    ),
    (Kind("social-security", {"zh": "社会保障卡", "en": "Social security card"}), _social),
    (Kind("hong-kong-id", {"zh": "香港居民身份证", "en": "Hong Kong identity card"}), abroad.examine_hong_kong),
    (Kind("taiwan-id", {"zh": "台湾身份证", "en": "Taiwan identity card"}), abroad.examine_taiwan),
    (Kind("thai-id", {"zh": "泰国身份证", "en": "Thai identity card"}), abroad.examine_thai),
    (Kind("belgian-id", {"zh": "比利时身份证", "en": "Belgian eID"}), abroad.examine_belgian),
    (Kind("uscc", {"zh": "统一社会信用代码", "en": "Unified social credit code"}, "organisation"), _organisation),
    (Kind("badge", {"zh": "工牌", "en": "Staff badge"}, "staff"), _badge),
)
_CHECKS = {kind.id: check for kind, check in _ACCEPTED}


def kinds() -> tuple[Kind, ...]:
    """All accepted types, the usual ones first."""
    return tuple(kind for kind, _ in _ACCEPTED)


def examine(id_type: str, text: str, today: datetime.date) -> Examined:
    """Raises NumberError with field "number" (or "id_type") and what to do. `today`: the hall's local date."""
    check = _CHECKS.get(id_type)
    if check is None:
        raise NumberError(NOT_ACCEPTED, "id_type")
    if not text.strip():
        raise wrong(EMPTY)
    if len(text) > _LONGEST:
        raise wrong(TOO_LONG)
    return check(text, today)
