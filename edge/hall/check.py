"""Checks of single values that can never be right, whatever the state; each raises Invalid naming the field."""

import re

from edge.errors import Invalid

ID = re.compile(r"[a-z0-9-]{1,32}")
TOKEN = re.compile(r"[0-9A-Za-z_-]{13,64}")


def text(value: str, field: str, most: int = 64) -> str:
    """A trimmed, printable text of 1 to `most` characters."""
    trimmed = value.strip()
    if not 1 <= len(trimmed) <= most or not trimmed.isprintable():
        raise Invalid(f"{field} must be 1 to {most} printable characters.", field, f"bad_{field}")
    return trimmed


def number(value: int, field: str, least: int, most: int) -> int:
    """A whole number within both bounds."""
    if isinstance(value, bool) or not least <= value <= most:
        raise Invalid(f"{field} must be {least} to {most}, not {value}.", field, f"bad_{field.split('.')[-1]}")
    return value


def token(value: str) -> str:
    if not TOKEN.fullmatch(value):
        raise Invalid("token must be 13 to 64 characters of base32, hex or base64url.", "token", "bad_token")
    return value
