"""The demo's programs: started in order, watched, stopped in reverse; each writes a log of its own."""

import contextlib
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import httpx
import msgspec

START_S = 60.0
STOP_S = 15.0
LIVES = 20


class Program(msgspec.Struct, frozen=True):
    """`ready()` says whether it answers yet."""

    name: str
    argv: list[str]
    ready: Callable[[], bool]


class ProgramError(Exception):
    """A program did not come up, or went down; the message has the end of its log."""


class Programs:
    """A context: what was started inside is stopped at its end, whatever ends it."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: list[tuple[Program, subprocess.Popen[bytes]]] = []
        self._deaths: Counter[str] = Counter()
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Programs":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _, process in reversed(self._running):
            _stop(process)
        self._running.clear()

    def start(self, program: Program) -> None:
        """Returns when it is ready. Raises ProgramError."""
        with self._log(program).open("ab") as log:
            # A group of its own: Ctrl-C reaches only the demo, which stops all others in order.
            process = subprocess.Popen(program.argv, stdout=log, stderr=log, start_new_session=True)
        self._running.append((program, process))
        until = time.monotonic() + START_S
        while not program.ready():
            if process.poll() is not None or time.monotonic() > until:
                raise ProgramError(f"{program.name} did not start; {self._end_of_log(program)}")
            time.sleep(0.05)

    def check(self) -> None:
        """Raises ProgramError when a program is gone."""
        for program, process in self._running:
            if process.poll() is not None:
                raise ProgramError(f"{program.name} ended ({process.returncode}); {self._end_of_log(program)}")

    def revive(self) -> list[str]:
        """Starts again what has ended, in the order of the first start, and names it.

        Raises ProgramError for a program that ended more than `LIVES` times.
        """
        gone = [(program, process) for program, process in self._running if process.poll() is not None]
        for program, process in gone:
            self._deaths[program.name] += 1
            if self._deaths[program.name] > LIVES:
                raise ProgramError(f"{program.name} keeps ending ({process.returncode}); {self._end_of_log(program)}")
            self._running.remove((program, process))
            self.start(program)
        return [program.name for program, _ in gone]

    def _log(self, program: Program) -> Path:
        return self._logs / f"{program.name.replace(' ', '-')}.log"

    def _end_of_log(self, program: Program) -> str:
        lines = self._log(program).read_text(errors="replace").splitlines()[-15:]
        return "\n".join([f"the end of {self._log(program)}:", *lines])


def _stop(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(url: str) -> Callable[[], bool]:
    """Ready when the address answers with success."""

    def ask() -> bool:
        try:
            return httpx.get(url, timeout=1).is_success
        except httpx.HTTPError:
            return False

    return ask
