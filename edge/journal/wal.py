"""What SQLite leaves unsaid about its write-ahead log.

At recovery SQLite takes the log up to the last commit whose checksums hold and drops the rest, which is
right after a power cut. But each commit is synced before the next one is written: a commit frame that
was dropped although later frames stand behind it was durable, so the log has been damaged.
Format: sqlite.org/walformat.html.
"""

import struct
from pathlib import Path

_HEADER = struct.Struct(">8I")
_FRAME = struct.Struct(">6I")
_MAGIC = (0x377F0682, 0x377F0683)


def beside(path: Path, suffix: str) -> Path:
    """`journal.db` to `journal.db-wal` or `journal.db-shm`."""
    return path.with_name(path.name + suffix)


def dropped_commits(path: Path) -> str | None:
    """What is wrong with the log of the database `path`, None when nothing is.

    Needs an open connection that has read from it, so that SQLite's recovery is done.
    """
    log, index = beside(path, "-wal"), beside(path, "-shm")
    if not log.exists() or log.stat().st_size <= _HEADER.size:
        return None
    with log.open("rb") as file:
        header = file.read(_HEADER.size)
        magic, _, page_size, _, salt1, salt2, *check = _HEADER.unpack(header)
        if magic not in _MAGIC or list(_checksum(header[:24], magic)) != check:
            return "the head of the write-ahead log is damaged"
        taken = _frames_taken(index)
        step = _FRAME.size + page_size
        committed = False
        for number in range(taken, (log.stat().st_size - _HEADER.size) // step):
            file.seek(_HEADER.size + number * step)
            _, size, *salts = _FRAME.unpack(file.read(_FRAME.size))[:4]
            if salts != [salt1, salt2]:
                continue
            if committed:
                return f"the write-ahead log is damaged behind frame {taken}"
            committed = bool(size)
    return None


def _frames_taken(index: Path) -> int:
    """`mxFrame` of the log's index: how many frames the recovery found sound."""
    with index.open("rb") as file:
        head = file.read(20)
    return int(struct.unpack("=I", head[16:20])[0]) if len(head) == 20 else 0


def _checksum(data: bytes, magic: int) -> tuple[int, int]:
    words = struct.unpack(f"{'>' if magic & 1 else '<'}{len(data) // 4}I", data)
    first = second = 0
    for one, two in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return first, second
