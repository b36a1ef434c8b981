"""The secrets printed on slips: what proves that somebody holds one."""

import secrets
from base64 import b32encode

LENGTH = 13


def fresh() -> str:
    """A new token: 13 characters, 65 random bits.

    RFC 4648 base 32: capitals, so that a QR code stays small, and nothing that reads as 0 or 1.
    """
    return b32encode(secrets.token_bytes(10)).decode()[:LENGTH]
