"""A disk that forgets: an SQLite VFS which knows what was synced, and can be cut off in the middle of anything.

After the cut `image` is what a drive may hold: all that was synced, and of what was written since any
sectors whatever, each write torn at 512 bytes.
"""

import os
import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512


class CutError(apsw.IOError):
    """The power is off."""


class Track:
    """One file: what is durable, and what was written since, in order. `None` data stands for a truncation."""

    def __init__(self, durable: bytes) -> None:
        self.durable = bytearray(durable)
        self.pending: list[tuple[int, bytes | None]] = []

    def synced(self) -> None:
        for offset, data in self.pending:
            _put(self.durable, offset, data)
        self.pending = []

    def image(self, chance: random.Random, kept: float) -> bytes:
        held = bytearray(self.durable)
        for offset, data in self.pending:
            if data is None:
                if chance.random() < kept:
                    _put(held, offset, None)
                continue
            start = 0
            while start < len(data):
                step = SECTOR - (offset + start) % SECTOR
                if chance.random() < kept:
                    _put(held, offset + start, data[start : start + step])
                start += step
        return bytes(held)


def _put(held: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del held[offset:]
        return
    if len(held) < offset:
        held.extend(bytes(offset - len(held)))
    held[offset : offset + len(data)] = data


class Disk(apsw.VFS):
    """Cut after `life` writes and syncs; 0: never."""

    def __init__(self, name: str, life: int) -> None:
        self.name, self.life, self.dead = name, life, False
        self.tracks: dict[str, Track] = {}
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> "File":  # noqa: N802
        path = name.filename() if hasattr(name, "filename") else name
        file = File(self, name, flags)
        if path and path not in self.tracks:
            self.tracks[path] = Track(Path(path).read_bytes() if Path(path).exists() else b"")
        file.track = self.tracks.get(path, Track(b""))
        return file

    def xDelete(self, name: str, sync_folder: bool) -> None:  # noqa: N802
        if self.works():
            super().xDelete(name, sync_folder)
            self.tracks.pop(name, None)

    def works(self) -> bool:
        """One more write or sync. The one the cut falls into fails; those after it (a clean-up) go nowhere."""
        if self.dead:
            return False
        if self.life:
            self.life -= 1
            self.dead = self.life == 0
        if self.dead:
            raise CutError
        return True

    def image(self, folder: Path, into: Path, chance: random.Random, kept: float) -> None:
        """The files of `folder` as they are found when the power is back."""
        into.mkdir()
        for path, track in self.tracks.items():
            if Path(path).parent == folder and Path(path).exists():
                (into / Path(path).name).write_bytes(track.image(chance, kept))

    def connect(self, path: Path, readonly: bool) -> "Connection":
        """For `Journal.open(connect=…)`."""
        return Connection(path, readonly, self.name)


class File(apsw.VFSFile):
    track: Track

    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        self._disk = disk
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        # the write the cut falls into may still reach the disk, in part
        if not self._disk.dead:
            self.track.pending.append((offset, bytes(data)))
        if self._disk.works():
            super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        if self._disk.works():
            super().xTruncate(size)
            self.track.pending.append((size, None))

    def xSync(self, flags: int) -> None:  # noqa: N802
        if self._disk.works():
            self.track.synced()


class Connection:
    """An apsw connection with sqlite3's errors, as far as the journal uses it."""

    def __init__(self, path: Path, readonly: bool, vfs: str) -> None:
        self._con = apsw.Connection(os.fspath(path), vfs=vfs)
        self._con.set_busy_timeout(10_000)
        # a file opened for reading only cannot take all the locks SQLite tries for, and apsw makes errors of that
        if readonly:
            self._con.execute("pragma query_only = on")

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        try:
            return self._con.execute(sql, values)
        except apsw.Error as err:
            raise sqlite3.OperationalError(str(err)) from err

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> Any:
        try:
            return self._con.executemany(sql, rows)
        except apsw.Error as err:
            raise sqlite3.OperationalError(str(err)) from err

    def close(self) -> None:
        self._con.close()


class Careless(Connection):
    """The control: the same code, but nothing is synced."""

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        return super().execute(sql.replace("pragma synchronous = full", "pragma synchronous = off"), values)
