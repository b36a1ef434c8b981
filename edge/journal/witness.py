"""A second memory of where the journal ends: one small file, written behind every commit.

SQLite takes a write-ahead log that lost its end for a shorter one, and says nothing. The witness never
knows more than what was durable, so a journal that ends before it has lost events. It is not synced:
after a power cut it may be old, and an old witness proves nothing and harms nothing. Only a journal that was closed
in order has it synced, marked as closed; the mark is taken away, synced too, before the journal is written again.
Its descriptor also carries the lock that keeps a second process away.
"""

import fcntl
import os
import struct
import zlib
from pathlib import Path

import msgspec

from edge.errors import StorageError

_RECORD = struct.Struct(">4sQ32s26sQ?")
_RECORDS = {b"HKW1": struct.Struct(">4sQ32s26sQ"), b"HKW2": _RECORD}
"""The older one knew of no closing."""
_SLOT = 128


class Sight(msgspec.Struct, frozen=True):
    """The last commit seen: its last event's place and hash, the epoch, the highest ticket number of the day.

    `closed`: there was none after it, since the journal was closed then.
    """

    place: int
    hash: bytes
    epoch: str
    high: int
    closed: bool = False


class Witness:
    """Opens and locks the file; raises StorageError where another process holds it."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        self._turn = 0
        self.high = 0
        """Of the last sight."""
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as err:
            os.close(self._fd)
            raise StorageError(f"{path.parent} is in use by another node process; stop that one first") from err

    def seen(self) -> Sight | None:
        """The newest whole record, None where there is none."""
        sights = {slot: sight for slot in (0, 1) if (sight := _parse(os.pread(self._fd, _SLOT, slot * _SLOT)))}
        newest = max(sights, key=lambda slot: sights[slot].place, default=1)
        self._turn = 1 - newest
        sight = sights.get(newest)
        self.high = sight.high if sight else 0
        return sight

    def note(self, sight: Sight) -> None:
        """Two slots in turn, so that a torn write leaves the record before."""
        body = _RECORD.pack(b"HKW2", sight.place, sight.hash, sight.epoch.encode(), sight.high, sight.closed)
        os.pwrite(self._fd, body + zlib.crc32(body).to_bytes(4, "big"), self._turn * _SLOT)
        self._turn, self.high = 1 - self._turn, sight.high

    def mark(self, sight: Sight) -> None:
        """Puts `sight` on the disk in both slots, so that neither says anything else. Raises OSError."""
        for _ in range(2):
            self.note(sight)
            os.fsync(self._fd)

    def close(self) -> None:
        os.close(self._fd)


def _parse(slot: bytes) -> Sight | None:
    record = _RECORDS.get(slot[:4])
    if record is None:
        return None
    body, check = slot[: record.size], slot[record.size : record.size + 4]
    if len(check) < 4 or zlib.crc32(body).to_bytes(4, "big") != check:
        return None
    _, place, digest, epoch, *more = record.unpack(body)
    return Sight(place, digest, epoch.decode(), *more)
