"""The key a satellite and its node share: from the configuration, or from a file it names."""

import secrets
from pathlib import Path

from edge.errors import ConfigError
from edge.satellite.sealing import KEY_BYTES, shared_key


def new_key() -> str:
    """What `hallkeeper satellite --new-key` prints."""
    return secrets.token_hex(KEY_BYTES)


def key_of(key: str | None, key_file: str | None, field: str) -> bytes:
    """Raises ConfigError; `field` names the section, e.g. "satellites.window-3"."""
    if key is not None:
        return shared_key(key, f"{field}.key")
    if key_file is None:
        raise ConfigError(
            f"{field} needs key or key_file, as `hallkeeper satellite --new-key` prints it", f"{field}.key"
        )
    try:
        text = Path(key_file).read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise ConfigError(f"{field}.key_file: {key_file} cannot be read: {reason}", f"{field}.key_file") from None
    return shared_key(text, f"{field}.key_file")
