"""Keys under which persons are known here without their numbers: HMAC-SHA-256 under the node's roster key.

A plain hash would not do: so few numbers are possible that all of them can be tried. The centre hashes
the roster it sends under the same key; a hall without a centre makes a key of its own, once.
"""

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path
from typing import Self

from edge.config import Settings
from edge.disk import write_whole
from edge.errors import ConfigError, StorageError
from edge.people.numbers import phone_number

_FILE = "identity.key"
_LEAST, _OWN = 16, 32
"""Bytes: the shortest key that is taken, and the length of one made here."""


class IdentityKey:
    """Made with `open`. Gives keys only, never the secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @classmethod
    def open(cls, settings: Settings, folder: Path) -> Self:
        """The roster key of the configuration, or this node's own in `folder`, made at the first start.

        Raises ConfigError for a key that is none, StorageError where the own key cannot be read or kept.
        """
        centre = settings.centre
        if centre is not None and centre.roster_key_file:
            return cls(_from_hex(_read(Path(centre.roster_key_file)), "centre.roster_key_file"))
        if centre is not None and centre.roster_key:
            return cls(_from_hex(centre.roster_key, "centre.roster_key"))
        return cls(_own(folder / _FILE))

    def of(self, id_type: str, number: str) -> str:
        """64 hex digits for a number as `identity_numbers.examine` gives it (`id_type` and `number` of `Examined`)."""
        return self._keyed(f"{id_type}|{number}")

    def phone(self, text: str) -> str:
        """64 hex digits for a phone number as typed. Raises Invalid."""
        return self._keyed(f"phone|{phone_number(text)}")

    def _keyed(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), sha256).hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the roster key cannot be read: {error}", "centre.roster_key_file") from None


def _from_hex(text: str, field: str) -> bytes:
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) < _LEAST:
        raise ConfigError(
            f"{field}: a roster key has at least {2 * _LEAST} hex digits; take it anew from the centre", field
        )
    return secret


def _own(path: Path) -> bytes:
    """A damaged key is not replaced: under another one nobody known before would be known any more."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make(path)
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise StorageError(f"the node's identity key {path} cannot be used: {error}", "node.data") from error
    if len(secret) != _OWN:
        raise StorageError(f"the node's identity key {path} is damaged; restore it from a backup", "node.data")
    return secret


def _make(path: Path) -> None:
    """Nobody else may read it at any moment; a power cut leaves the whole key or none."""
    before = os.umask(0o077)
    try:
        write_whole(path, secrets.token_hex(_OWN).encode("ascii"))
    finally:
        os.umask(before)
