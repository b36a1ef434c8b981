"""The system's programs, each of which can be killed and started again."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import tomli_w

from hallkeeper.programs import Program
from hallkeeper.system import Layout, System, free_port
from tests.waiting import until

HALL = "bank-branch"
ROOT = Path(__file__).parents[3]
UVICORN = ("uvicorn.loops.auto", "uvicorn.protocols.http.auto", "uvicorn.lifespan.on")
NODE = ("edge.app", "edge.typefaces", "hallkeeper.edge_commands", "escpos.printer", "PIL.PngImagePlugin", *UVICORN)
CENTRE = ("central.app", "hallkeeper.central_commands", *UVICORN)


class Cradle:
    """One program of ours, alive or not; `modules` are loaded before its first life. `port`: where it answers."""

    def __init__(self, program: Program, port: int, modules: tuple[str, ...], logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._program, self._port, self._log = program, port, logs / f"{program.name}.log"
        self._modules = modules
        self._cradle: subprocess.Popen[str] | None = None
        self.pid: int | None = None

    def begin(self) -> None:
        """A life begins; it is not waited for."""
        assert self.pid is None, "it lives"
        if self._cradle is None:
            with self._log.open("ab") as log:
                argv = [sys.executable, "-m", "tests.faults.whole.cradle", *self._modules]
                pipe = subprocess.PIPE
                self._cradle = subprocess.Popen(argv, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=log, text=True)
        assert self._cradle.stdin
        # argv: the interpreter, -m, hallkeeper, and what we want
        self._cradle.stdin.write(json.dumps(self._program.argv[3:]) + "\n")
        self._cradle.stdin.flush()
        self.pid = self._said()

    def _said(self) -> int:
        assert self._cradle and self._cradle.stdout
        said = self._cradle.stdout.readline()
        assert said, f"it cannot be started: {self.log()}"
        return int(said)

    def start(self) -> None:
        """A life begins and answers."""
        self.begin()
        self.ready()

    def ready(self) -> None:
        """It says that it is well."""
        until(self._well, 60, self.log)

    def _well(self) -> bool:
        asking = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            asking.request("GET", "/healthz")
            return asking.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asking.close()

    def kill(self) -> None:
        """kill -9."""
        assert self.end(signal.SIGKILL) == -signal.SIGKILL, self.log()

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """How it ended."""
        assert self.pid is not None, "it does not live"
        os.kill(self.pid, number)
        self.pid = None
        return self._said()

    def log(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])

    def close(self) -> None:
        if self.pid is not None:
            self.end(signal.SIGKILL)
        if self._cradle is not None:
            assert self._cradle.stdin and self._cradle.stdout
            self._cradle.stdin.close()
            self._cradle.wait(60)
            self._cradle.stdout.close()


class Mosquitto:
    """The system's broker. It keeps no store, so whatever it held is gone with it."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert self._process is None
        self._process = subprocess.Popen(
            self._program.argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        until(self._program.ready)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(60)
        self._process = None

    def close(self) -> None:
        if self._process is not None:
            self.kill()


def written(folder: Path) -> System:
    """The files of a system with one hall; its numbers have six digits and no cap, since a test takes many."""
    system = System(folder, Layout(free_port(), free_port(), {HALL: free_port()}))
    document = hall_file(system)
    for service in document["services"]:
        service |= {"digits": 6, "last": 999_999}
        service.pop("cap", None)
    rewrite(system, document)
    return system


def hall_file(system: System) -> dict[str, Any]:
    return tomllib.loads(system.halls[HALL].read_text())


def rewrite(system: System, document: dict[str, Any]) -> None:
    system.halls[HALL].write_text(tomli_w.dumps(document))


class Office:
    """Broker, centre and one hall; a context that leaves nothing running. `simulated`: as `edge run --simulated`."""

    def __init__(self, system: System, *, simulated: bool = True) -> None:
        self.system = system
        logs = system.folder / "logs"
        self.broker = Mosquitto(system.broker_program())
        self.centre = Cradle(system.centre_program(), system.layout.centre, CENTRE, logs)
        node = system.hall_program(HALL)
        argv = node.argv if simulated else [each for each in node.argv if each != "--simulated"]
        self.node = Cradle(Program(HALL, argv, node.ready), self.port, NODE, logs)

    def __enter__(self) -> "Office":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.ExitStack() as closing:
            for one in (self.broker, self.centre, self.node):
                closing.callback(one.close)

    def start(self) -> None:
        self.broker.start()
        self.centre.start()
        self.node.start()

    @property
    def port(self) -> int:
        return self.system.layout.halls[HALL]

    @property
    def journal(self) -> Path:
        return self.system.folder / HALL / "journal.db"

    @property
    def database(self) -> Path:
        return self.system.folder / "central.db"
