"""PURE. Phone numbers, so that one number typed in several ways has one key."""

import re
import unicodedata

from identity_numbers.examined import NumberError

_BETWEEN = re.compile(r"[\s\-‐‑–—.()（）]")
_MAINLAND = re.compile(r"(?:(?:\+|00)?86)?(1[3-9]\d{9})")
_ELSEWHERE = re.compile(r"(?:\+|00)([1-9]\d{6,14})")
_KEPT = re.compile(r"[1-9][0-9]{6,14}")
_ABROAD = "00"

PHONE = "A mobile number of the mainland has 11 digits and begins with 1. Write another with + and its country code."


def phone_digits(text: str) -> str:
    """13812341234 for "+86 138-1234-1234"; a number from elsewhere with its country code, digits only.

    North American ones, which begin with 1 as well, have 00 before it where else they would be a mainland number:
    0013125550100 for "+1 312 555 0100". Raises NumberError with field "phone".
    """
    bare = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    if bare.isascii() and (mainland := _MAINLAND.fullmatch(bare)):
        return mainland[1]
    abroad = _ELSEWHERE.fullmatch(bare) if bare.isascii() else None
    if abroad is None or abroad[1].startswith("86"):
        raise NumberError(PHONE, "phone")
    return _ABROAD + abroad[1] if _MAINLAND.fullmatch(abroad[1]) else abroad[1]


def dialled(digits: str) -> str:
    """As it is dialled, and as `phone_digits`, which gave `digits`, reads it again: +85291234567, 13812341234."""
    return digits if not digits or _MAINLAND.fullmatch(digits) else f"+{digits.removeprefix(_ABROAD)}"


def masked_phone(text: str) -> str:
    """138****1234; of a short number less is shown, so that four digits at least are never seen.

    `text` as it was typed, or as `phone_digits` gave it.
    """
    kept = _KEPT.fullmatch(text) and not _MAINLAND.fullmatch(text)
    digits = text if kept else phone_digits(text)
    head, tail = max(0, min(3, len(digits) - 8)), 4 if len(digits) >= 8 else len(digits) - 4
    return digits[:head] + "*" * (len(digits) - head - tail) + digits[len(digits) - tail :]
