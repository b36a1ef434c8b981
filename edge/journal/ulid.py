"""Epoch names: ULIDs, 48 bits of time and 80 random bits in Crockford's base 32."""

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def fresh(at: int) -> str:
    """A new ULID for time `at` in ms; 26 characters."""
    value = (max(at, 0) & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))
