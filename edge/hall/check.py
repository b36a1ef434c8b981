"""Checks of single values that can never be right, whatever the state; each raises Invalid naming the field."""

import re

from edge.errors import Invalid

ID = re.compile(r"[a-z0-9-]{1,32}")
TOKEN = re.compile(r"[0-9A-Za-z_-]{13,64}")
_HMAC = re.compile(r"[0-9a-f]{64}")
_DIGITS = re.compile(r"\d(?: ?\d){5}")
"""Six digits in a row, grouped by blanks or not."""


def text(value: str, field: str, most: int = 64) -> str:
    """A trimmed, printable text of 1 to `most` characters."""
    trimmed = value.strip()
    if not 1 <= len(trimmed) <= most or not trimmed.isprintable():
        raise Invalid(f"{field} must be 1 to {most} printable characters.", field, f"bad_{field.split('.')[-1]}")
    return trimmed


def words(value: str, field: str, most: int = 200) -> str:
    """A text that may be empty, on one line."""
    line = " ".join(value.split())
    return text(line, field, most) if line else ""


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
