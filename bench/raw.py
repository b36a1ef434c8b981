"""The raw limit of the edge: SQLite itself, WAL, FULL, one commit of one row as large as the journal's."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path


class RawCommits:
    """A file beside the journal's, opened as the journal opens its own. `before_commit`: the same as injected there."""

    def __init__(self, path: Path, before_commit: Callable[[], None] | None = None) -> None:
        self._con = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = wal", "synchronous = full", "wal_autocheckpoint = 8000"):
            self._con.execute(f"pragma {pragma}").fetchall()
        self._con.execute("create table event (place integer primary key, body blob not null, hash blob not null)")
        self._before_commit = before_commit
        self._place = 0

    def commit(self, body: bytes) -> float:
        """Milliseconds for one row."""
        self._place += 1
        start = time.perf_counter_ns()
        self._con.execute("begin immediate")
        self._con.execute("insert into event values (?, ?, ?)", (self._place, body, bytes(32)))
        if self._before_commit:
            self._before_commit()
        self._con.execute("commit")
        return (time.perf_counter_ns() - start) / 1e6

    def close(self) -> None:
        self._con.close()


def slow_disk(ms: float) -> Callable[[], None] | None:
    """What makes every commit take so much longer; None for none."""
    return (lambda: time.sleep(ms / 1000)) if ms else None
