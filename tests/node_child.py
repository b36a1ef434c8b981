"""A node's line in a process of its own, to be killed, traced or starved: `python -m tests.node_child FOLDER …`.

It presses tickets from several threads and prints each number once its future is done: what it prints
was promised. With `--printer PORT` every ticket's number goes to a printer on loopback, as the stage
does it: on the batch, after the commit.
"""

import argparse
import socket
import sys
import threading
from pathlib import Path

from contract.events import TicketIssued
from edge.clock import ManualClock
from edge.engine import Engine
from edge.errors import HallkeeperError
from edge.journal import Journal
from edge.line_news import Batch
from tests.line import NOON, number, settings, ticket


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--printer", type=int)
    asked = parser.parse_args()
    # a line at a time, straight to the pipe: what was said stays said when the process is killed
    say = Voice()
    journal = Journal.open(asked.folder / "journal.db", boot="child")
    engine = Engine(journal, ManualClock(NOON, rate=1.0), settings())
    if asked.printer:
        engine.subscribe(Printer(asked.printer))
    engine.start()
    say(f"ready {engine.journal.epoch}")
    threads = [
        threading.Thread(target=press, args=(engine, asked.tickets // asked.threads, say)) for _ in range(asked.threads)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say(f"health {engine.health.status} {engine.health.cause}")
    engine.stop()
    say("stopped")


class Voice:
    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __call__(self, said: str) -> None:
        with self._lock:
            sys.stdout.write(said + "\n")
            sys.stdout.flush()


class Printer:
    """Performs the slip of every ticket."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))

    def __call__(self, batch: Batch) -> None:
        for record in batch.recorded:
            if isinstance(record.event, TicketIssued):
                self._socket.sendall(f"SLIP {record.event.number}\n".encode())


def press(engine: Engine, count: int, say: Voice) -> None:
    for _ in range(count):
        try:
            say(f"issued {number(engine.submit(ticket()).result())}")
        except HallkeeperError as err:
            say(f"refused {err.code} {err.detail}")
            if engine.health.status == "failed":
                return


if __name__ == "__main__":
    main()
