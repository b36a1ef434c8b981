"""The key under which one hall knows the identity and phone numbers of its roster.

Derived from the configured secret and the hall's name, so nothing is stored, and a key read from a stolen node
opens nothing in any other hall. By hall, since a booking is told to every node of it in the same words.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def roster_key(secret_key: str, hall: str) -> str:
    """64 hex digits, for `[centre] roster_key` of its nodes."""
    info = b"hallkeeper roster 1 " + hall.encode()
    return HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(secret_key.encode()).hex()


def fingerprint(key: str, kind: str, normalised: str) -> str:
    """Hex HMAC-SHA-256 over `kind|normalised`, as `BookingAdded` carries it."""
    return hmac.new(bytes.fromhex(key), f"{kind}|{normalised}".encode(), hashlib.sha256).hexdigest()
