"""From the start of the process until the node says that it is ready, with months in its journal."""

import os
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench import hall
from bench.figures import Figure, spread
from bench.past import Past
from bench.stand import ROOT, Stand, end
from edge.folders import journal_path
from edge.journal import Reader
from edge.restoring import restored

ABOUT = "start → ready, with a long journal"
READY_S = 120.0
HALL = "government-hall"


def run(stand: Stand) -> list[Figure]:
    written = stand.place("written")
    events = _write(stand, written, stand.few(100_000, 20_000))
    cut = _data(
        stand,
        written,
        "cut",
        lambda con: con.execute("delete from snapshot where place = (select max(place) from event)"),
    )
    bare = _data(stand, written, "bare", lambda con: con.execute("delete from snapshot"))
    times: dict[str, list[float]] = {"imports": [], "cut": [], "bare": []}
    for n in stand.track("starts", range(stand.few(5, 2))):
        times["imports"].append(_imports())
        for name, data in (("cut", cut), ("bare", bare)):
            times[name].append(_start(stand, data, f"{name}-{n}"))
    return [*_starts(times, events), _replay(stand, bare, events)]


def _starts(times: dict[str, list[float]], events: int) -> Iterator[Figure]:
    raw = statistics.median(times["imports"])
    told = "Python and the same imports"
    present, absent = statistics.median(times["cut"]), statistics.median(times["bare"])
    yield Figure(
        name=f"start → ready, {events:,} events, snapshot", measured=present, unit="s", raw=raw, raw_name=told,
        comparison="difference", aim="≤ 1.5 s", met=present <= 1.5,
        note=f"as after a power cut: the snapshot is of the last day's close; {spread(times['cut'])}",
    )  # fmt: skip
    yield Figure(
        name=f"start → ready, {events:,} events, no snapshot", measured=absent, unit="s", raw=raw, raw_name=told,
        comparison="difference", note=f"everything is verified and replayed; {spread(times['bare'])}",
    )  # fmt: skip


def _replay(stand: Stand, data: Path, events: int) -> Figure:
    """In this process, beside reading the same rows and nothing else."""
    mine: list[float] = []
    raw: list[float] = []
    for _ in stand.track("replays and plain reads in turn", range(stand.few(5, 2))):
        reader = Reader(data / "journal.db")
        start = time.perf_counter()
        restored(reader)
        middle = time.perf_counter()
        rows = sum(1 for _ in reader.rows())
        raw.append(rows / (time.perf_counter() - middle))
        mine.append(rows / (middle - start))
        reader.close()
    return Figure(
        name="replay", measured=statistics.median(mine), unit="events/s", raw=statistics.median(raw),
        raw_name="reading the rows", comparison="ratio", note=spread(mine),
    )  # fmt: skip


def _write(stand: Stand, folder: Path, events: int) -> int:
    task = stand.progress.add_task("a hall's last weeks", total=events)
    settings = hall.settings(folder, HALL)
    written = Past(settings, events, lambda done: stand.progress.update(task, completed=done)).write()
    assert journal_path(settings).parent == folder, "the journal lies elsewhere"
    return written


def _data(stand: Stand, written: Path, name: str, change) -> Path:  # type: ignore[no-untyped-def]
    """A copy of the hall's data with its snapshots changed."""
    folder = stand.folder / name
    shutil.copytree(written, folder)
    con = sqlite3.connect(folder / "journal.db")
    change(con)
    con.commit()
    con.close()
    return folder


def _start(stand: Stand, data: Path, name: str) -> float:
    """Seconds until systemd would be told READY=1; on a copy, since a start changes the journal."""
    folder = stand.place(f"start-{name}")
    shutil.copytree(data, folder / "data")
    os.sync()
    file = hall.write(folder / "hall.toml", hall.document(folder / "data", HALL))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(folder / "notify"))
        told.settimeout(READY_S)
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "hallkeeper", "edge", "run", str(file), "--simulated"],
            stdout=subprocess.DEVNULL,
            cwd=ROOT, env=os.environ | {"NOTIFY_SOCKET": str(folder / "notify")}, text=True,
        )  # fmt: skip
        try:
            while b"READY=1" not in told.recv(4096):
                continue
            took = time.perf_counter() - start
        finally:
            end(process)
    shutil.rmtree(folder)
    return took


def _imports() -> float:
    """Seconds for a Python that imports what the node imports, and ends."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import hallkeeper.cli, edge.app"], cwd=ROOT, check=True)
    return time.perf_counter() - start
