"""The secrets printed on slips: what proves that somebody holds one."""

import secrets

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
"""RFC 4648 base 32: capitals, so that a QR code stays small, and nothing that reads as 0 or 1."""

LENGTH = 13


def fresh() -> str:
    """A new token: 13 base-32 characters, 65 random bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
