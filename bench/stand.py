"""What every room of the bench gets: a folder on a real disk, how long to run, and a bar to show it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
from rich.progress import Progress

T = TypeVar("T")
ROOT = Path(__file__).parent.parent
STOP_S = 20.0


class Stand(msgspec.Struct, frozen=True):
    """`folder`: empty, and on the file system that is measured."""

    folder: Path
    quick: bool
    minutes: float
    """Of load in the room `memory`."""
    progress: Progress

    def few(self, full: int, quick: int) -> int:
        """How many: in full, or in a quick run."""
        return quick if self.quick else full

    def place(self, name: str) -> Path:
        """A new folder of that name."""
        made = self.folder / name
        made.mkdir(parents=True)
        return made

    def track(self, doing: str, what: Iterable[T], total: int | None = None) -> Iterator[T]:
        """Goes through `what` with a bar."""
        return iter(self.progress.track(what, total=total, description=doing))


@contextmanager
def child(*argv: str, **options: object) -> Iterator[subprocess.Popen[str]]:
    """A Python process of our own, its output a pipe of lines; ended when the context is left."""
    process: subprocess.Popen[str] = subprocess.Popen(
        [sys.executable, *argv],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
        **options,  # type: ignore[call-overload]
    )
    try:
        yield process
    finally:
        end(process)


def end(process: "subprocess.Popen[str]") -> None:
    """Asks it to stop, and makes it."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.stdout is not None:
        process.stdout.close()


def line_of(process: "subprocess.Popen[str]") -> str:
    """The next line it says. Raises RuntimeError when it ends instead."""
    assert process.stdout is not None
    said = process.stdout.readline()
    if not said:
        raise RuntimeError(f"{' '.join(map(str, process.args))} ended with {process.wait()}")  # type: ignore[arg-type]
    return said.strip()
