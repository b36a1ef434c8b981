"""Bookings a second, for one slot that everybody wants and for many, beside the same transaction's bare SQL."""

import statistics
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import msgspec

from bench import booking_place, booking_tape
from bench.booking_worker import Needs, Told
from bench.figures import Figure, percentile, spread
from bench.stand import Stand, child, line_of
from tests.postgres import Server, server

ABOUT = "bookings, for one hot slot and for many"
THREADS = 4
"""In each process, as the centre answers requests in threads."""


class Kind(NamedTuple):
    """A database, and how many processes book in it: SQLite has the centre's one."""

    name: str
    folder: Path
    postgres: Server | None
    workers: int

    def fresh(self, name: str) -> str:
        """The URL of a new, empty database."""
        return self.postgres.database() if self.postgres else f"sqlite:///{self.folder / name}.db"


class Way(NamedTuple):
    """Which slots are wanted: of all those ahead only the first so many."""

    name: str
    slots: int | None


class Run(NamedTuple):
    """Of all workers together."""

    rate: float
    ms: list[float]


WAYS = (Way("one hot slot", 1), Way("many slots", None))


def run(stand: Stand) -> list[Figure]:
    with ExitStack() as stack:
        postgres = stack.enter_context(server(durable=True))
        kinds = (Kind("SQLite", stand.folder, None, 1), Kind("PostgreSQL", stand.folder, postgres, 2))
        return [_figure(stand, kind, way) for kind in kinds for way in WAYS]


def _figure(stand: Stand, kind: Kind, way: Way) -> Figure:
    size, mine, bare = stand.few(2000, 300), list[Run](), list[Run]()
    tape, takes = _recorded(stand, kind, way, size)
    for n in stand.track(f"booking {way.name}, and its bare SQL, {kind.name}", range(stand.few(5, 2))):
        name = f"{way.slots}-{n}"
        url = kind.fresh(f"desk-{name}")
        slots = booking_place.made(url)[: way.slots]
        mine.append(_together(kind, url, Needs(slots=slots), size))
        booking_place.require_sold(url, size)
        url = kind.fresh(f"bare-{name}")
        booking_place.made(url)
        bare.append(_together(kind, url, Needs(tape=str(tape)), size))
        booking_place.require_sold(url, size)
    measured, raw = (statistics.median(one.rate for one in runs) for runs in (mine, bare))
    aim = "≥ 1/3 × raw" if kind.postgres else ""
    return Figure(
        name=f"bookings of {way.name}, {kind.name}, {kind.workers * THREADS} at once", measured=measured,
        unit="/s", raw=raw, raw_name="the same SQL, the driver alone", comparison="ratio", aim=aim,
        met=measured >= raw / 3 if aim else None,
        note=f"{_times(mine)}; bare {_times(bare)}; {booking_tape.counted(takes)}; {spread([r.rate for r in mine])}",
    )  # fmt: skip


def _recorded(stand: Stand, kind: Kind, way: Way, size: int) -> tuple[Path, list[booking_tape.Take]]:
    """What the desk says for those bookings, in a file."""
    url = kind.fresh(f"tape-{way.slots}")
    slots = booking_place.made(url, far=True)[: way.slots]
    takes = booking_tape.record(booking_place.desk(url), slots, size)
    path = stand.folder / f"{kind.name}-{way.slots}.tape"
    booking_tape.save(takes, path)
    return path, takes


def _together(kind: Kind, url: str, needs: Needs, size: int) -> Run:
    """The workers begin at one moment, each with its part of the bookings."""
    share = -(-size // kind.workers)
    with ExitStack() as stack:
        processes = []
        for n in range(kind.workers):
            first, count = 1 + n * share, min(share, size - n * share)
            argv = ["-m", "bench.booking_worker", url, str(THREADS), str(first), str(count)]
            process = stack.enter_context(child(*argv, stdin=subprocess.PIPE))
            _say(process, msgspec.json.encode(needs).decode())
            processes.append(process)
        for process in processes:
            line_of(process)
        for process in processes:
            _say(process, "go")
        told = [msgspec.json.decode(line_of(process), type=Told) for process in processes]
    seconds = max(one.ended for one in told) - min(one.began for one in told)
    return Run(sum(len(one.ms) for one in told) / seconds, [ms for one in told for ms in one.ms])


def _say(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _times(runs: Sequence[Run]) -> str:
    ms = [each for run in runs for each in run.ms]
    return f"p50 {percentile(ms, 50):.1f} ms, p99 {percentile(ms, 99):.1f} ms"
