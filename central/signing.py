"""Signatures of directives: Ed25519, so that a stolen node holds nothing that could speak for the centre.

The key is derived from the configured secret, so every process of the centre signs alike and
nothing has to be stored. What a signature covers is in contract/directives.py `signed`.
"""

import base64

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contract.directives import Directive, signed


class Signer:
    """`public_key` (base64, 32 bytes) is what a node is given at enrolment."""

    def __init__(self, secret_key: str) -> None:
        seed = HKDF(hashes.SHA256(), 32, salt=None, info=b"hallkeeper directives 1").derive(secret_key.encode())
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        raw = self._key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.public_key = base64.b64encode(raw).decode()

    def sign(self, node: str, generation: str, directive: Directive) -> str:
        """The value of `sig`, base64."""
        return base64.b64encode(self._key.sign(signed(node, generation, directive))).decode()
