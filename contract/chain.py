"""PURE: the hash chain over one epoch of a journal (protocol.md, "Upward"); node and centre compute the same."""

from hashlib import sha256

GENESIS = bytes(32)
"""hash(0), the chain's beginning in every epoch."""


def link(prev: bytes, epoch: str, seq: int, raw: bytes) -> bytes:
    """hash(seq) = SHA-256(hash(seq - 1) ‖ epoch ‖ seq as 8 bytes big-endian ‖ the exact stored bytes)."""
    return sha256(prev + epoch.encode() + seq.to_bytes(8, "big") + raw).digest()
