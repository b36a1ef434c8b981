"""A damaged journal: kept as it is, and everything in it that can be proved carried into a new file (F08).

Proved is what the hash chain reaches: from the beginning up to the damage, and again from every sound
snapshot behind it, which stands for all that went before. What lies between is a hole, kept by name.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from contract.chain import GENESIS, link
from edge.disk import sync_file, sync_folder
from edge.errors import StorageError
from edge.hall.state import STATE_VERSION
from edge.journal import ulid
from edge.journal.connection import Connect, Connection, create, storage
from edge.journal.reader import Reader, sealed
from edge.journal.shapes import Beginning, Repair, ordinal_of, place_of, seq_of
from edge.journal.wal import beside
from edge.journal.witness import Sight

Row = tuple[int, bytes, bytes]
Epoch = tuple[Any, ...]
"""A row of the table `stream`."""


def begin_epoch(con: Connection, ordinal: int, at: int, beginning: Beginning) -> str:
    """Opens an epoch, in the transaction that is open; gives its name."""
    epoch = ulid.fresh(at)
    con.execute(
        "insert into stream (ordinal, epoch, prev_epoch, prev_hash) values (?, ?, ?, ?)",
        (ordinal, epoch, beginning.prev_epoch, GENESIS),
    )
    con.execute("insert or replace into meta values ('beginning', ?)", (msgspec.json.encode(beginning).decode(),))
    return epoch


def build(path: Path, connect: Connect, fill: Any) -> None:
    """A new journal at `path`, filled by `fill(connection)`; synced. Nobody looks at it before it is whole."""
    path.unlink(missing_ok=True)
    with storage("build a new journal"):
        con = connect(path, False)
        try:
            con.execute("pragma journal_mode = off").fetchall()
            con.execute("begin immediate")
            create(con)
            fill(con)
            con.execute("commit")
        finally:
            con.close()
    sync_file(path)


def salvage(path: Path, cause: str, sight: Sight | None, at: int, connect: Connect) -> Repair:
    """Puts a new journal in the place of the damaged one. A power cut in between leaves the one or the other."""
    told: list[Repair] = []
    aside = _free_name(path, at) if path.exists() else None

    def fill(con: Connection) -> None:
        kept = _carry(path, con, cause, connect) if aside else 0
        told.append(_begin(con, kept, cause, sight, at, aside))

    making, ready = path.with_suffix(".making"), path.with_suffix(".ready")
    build(making, connect, fill)
    if aside:
        _link(path, aside)
        _link(beside(path, "-wal"), beside(aside, "-wal"))
    sync_folder(path.parent)
    making.replace(ready)
    sync_folder(path.parent)
    finish_swap(path)
    return told[0]


def finish_swap(path: Path) -> None:
    """Brings a finished new journal to its place; what a power cut left of an unfinished one goes."""
    path.with_suffix(".making").unlink(missing_ok=True)
    ready = path.with_suffix(".ready")
    if ready.exists():
        for suffix in ("-wal", "-shm"):
            beside(path, suffix).unlink(missing_ok=True)
        sync_folder(path.parent)
        ready.replace(path)
        sync_folder(path.parent)


def _free_name(path: Path, at: int) -> Path:
    while True:
        stamp = datetime.fromtimestamp(at / 1000, UTC).strftime("%Y%m%dT%H%M%S")
        aside = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
        if not aside.exists():
            return aside
        at += 1000


def _link(path: Path, aside: Path) -> None:
    if not path.exists():
        return
    try:
        os.link(path, aside)
    except OSError:
        # a file system without links
        shutil.copyfile(path, aside)
        sync_file(aside)


def _carry(path: Path, con: Connection, cause: str, connect: Connect) -> int:
    """Copies what can be proved; the last place kept, 0 when nothing."""
    try:
        reader = Reader(path, connect)
    except StorageError:
        return 0
    try:
        epochs = _tolerant(reader.table("stream"))
        for epoch in epochs:
            con.execute("insert into stream values (?, ?, ?, ?, ?, ?, ?)", epoch)
        snapshots = [row for row in _tolerant(reader.table("snapshot")) if sealed(row[5], row[3]) == row[4]]
        for table, width in (("meta", 2), ("answer", 5), ("directive", 2), ("hole", 4)):
            for row in _tolerant(reader.table(table)):
                con.execute(f"insert or ignore into {table} values ({', '.join('?' * width)})", row)
        last = _carry_events(reader, con, epochs, snapshots, cause)
        for row in snapshots:
            con.execute("insert into snapshot values (?, ?, ?, ?, ?, ?)", row)
        _forget_unproved(con)
        return last
    finally:
        reader.close()


def _carry_events(reader: Reader, con: Connection, epochs: list[Epoch], snapshots: list[Any], cause: str) -> int:
    """The proved stretches, a hole in front of each but the first; the last place kept."""
    walk = _Walk(reader, epochs)
    last = walk.copy(con)
    behind = {row[1]: row[5] for row in snapshots if row[0] == "hall" and row[2] == STATE_VERSION}
    while ahead := [place for place in behind if place > last]:
        place, digest = min(ahead), behind[min(ahead)]
        if not walk.jump(place, digest):
            break
        con.execute("insert or replace into hole values (?, ?, ?, ?)", (last + 1, place, digest, cause[:200]))
        last = walk.copy(con)
    return last


class _Walk:
    """Follows the chain through the damaged file, as far as it holds."""

    def __init__(self, reader: Reader, epochs: list[Epoch]) -> None:
        self._reader = reader
        self._starts = {place_of(e[0], e[3]): (e[1], bytes(e[4])) for e in epochs}
        """Place of each epoch's first event to its name and the hash before it."""
        self._names = {e[0]: e[1] for e in epochs}
        self._holes = {row[0]: (row[1], bytes(row[2])) for row in _tolerant(reader.table("hole"))}
        self._place, self._digest = 0, GENESIS

    def jump(self, place: int, digest: bytes) -> bool:
        """On behind a sound snapshot; False where its epoch is not known."""
        self._place, self._digest = place, digest
        return ordinal_of(place) in self._names

    def copy(self, con: Connection) -> int:
        for place, raw, kept in _until_damage(self._reader.rows(self._place)):
            if not self._follows(place):
                break
            digest = link(self._digest, self._names[ordinal_of(place)], seq_of(place), raw)
            if digest != kept:
                break
            con.execute("insert into event values (?, ?, ?)", (place, raw, kept))
            self._place, self._digest = place, digest
        return self._place

    def _follows(self, place: int) -> bool:
        if place in self._starts:
            self._digest = self._starts[place][1]
            return True
        if self._place + 1 in self._holes:
            self._place, self._digest = self._holes[self._place + 1]
        return place == self._place + 1 and ordinal_of(place) in self._names


def _forget_unproved(con: Connection) -> None:
    """Snapshots, answers and directive ids that speak of events which were not kept."""
    held = "exists (select 1 from event where event.place = {0})"
    pruned = "exists (select 1 from stream where {0} between ordinal << 40 and (ordinal << 40) + first - 1)"
    skipped = "exists (select 1 from hole where hole.last = {0})"
    for table, column in (("snapshot", "snapshot.place"), ("directive", "directive.place")):
        proofs = " or ".join(proof.format(column) for proof in (held, pruned, skipped))
        con.execute(f"delete from {table} where not ({proofs})")
    both = f"{held.format('answer.first')} and {held.format('answer.last')}"
    con.execute(f"delete from answer where last >= first and not ({both})")


def _begin(con: Connection, last: int, cause: str, sight: Sight | None, at: int, aside: Path | None) -> Repair:
    whole = sight is not None and sight.place == last and not con.execute("select 1 from hole").fetchone()
    if not whole:
        # facts of the centre may be among what was lost: it sends its generation again
        con.execute("update meta set value = '0' where key = 'taken'")
    con.execute("delete from meta where key = 'suspect'")
    ordinals = con.execute("select max(ordinal) from stream").fetchone()[0] or 0
    before = con.execute("select epoch from stream where ordinal = ?", (ordinals,)).fetchone()
    prev = before[0] if before else (sight.epoch if sight else None)
    salvaged = seq_of(last) if ordinal_of(last) == ordinals else 0
    high = sight.high if sight and sight.place >= last else None
    ordinal = max(ordinals, ordinal_of(sight.place) if sight else 0) + 1
    begin_epoch(con, ordinal, at, Beginning(prev, cause[:500], salvaged, high, whole and _proved(con, last, sight)))
    return Repair(cause, aside, salvaged)


def _proved(con: Connection, last: int, sight: Sight | None) -> bool:
    """Whether nothing can have been answered behind `last`: the journal was closed in order, at this very event."""
    if sight is None or not sight.closed:
        return False
    return bool(con.execute("select 1 from event where place = ? and hash = ?", (last, sight.hash)).fetchone())


def _tolerant(rows: Iterator[Any]) -> list[Any]:
    return list(_until_damage(rows))


def _until_damage(rows: Iterator[Any]) -> Iterator[Any]:
    """As many as can be read."""
    try:
        yield from rows
    except StorageError:
        return
