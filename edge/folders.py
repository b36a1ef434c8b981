"""Where a node keeps what it must not lose: its data folder, and the names inside."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.config import Settings
from edge.errors import ConfigError, StorageError


def journal_path(settings: Settings) -> Path:
    return Path(settings.node.data) / "journal.db"


def documents_folder(settings: Settings) -> Path:
    return Path(settings.node.data) / "documents"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """The folder is ours alone meanwhile: two nodes on one journal would give numbers twice.

    Makes it where it is missing. Raises StorageError, and ConfigError where another node holds it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageError(f"the data folder {folder} cannot be used: {error.strerror}", "node.data") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigError(f"another node is running on {folder}; stop it first", "node.data") from None
        yield
    finally:
        os.close(lock)
