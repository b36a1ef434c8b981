"""PURE. The cipher between a satellite and its node, by the `cryptography` package.

Both know one key of 32 bytes. Each connection has keys of its own, one a direction: HKDF-SHA256 (RFC 5869)
of the shared key, salted with 32 random bytes from each side, for this satellite's id. So what was
recorded of one connection opens nothing in another. A frame is its count (8 bytes, big-endian, from 0)
and ChaCha20-Poly1305 (RFC 8439) of the message, with the count as nonce and as authenticated data: a
frame sent twice, left out or turned round is found by its count, a changed one by its tag.
"""

import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from edge.errors import ConfigError, LinkError

KEY_BYTES = 32
COUNT_BYTES = 8
OVERHEAD = COUNT_BYTES + 16
"""What sealing adds to a message: the count and Poly1305's tag."""
_HEX = re.compile(rf"[0-9a-fA-F]{{{2 * KEY_BYTES}}}")


def shared_key(text: str, field: str) -> bytes:
    """The key of 64 hex digits. Raises ConfigError; never repeats what was given."""
    if not _HEX.fullmatch(text.strip()):
        raise ConfigError(f"{field}: is not 64 hex digits, as `hallkeeper satellite --new-key` prints them", field)
    return bytes.fromhex(text.strip())


class Sealer:
    """One direction's sending side."""

    def __init__(self, key: bytes) -> None:
        self._cipher = ChaCha20Poly1305(key)
        self._count = 0

    def seal(self, message: bytes) -> bytes:
        count = self._count.to_bytes(COUNT_BYTES, "big")
        self._count += 1
        return count + self._cipher.encrypt(_nonce(count), message, count)


class Opener:
    """One direction's receiving side."""

    def __init__(self, key: bytes) -> None:
        self._cipher = ChaCha20Poly1305(key)
        self._count = 0

    def open(self, frame: bytes) -> bytes:
        """Raises LinkError "wrong_key" for the first frame, "replay" or "forged" for later ones."""
        count = frame[:COUNT_BYTES]
        try:
            message = self._cipher.decrypt(_nonce(count), frame[COUNT_BYTES:], count)
        except (InvalidTag, ValueError):
            if self._count == 0:
                raise LinkError("it has another key; give both sides the same", code="wrong_key") from None
            raise LinkError("a frame that was not sealed by it", code="forged") from None
        if int.from_bytes(count, "big") != self._count:
            raise LinkError(f"frame {int.from_bytes(count, 'big')} instead of {self._count}", code="replay")
        self._count += 1
        return message


def connection_keys(shared: bytes, satellite: str, its_nonce: bytes, node_nonce: bytes) -> tuple[bytes, bytes]:
    """The keys of one connection: from the satellite, from the node."""
    info = b"hallkeeper satellite 1 " + satellite.encode()
    both = HKDF(SHA256(), 2 * KEY_BYTES, its_nonce + node_nonce, info).derive(shared)
    return both[:KEY_BYTES], both[KEY_BYTES:]


def _nonce(count: bytes) -> bytes:
    """Unique within a key, since the count is; 12 bytes as the cipher wants them."""
    return bytes(12 - len(count)) + count
