"""`python -m bench [ROOM …] [--quick] [--json FILE]`: measures, and prints a table."""

import argparse
import os
import platform
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from bench.figures import Figure, table
from bench.stand import Stand

ROOMS = ("press", "printing", "http", "boards", "starting", "centre", "booking", "memory")


def main() -> None:
    asked = _arguments()
    # a file gets lines as long as they want to be
    console = Console() if sys.stdout.isatty() else Console(width=160)
    before = os.getloadavg()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="hallkeeper-bench-", dir=asked.folder) as folder:
        for room in asked.rooms or ROOMS:
            figures += _room(room, Path(folder) / room, asked, console)
    load = _load(before)
    console.print(table(figures, load))
    if asked.json:
        _write(asked.json, figures, load)


def _room(name: str, folder: Path, asked: argparse.Namespace, console: Console) -> list[Figure]:
    room = import_module(f"bench.{name}")
    folder.mkdir()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console.print(f"[bold]{name}[/]: {room.ABOUT}")
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        started = time.monotonic()
        figures: list[Figure] = room.run(Stand(folder, asked.quick, asked.minutes, progress))
    console.print(f"  {len(figures)} figures in {time.monotonic() - started:.0f} s", style="dim")
    return figures


def _load(before: tuple[float, float, float]) -> str:
    after = os.getloadavg()
    return (
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}; load average of the "
        f"last minute {before[0]:.1f} at the start, {after[0]:.1f} at the end. A busy machine slows both sides: "
        "compare with the raw limit of the same run."
    )


def _write(path: Path, figures: list[Figure], load: str) -> None:
    told = {"at": int(time.time() * 1000), "argv": sys.argv[1:], "load": load, "figures": figures}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Every speed beside its raw limit.")
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"some of {', '.join(ROOMS)}; all unless given")
    parser.add_argument("--quick", action="store_true", help="shorter runs: the same figures, less sure")
    parser.add_argument("--minutes", type=float, help="of load in the room memory; 10 unless given, 1 when quick")
    parser.add_argument("--json", type=Path, metavar="FILE", help="writes the figures there too")
    parser.add_argument("--folder", default="/var/tmp", help="where to write; must be on a real disk")
    asked = parser.parse_args()
    if unknown := set(asked.rooms) - set(ROOMS):
        parser.error(f"no room {', '.join(sorted(unknown))}; there are {', '.join(ROOMS)}")
    asked.minutes = asked.minutes or (1.0 if asked.quick else 10.0)
    return asked


if __name__ == "__main__":
    main()
