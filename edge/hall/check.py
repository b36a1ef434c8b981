"""Checks of single values that can never be right, whatever the state; each raises Invalid naming the field."""

import re

from edge.errors import Invalid

ID = re.compile(r"[a-z0-9-]{1,32}")
TOKEN = re.compile(r"[0-9A-Za-z_-]{13,64}")
_HMAC = re.compile(r"[0-9a-f]{64}")
_DIGITS = re.compile(r"\d(?: ?\d){5}")
"""Six digits in a row, grouped by blanks or not."""
_MOMENT = re.compile(
    r"(?<!\d)(?<!\d[ -])(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}(?!\d)(?![ -]\d{3})"
    r"|(?<!\d)(?:[01]?\d|2[0-3])[:：][0-5]\d(?!\d)"
)
"""A date or a time of day standing alone: 2026-11-23, 14:30."""
_NUMBER_OF_SOMEBODY = re.compile(
    r"\d(?:[\s‐-―－-]?\d){6}"  # a telephone number, a passport's
    r"|\d(?:[^\w,;，、；]{0,3}\d){10}"  # a mobile number, a resident's: however it is grouped
    r"|[A-Za-z]{1,2}\d{6}"  # a Hong Kong or Macao identity card's
)


def text(value: str, field: str, most: int = 64) -> str:
    """A trimmed, printable text of 1 to `most` characters."""
    trimmed = value.strip()
    if not 1 <= len(trimmed) <= most or not trimmed.isprintable():
        raise Invalid(f"{field} must be 1 to {most} printable characters.", field, f"bad_{field.split('.')[-1]}")
    return trimmed


def said(value: str, field: str, most: int = 200) -> str:
    """A text in somebody's own words, in which no number of a person stands; dates, times and rooms may.

    It goes into the journal and to the centre in clear. Raises Invalid "not_masked".
    """
    found = text(value, field, most)
    if _NUMBER_OF_SOMEBODY.search(_MOMENT.sub("|", found)):
        text_ = f"{field} shows what may be a telephone or identity number: leave it out, or mask it."
        raise Invalid(text_, field, "not_masked")
    return found


def words(value: str, field: str, most: int = 200) -> str:
    """The same, on one line; it may be empty."""
    line = " ".join(value.split())
    return said(line, field, most) if line else ""


def number(value: int, field: str, least: int, most: int) -> int:
    """A whole number within both bounds."""
    if isinstance(value, bool) or not least <= value <= most:
        raise Invalid(f"{field} must be {least} to {most}, not {value}.", field, f"bad_{field.split('.')[-1]}")
    return value


def token(value: str) -> str:
    if not TOKEN.fullmatch(value):
        raise Invalid("token must be 13 to 64 characters of base32, hex or base64url.", "token", "bad_token")
    return value


def hmac(value: str, field: str) -> str:
    """64 hex digits and nothing else, so that no document's number can stand in its place."""
    if not _HMAC.fullmatch(value):
        raise Invalid(f"{field} must be 64 hex digits of an HMAC-SHA-256.", field, f"bad_{field}")
    return value


def masked(value: str, field: str, most: int = 64) -> str:
    """A text for the journal in which no identity number can be read: never six digits in a row."""
    found = text(value, field, most)
    if _DIGITS.search(found):
        text_ = f"{field} shows six or more digits in a row: mask the number before it comes here."
        raise Invalid(text_, field, "not_masked")
    return found
