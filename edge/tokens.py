"""The secrets printed on slips: what proves that somebody holds one, or has booked."""

import secrets
from base64 import b32encode

from contract.booking_code import ALPHABET
from contract.booking_code import LENGTH as CODE_LENGTH

LENGTH = 13


def fresh() -> str:
    """A new token: 13 characters, 65 random bits.

    RFC 4648 base 32: capitals, so that a QR code stays small, and nothing that reads as 0 or 1.
    """
    return b32encode(secrets.token_bytes(10)).decode()[:LENGTH]


def booking_code() -> str:
    """A new code of a booking (contract/booking_code.py): 60 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
