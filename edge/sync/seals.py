"""Whether a directive is the centre's own: its Ed25519 signature, over what contract/directives.py `signed` says."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contract.directives import Directive, signed
from edge.errors import ConfigError

KEY_BYTES = 32


class Seals:
    """`verify_key`: the centre's public key, base64, as enrolment prints it. Without one nothing can be checked.

    Raises ConfigError for a key that is none.
    """

    def __init__(self, node: str, verify_key: str | None) -> None:
        self._node = node
        self._key = None if verify_key is None else _key(verify_key)

    def genuine(self, generation: str, directive: Directive) -> bool:
        if self._key is None:
            return True
        try:
            self._key.verify(base64.b64decode(directive.sig, validate=True), signed(self._node, generation, directive))
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True


def _key(text: str) -> Ed25519PublicKey:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ConfigError(
            "[centre] verify_key: not a public key; copy the line that `hallkeeper central enrol` printed",
            "centre.verify_key",
        )
    return Ed25519PublicKey.from_public_bytes(raw)
