"""TinyDB's storage, made to survive a power cut: written aside, synced, renamed, and checked when read.

The file is JSON that a person can open; `sha256` is that of the text behind `"data": `.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from edge.disk import write_whole
from edge.errors import StorageError

_HEAD = b'{"sha256": "%s",\n"data": '
_TAIL = b"\n}\n"
_HEAD_SIZE = len(_HEAD % (b"0" * 64))


class Paper(Storage):
    """One file. What is written is kept in memory until `save`, so that many changes cost one write."""

    def __init__(self, path: Path) -> None:
        """Raises StorageError where the file is not what was written."""
        self._path = path
        self._data: dict[str, dict[str, Any]] | None = _parse(path) if path.exists() else None

    def read(self) -> dict[str, dict[str, Any]] | None:
        return self._data

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        self._data = data

    def save(self) -> None:
        """On return the file holds it all, whatever happens. Raises StorageError; the file is then as before."""
        body = json.dumps(self._data or {}, ensure_ascii=False, indent=1, sort_keys=True).encode()
        digest = sha256(body).hexdigest().encode()
        try:
            write_whole(self._path, _HEAD % digest + body + _TAIL)
        except OSError as err:
            raise StorageError(f"{self._path.name} could not be written ({err}); look at disk and card") from err


def _parse(path: Path) -> dict[str, dict[str, Any]]:
    try:
        raw = path.read_bytes()
    except OSError as err:
        raise StorageError(f"{path.name} cannot be read: {err}") from err
    body = raw[_HEAD_SIZE : -len(_TAIL)]
    if raw[:_HEAD_SIZE] != _HEAD % sha256(body).hexdigest().encode() or raw[-len(_TAIL) :] != _TAIL:
        raise StorageError(f"{path.name} is not what was written: its checksum does not fit")
    parsed: dict[str, dict[str, Any]] = json.loads(body)
    return parsed
