"""What the centre knows of persons: encrypted to be kept, keyed hashes to be found, a seal that halls close.

Keys are derived from the configured secret. AES-256-GCM under a key id; HMAC-SHA-256 over `kind|normalised`.
After a change of the secret the old ones (`secrets.previous`) still open what was encrypted under them, and
`hallkeeper central rekey` brings everything under the new one.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.encoding import Base64Encoder
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from central.errors import Invalid, StorageError
from contract.person import Person

_NONCE = 12


class Kept(NamedTuple):
    """An encrypted value and the id of the key it is under."""

    text: bytes
    kid: str


class _Keys(NamedTuple):
    kid: str
    cipher: AESGCM
    search: bytes
    seal: PrivateKey


class Vault:
    """`seal_key` (base64, X25519 public) is what a node is given at enrolment; `kid` names the present key."""

    def __init__(self, secret_key: str, previous: Sequence[str] = ()) -> None:
        self._now = _keys(secret_key)
        self._all = {keys.kid: keys for keys in (self._now, *map(_keys, previous))}
        self.kid = self._now.kid
        self.seal_key: str = self._now.seal.public_key.encode(Base64Encoder).decode()

    def keep(self, text: bytes, about: str) -> Kept:
        """`about` is bound to it: what was kept for one purpose does not open for another."""
        nonce = secrets.token_bytes(_NONCE)
        return Kept(nonce + self._now.cipher.encrypt(nonce, text, about.encode()), self._now.kid)

    def open(self, kept: bytes, kid: str, about: str) -> bytes:
        """Raises StorageError where the key is not known here, or the value was tampered with."""
        keys = self._all.get(kid)
        if keys is None:
            raise StorageError(f"encrypted under key {kid}, which is not known here: add it to secrets.previous")
        try:
            return keys.cipher.decrypt(kept[:_NONCE], kept[_NONCE:], about.encode())
        except (InvalidTag, ValueError):
            raise StorageError(f"an encrypted {about} does not open: it was changed, or belongs elsewhere") from None

    def moved(self, kept: bytes, kid: str, about: str) -> Kept:
        """The same under the present key. Raises StorageError."""
        return self.keep(self.open(kept, kid, about), about)

    def keep_person(self, person: Person) -> Kept:
        return self.keep(msgspec.json.encode(person), "person")

    def person(self, kept: bytes, kid: str) -> Person:
        """Raises StorageError."""
        return msgspec.json.decode(self.open(kept, kid, "person"), type=Person)

    def search_key(self, kind: str, normalised: str) -> str:
        """Hex. The number space is small enough to try out, so a plain hash would not do."""
        return _search(self._now, kind, normalised)

    def search_keys(self, kind: str, normalised: str) -> list[str]:
        """Under every key known here, the present one first."""
        return [_search(keys, kind, normalised) for keys in self._all.values()]

    def unseal(self, sealed: str) -> Person:
        """What a hall sealed to the centre (`PlaceSold.sealed`). Raises Invalid."""
        for keys in self._all.values():
            try:
                text = SealedBox(keys.seal).decrypt(sealed.encode(), encoder=Base64Encoder)
                return msgspec.json.decode(text, type=Person)
            except (CryptoError, ValueError, TypeError, msgspec.MsgspecError):
                continue
        raise Invalid("the sealed details do not open with the keys known here", "sealed")


def _keys(secret: str) -> _Keys:
    def derived(purpose: str) -> bytes:
        info = f"hallkeeper {purpose} 1".encode()
        return HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(secret.encode())

    kid = hashlib.sha256(derived("key id")).hexdigest()[:12]
    return _Keys(kid, AESGCM(derived("persons")), derived("search"), PrivateKey(derived("seal")))


def _search(keys: _Keys, kind: str, normalised: str) -> str:
    return hmac.new(keys.search, f"{kind}|{normalised}".encode(), hashlib.sha256).hexdigest()
