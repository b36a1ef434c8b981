"""The order on the wire, seen by the kernel: the journal's sync comes before the printer's first byte (F01).

A ticket that is on paper is on the disk; strace of a real node process shows it, call by call.
"""

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable

import pytest

TICKETS = 25
_CALL = re.compile(r"^(?P<thread>\d+) +(?P<call>.+)$")


def promises_before_sync(trace: Iterable[str]) -> tuple[list[str], int]:
    """(slips sent while something written to the journal's log was not synced, slips sent)."""
    unsynced: set[str] = set()
    synced: set[str] = set()
    syncing: set[str] = set()
    early, slips = [], 0
    for line in trace:
        found = _CALL.match(line)
        if found is None:
            continue
        thread, call = found["thread"], found["call"]
        if call.startswith("pwrite64(") and "journal.db-wal>" in call:
            unsynced.add(thread)
        elif call.startswith("fdatasync(") and "journal.db-wal>" in call and "unfinished" in call:
            syncing.add(thread)
        elif _sync_done(call, thread in syncing):
            syncing.discard(thread)
            unsynced.discard(thread)
            synced.add(thread)
        elif call.startswith("sendto(") and "SLIP" in call:
            slips += 1
            if thread in unsynced or thread not in synced:
                early.append(call)
            synced.discard(thread)
    return early, slips


def _sync_done(call: str, was_syncing: bool) -> bool:
    whole = call.startswith("fdatasync(") and "journal.db-wal>" in call
    resumed = was_syncing and "fdatasync resumed" in call
    return (whole or resumed) and call.rstrip().endswith("= 0")


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("traced")
    slips: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def print_all() -> None:
            connection, _ = server.accept()
            with connection:
                while data := connection.recv(4096):
                    slips.append(data)

        printer = threading.Thread(target=print_all)
        printer.start()
        watch = ["strace", "-f", "-y", "-s", "64", "-e", "trace=fdatasync,fsync,pwrite64,write,sendto,openat"]
        node = [sys.executable, "-m", "tests.node_child", str(folder / "node"), "--tickets", str(TICKETS)]
        port = ["--printer", str(server.getsockname()[1])]
        done = subprocess.run(
            [*watch, "-o", str(folder / "trace"), *node, *port], capture_output=True, text=True, timeout=100
        )
        assert "stopped" in done.stdout, done.stderr
        printer.join(60)
    assert b"".join(slips).count(b"SLIP A") == TICKETS
    return (folder / "trace").read_text("utf-8", "replace").splitlines()


@pytest.mark.fault("F01")
def test_every_slip_is_sent_after_the_sync_of_its_ticket(trace: list[str]) -> None:
    early, slips = promises_before_sync(trace)
    assert (early, slips) == ([], TICKETS)


def test_the_same_judge_convicts_a_trace_without_syncs(trace: list[str]) -> None:
    early, slips = promises_before_sync(line for line in trace if "fdatasync" not in line)
    assert len(early) == slips == TICKETS


def test_the_journal_is_the_file_that_is_synced(trace: list[str]) -> None:
    """One sync of the log a ticket, none through a descriptor opened without the log's name."""
    syncs = [line for line in trace if "fdatasync(" in line and "journal.db-wal>" in line]
    assert len(syncs) >= TICKETS
