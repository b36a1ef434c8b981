"""Reading a journal: for the start, the sync, whoever checks or exports. Never writes, nor waits for the writer."""

import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from contract.chain import GENESIS, link
from contract.messages import Lost, StreamHead
from edge.journal.connection import Connect, connect, storage
from edge.journal.shapes import Answer, Chunk, Finding, Recorded, Snapshot, ordinal_of, place_of, recorded, seq_of

_PAGE = 2_000


class Stream(msgspec.Struct, frozen=True):
    """One epoch as the journal holds it: events `first`..`last`; `prev_hash` and `last_hash` around them."""

    ordinal: int
    epoch: str
    prev_epoch: str | None
    first: int
    prev_hash: bytes
    acked: int
    acked_hash: bytes | None
    last: int
    last_hash: bytes

    @property
    def start(self) -> int:
        """The place before the first event held."""
        return place_of(self.ordinal, self.first - 1)

    @property
    def end(self) -> int:
        return place_of(self.ordinal, self.last)


class Reader:
    """One read-only connection, safe to share between threads. Raises StorageError and JournalDamaged."""

    def __init__(self, path: Path, connect: Connect = connect) -> None:
        self.path, self._connect = path, connect
        self._lock = threading.Lock()
        with storage("open"):
            self._reading = connect(path, True)

    def reader(self) -> "Reader":
        """Another connection, for who reads long: it holds nobody up."""
        return Reader(self.path, self._connect)

    def _rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock, storage("read"):
            return list(self._reading.execute(sql, values).fetchall())

    def close(self) -> None:
        with self._lock:
            self._reading.close()

    def all_streams(self) -> list[Stream]:
        """Every epoch held, oldest first."""
        return [self._stream(*row) for row in self._rows("select * from stream order by ordinal")]

    def _stream(
        self, ordinal: int, epoch: str, prev: str | None, first: int, prev_hash: bytes, acked: int, acked_hash: bytes
    ) -> Stream:
        newest = self._rows(
            "select place, hash from event where place between ? and ? order by place desc limit 1",
            place_of(ordinal, first),
            place_of(ordinal + 1, -1),
        )
        last, last_hash = (seq_of(newest[0][0]), newest[0][1]) if newest else (first - 1, prev_hash)
        return Stream(ordinal, epoch, prev, first, prev_hash, acked, acked_hash, last, last_hash)

    def stream(self, epoch: str) -> Stream | None:
        rows = self._rows("select * from stream where epoch = ?", epoch)
        return self._stream(*rows[0]) if rows else None

    def streams(self) -> list[StreamHead]:
        """Every epoch with something unacknowledged, oldest first, as the hello names them."""
        return [
            StreamHead(s.epoch, s.prev_epoch, s.first, s.prev_hash.hex(), s.last, s.last_hash.hex())
            for s in self.all_streams()
            if s.acked < s.last
        ]

    def replay(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """The events behind place `after`, in order, read in pages."""
        names = {stream.ordinal: stream.epoch for stream in self.all_streams()}
        for place, raw, _ in self.rows(after, upto):
            yield recorded(names[ordinal_of(place)], place, raw)

    def rows(self, after: int = 0, upto: int | None = None) -> Iterator[tuple[int, bytes, bytes]]:
        """(place, exact bytes, hash) behind place `after`."""
        limit = place_of(1 << 20, 0) if upto is None else upto
        while page := self._rows(
            "select place, body, hash from event where place > ? and place <= ? order by place limit ?",
            after,
            limit,
            _PAGE,
        ):
            yield from page
            after = page[-1][0]

    def read(self, epoch: str, after: int, max_bytes: int = 60_000, max_count: int = 500) -> Chunk:
        """Consecutive events behind `after`, at least one if there is one, up to `max_bytes` and `max_count`.

        Empty at the head, and where the next event is not held any more: then `lost` says what is missing.
        """
        stream = self.stream(epoch)
        if stream is None:
            return Chunk(GENESIS, [])
        rows = self._rows(
            "select place, body from event where place > ? and place <= ? order by place limit ?",
            place_of(stream.ordinal, after),
            stream.end,
            max_count,
        )
        chunk: list[tuple[int, bytes]] = []
        size = 0
        for expected, (place, raw) in enumerate(rows, after + 1):
            size += len(raw) + 1
            if seq_of(place) != expected or (chunk and size > max_bytes):
                break
            chunk.append((expected, raw))
        return Chunk(self.hash_at(place_of(stream.ordinal, after)) or GENESIS, chunk)

    def hash_at(self, place: int) -> bytes | None:
        """The chain's hash at `place`; None where neither the event nor what stands for it is held."""
        rows = self._rows("select hash from event where place = ?", place) or self._rows(
            "select prev_hash from stream where ordinal = ? and first = ?", ordinal_of(place), seq_of(place) + 1
        )
        rows = rows or self._rows("select next_hash from hole where last = ?", place)
        return bytes(rows[0][0]) if rows else None

    def lost(self, epoch: str, after: int) -> Lost | None:
        """The hole right behind `after`; None when the next event is held, or none is known to follow."""
        stream = self.stream(epoch)
        if stream is None or after >= stream.last:
            return None
        start = place_of(stream.ordinal, after)
        (found,) = self._rows("select min(place) from event where place > ? and place <= ?", start, stream.end)
        following = seq_of(found[0]) if found[0] is not None else stream.last + 1
        if following == after + 1:
            return None
        before, next_hash = self.hash_at(start), self.hash_at(place_of(stream.ordinal, following - 1))
        reason = self._rows("select reason from hole where last = ?", place_of(stream.ordinal, following - 1))
        return Lost(
            epoch=epoch,
            from_=after + 1,
            to=following - 1,
            prev_hash=before.hex() if before else "",
            next_hash=next_hash.hex() if next_hash else "",
            reason=reason[0][0] if reason else "pruned",
        )

    def snapshot(self, name: str, version: int | None = None) -> Snapshot | None:
        """The newest sound snapshot of that name and version, of any version when None is given."""
        found = self._rows(
            "select place, version, body, checked, hash from snapshot"
            " where name = ? and version = coalesce(?, version) order by place desc",
            name,
            version,
        )
        for place, kept, body, checked, digest in found:
            if sealed(digest, body) == checked and self.hash_at(place) == digest:
                return Snapshot(place, kept, body)
        return None

    def answer(self, key: str) -> Answer | None:
        """What an Idempotency-Key led to."""
        rows = self._rows("select command, first, last from answer where key = ?", key)
        if not rows:
            return None
        command, first, last = rows[0]
        return Answer(command, tuple(self.replay(first - 1, last)))

    def taken(self, directive: str) -> bool:
        """Whether a directive of this id was ever taken."""
        return bool(self._rows("select 1 from directive where id = ?", directive))

    def meta(self) -> dict[str, str]:
        return dict(self._rows("select key, value from meta"))

    def holes(self) -> list[tuple[int, int]]:
        """First and last place of each hole, in order."""
        return [(first, last) for first, last in self._rows("select first, last from hole order by first")]

    def table(self, name: str) -> Iterator[tuple[Any, ...]]:
        """Every row of one of the small tables."""
        yield from self._rows(f"select * from {name}")

    def application_id(self) -> int:
        return int(self._rows("pragma application_id")[0][0])

    def structure(self) -> str | None:
        """What SQLite finds wrong with the file's pages, None when nothing is."""
        told = str(self._rows("pragma quick_check(1)")[0][0])
        return None if told == "ok" else f"the journal's file is damaged: {told}"

    def verify(self, after: int = 0, pause: Callable[[], None] | None = None) -> Finding:
        """Recomputes the chain behind place `after`: every hash, every number, every hole named.

        `pause` is called every few hundred events.
        """
        holes = dict(self.holes())
        proved = 0
        for stream in self.all_streams():
            if stream.end <= after:
                continue
            place = max(stream.start, after)
            digest = self.hash_at(place)
            if digest is None:
                return Finding(proved, f"epoch {stream.epoch}: nothing is held at event {seq_of(place)}")
            for found, raw, kept in self.rows(place, stream.end):
                if found != place + 1 and holes.get(place + 1) == found - 1:
                    place, digest = found - 1, self.hash_at(found - 1) or GENESIS
                digest = link(digest, stream.epoch, seq_of(place) + 1, raw)
                if found != place + 1 or digest != kept or not _names(raw, seq_of(found)):
                    return Finding(proved, f"epoch {stream.epoch}: event {seq_of(place) + 1} is not what was written")
                place, proved = found, proved + 1
                if pause and not proved % 250:
                    pause()
        return Finding(proved, None)


def sealed(digest: bytes, body: bytes) -> bytes:
    """The checksum of a snapshot: it covers the chain's hash too."""
    return sha256(digest + body).digest()


def _names(raw: bytes, seq: int) -> bool:
    """Whether the envelope carries its own number, as the encoder writes it: first."""
    return raw.startswith(b'{"seq":%d,' % seq)
