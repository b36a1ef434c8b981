"""From whatever lies in the folder to a journal that can be written: made, found sound, or repaired (F08)."""

from pathlib import Path

import msgspec

from edge.disk import sync_folder
from edge.errors import JournalDamaged, StorageError
from edge.hall.state import STATE_VERSION
from edge.journal.connection import Connect
from edge.journal.reader import Reader
from edge.journal.salvage import begin_epoch, build, finish_swap, salvage
from edge.journal.shapes import APPLICATION_ID, Beginning, Repair
from edge.journal.wal import beside, dropped_commits
from edge.journal.witness import Sight, Witness

QUICK_CHECK_MAX = 128 << 20
"""Bytes up to which the whole file's structure is checked before the hall opens; a larger one by the keeper."""


def make_ready(path: Path, *, at: int, connect: Connect) -> tuple[Witness, Repair | None]:
    """Leaves a sound journal at `path`, locked for this process. Raises StorageError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        witness = Witness(path.with_suffix(".head"))
    except OSError as err:
        raise StorageError(f"{path.parent} cannot be used ({err}); look at disk, card and rights") from err
    try:
        sight = witness.seen()
        repair = _ready(path, sight, at, connect)
        _reopen(witness, sight)
        return witness, repair
    except BaseException:
        witness.close()
        raise


def _reopen(witness: Witness, sight: Sight | None) -> None:
    """From here on the journal may be longer than a witness that saw it closed."""
    if sight is None or not sight.closed:
        return
    try:
        witness.mark(msgspec.structs.replace(sight, closed=False))
    except OSError as err:
        raise StorageError(f"the journal's witness cannot be written ({err}); look at disk, card and rights") from err


def _ready(path: Path, sight: Sight | None, at: int, connect: Connect) -> Repair | None:
    finish_swap(path)
    if not path.exists() and sight is None:
        _make(path, at, connect)
        return None
    cause = _damage(path, sight, connect)
    return None if cause is None else salvage(path, cause, sight, at, connect)


def _make(path: Path, at: int, connect: Connect) -> None:
    # a log without its database is a leftover, and must not be replayed into the new one
    for suffix in ("-wal", "-shm"):
        beside(path, suffix).unlink(missing_ok=True)
    making = path.with_suffix(".making")
    build(making, connect, lambda con: begin_epoch(con, 1, at, Beginning(None, "new")))
    making.replace(path)
    sync_folder(path.parent)


def _damage(path: Path, sight: Sight | None, connect: Connect) -> str | None:
    """What is wrong with the journal, None when nothing is."""
    if not path.exists():
        return "the journal's file is missing"
    try:
        reader = Reader(path, connect)
        try:
            return _look(reader, sight)
        finally:
            reader.close()
    except (JournalDamaged, msgspec.MsgspecError, UnicodeError) as err:
        return str(err)


def _look(reader: Reader, sight: Sight | None) -> str | None:
    foreign = _foreign(reader)
    if foreign:
        return foreign
    log = dropped_commits(reader.path)
    if log:
        return log
    if reader.path.stat().st_size <= QUICK_CHECK_MAX and (told := reader.structure()):
        return told
    streams = reader.all_streams()
    if not streams:
        return "the journal holds no epoch"
    if suspect := reader.meta().get("suspect"):
        return suspect
    if sight and sight.place > streams[-1].end:
        return f"the journal ends {sight.place - streams[-1].end} events before its last commit"
    if sight and reader.hash_at(sight.place) not in (None, sight.hash):
        return "the journal is not the one that was written last"
    # what is replayed at the start is checked now, the rest by the keeper
    trusted = reader.snapshot("hall", STATE_VERSION)
    return reader.verify(trusted.place if trusted else 0).damage


def _foreign(reader: Reader) -> str | None:
    found = reader.application_id()
    if found == APPLICATION_ID:
        return None
    return "the journal's file is empty" if found == 0 else "the file is not a journal"
