"""A node's sync on a real journal, without the hall: tests append the events themselves.

As a program (`python -m tests.sync_node FOLDER NODE PORT VERSION`) it opens the journal and syncs until it is
killed, so that a test can kill it for real.
"""

import signal
import sys
import threading
import uuid
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from contract.directives import Directive
from contract.events import DirectiveTaken, EpochBegun, ServiceStarted
from contract.messages import StateReport
from contract.stream import Bucket
from edge.clock import Clock, wall_ms
from edge.config import Centre
from edge.hall.view import EMPTY
from edge.journal import Cursor, Journal, Reader
from edge.sync.report import state_report
from edge.sync.uplink import Uplink


class SyncNode:
    """`start` it, `add` events, `stop` it; `start` again is a reboot on the same journal."""

    def __init__(self, folder: Path, node: str, centre: Centre) -> None:
        self.path, self.node, self.centre = folder / "journal.db", node, centre
        self.clock = Clock()
        self.bucket: Bucket | None = None
        self.running = False
        self._line = threading.RLock()
        """Who holds it is the line: a test that adds events, or the sync that has heard something."""

    def open(self) -> "SyncNode":
        """The journal alone, without sync."""
        self.journal = Journal.open(self.path, boot=uuid.uuid4().hex, version="1.0", hw="pi-1")
        return self

    def start(self) -> "SyncNode":
        self.open()
        self.uplink = Uplink(
            self.node,
            self.centre,
            keeping=self.journal,
            reading=Reader(self.path),
            taking=self,
            report=self.report,
            wall=wall_ms,
            bucket=self.bucket,
            timeout_s=1.0,
            jitter=lambda: 0.0,
        )
        self.uplink.start()
        self.running = True
        return self

    def stop(self) -> None:
        if self.running:
            self.running = False
            self.uplink.close()
            self.journal.close()

    def add(self, count: int) -> None:
        """Events in batches of a thousand a commit."""
        with self._line:
            first = self.journal.head[0] + 1
            for begin in range(first, first + count, 1000):
                upto = min(begin + 1000, first + count)
                events = [ServiceStarted(f"20261122-A{seq:05}", "1", "wang") for seq in range(begin, upto)]
                self.journal.append(events, self.clock.stamp())
        if self.running:
            self.uplink.changed()

    @property
    def epoch(self) -> str:
        return self.journal.epoch

    @property
    def acknowledged(self) -> bool:
        """The centre has told that it holds everything; `uplink.status` may be of a moment ago."""
        return self.journal.acked(self.epoch) == self.journal.head[0]

    def raws(self) -> list[bytes]:
        """Everything the journal holds, over all epochs."""
        return [raw for _, raw, _ in self.journal.rows()]

    def report(self, conn: int) -> StateReport:
        stamp = self.clock.stamp()
        return state_report(
            EMPTY, stamp, node=self.node, boot=self.journal.boot, conn=conn, epoch=self.epoch, devices=[]
        )

    def begin_epoch(self, ends: str, reason: str, numbers: dict[str, int], notes: dict[str, str]) -> Future[Any]:
        """As the line does it."""
        with self._line:
            if self.epoch == ends:
                self.journal.begin_epoch(reason, numbers, wall_ms(), notes)
                self.journal.append([EpochBegun(ends, reason)], self.clock.stamp())
        done: Future[Any] = Future()
        done.set_result(self.epoch)
        return done

    def take(self, generation: str, directives: Sequence[Directive]) -> Future[Any]:
        """As the line does it, but without carrying anything out."""
        with self._line:
            for directive in directives:
                draft = self.journal.draft()
                taken = DirectiveTaken(generation, directive.seq, directive.id, directive.kind, directive.type, {})
                draft.add([taken], self.clock.stamp())
                draft.cursor = Cursor(generation, directive.seq)
                self.journal.commit(draft)
        done: Future[Any] = Future()
        done.set_result(self.journal.directive_cursor)
        return done


def main(folder: str, node: str, port: str, version: Any) -> None:
    centre = Centre(host="127.0.0.1", port=int(port), password="secret", version=version)
    SyncNode(Path(folder), node, centre).start()
    print("started", flush=True)
    signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
