"""`hallkeeper demo`: broker, centre and two halls on this machine, with a day's customers arriving."""

import asyncio
import secrets
import shutil
import signal
import socket
import sys
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import tomli_w
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from contract.topics import CENTRE_USER
from edge import config
from hallkeeper import broker
from hallkeeper.customers import HallVisitors
from hallkeeper.programs import Program, ProgramError, Programs, answers

CENTRE_PORT = 8600
HALLS = (("bank-branch", 8611, "1"), ("government-hall", 8612, None))
"""Example hall, its port, and the counter left to the person at the demo."""

LOGIN = ("admin", "hallkeeper-demo")


def run(folder: Path, speed: float, customers: bool, console: Console) -> None:
    """Runs until interrupted. Raises ProgramError."""
    _require_free([CENTRE_PORT, *(port for _, port, _ in HALLS)])
    if folder.exists():
        _require_ours(folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    files = Files(folder, _free_port())
    # Told to end in another way than Ctrl-C, the demo takes its programs along all the same.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Programs(folder / "logs") as programs:
        try:
            _start(programs, files, console)
            console.print(_addresses(files, folder))
            asyncio.run(_live(programs, files, speed if customers else 0, console))
        except KeyboardInterrupt:
            console.print("\nStopping everything in order …")


MARK = "made-by-hallkeeper-demo"


class Files:
    """What the demo writes before it starts: secrets, and one configuration for each program."""

    def __init__(self, folder: Path, broker_port: int) -> None:
        self.folder, self.broker_port = folder, broker_port
        users = (CENTRE_USER, *(hall for hall, _, _ in HALLS))
        self.passwords = {user: secrets.token_urlsafe(24) for user in users}
        self.broker = broker.choose(folder / "broker", broker_port, self.passwords)
        self.central = folder / "central.toml"
        _write(self.central, self._central())
        self.halls = {hall: folder / f"{hall}.toml" for hall, _, _ in HALLS}
        for hall, port, _ in HALLS:
            _write(self.halls[hall], self._hall(hall, port))

    def _central(self) -> dict[str, Any]:
        return {
            "database": {"url": f"sqlite:///{self.folder / 'central.db'}"},
            "broker": {
                "port": self.broker_port,
                "password": self.passwords[CENTRE_USER],
                "version": self.broker.version,
            },
            "http": {"port": CENTRE_PORT},
            "secrets": {"key": secrets.token_urlsafe(48)},
        }

    def _hall(self, hall: str, port: int) -> dict[str, Any]:
        """The shipped example, open round the clock, joined to the demo's centre."""
        shipped = resources.files("firmware_config") / "halls" / f"{hall}.toml"
        document = tomllib.loads(shipped.read_text())
        document["node"] |= {"data": str(self.folder / hall), "port": port}
        document["day"] = {"starts": "04:00", "opens": "04:00", "last_ticket": "03:59", "closes": "03:59"}
        for service in document["services"]:
            service.pop("last_ticket", None)
        document["centre"] = {
            "host": "127.0.0.1",
            "port": self.broker_port,
            "password": self.passwords[hall],
            "version": self.broker.version,
            "site": f"http://127.0.0.1:{CENTRE_PORT}",
        }
        return document


def _start(programs: Programs, files: Files, console: Console) -> None:
    hallkeeper = [sys.executable, "-m", "hallkeeper"]
    central = ["--config", str(files.central)]
    steps: list[tuple[str, Any]] = [
        (f"broker ({files.broker.name})", lambda: programs.start(_broker(files))),
        ("centre", lambda: programs.start(_centre(files, [*hallkeeper, "central", "serve", "--migrate", *central]))),
    ]
    for hall, port, _ in HALLS:
        argv = [*hallkeeper, "edge", "run", str(files.halls[hall]), "--simulated"]
        program = Program(hall, argv, answers(f"http://127.0.0.1:{port}/healthz"))
        steps.append((f"hall {hall}", lambda program=program: programs.start(program)))
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("starting", total=len(steps) + 1)
        progress.update(bar, description="enrolling")
        _enrol(files)
        progress.advance(bar)
        for name, start in steps:
            progress.update(bar, description=f"starting {name}")
            start()
            progress.advance(bar)


def _broker(files: Files) -> Program:
    def ready() -> bool:
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", files.broker_port)) == 0

    return Program("broker", files.broker.argv, ready)


def _centre(files: Files, argv: list[str]) -> Program:
    return Program("centre", argv, answers(f"http://127.0.0.1:{CENTRE_PORT}/healthz"))


def _enrol(files: Files) -> None:
    """What an administrator does once: the database, the first account, the two nodes."""
    from hallkeeper.central_setup import prepare

    names = {hall: config.load(path).hall.name for hall, path in files.halls.items()}
    prepare(files.central, LOGIN, names)


def _addresses(files: Files, folder: Path) -> Panel:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(style="cyan", no_wrap=True)
    table.add_column()
    user, password = LOGIN
    table.add_row("Centre", f"http://127.0.0.1:{CENTRE_PORT}/console", f"user {user}, password {password}")
    for hall, port, free in HALLS:
        table.add_row(hall, f"http://127.0.0.1:{port}/", "front panel: press a ticket button")
        table.add_row("", f"http://127.0.0.1:{port}/kiosk", "kiosk")
        mine = f"counter {free} is yours: log in, call, serve" if free else "counters"
        table.add_row("", f"http://127.0.0.1:{port}/counter/{free or '1'}", mine)
        table.add_row("", f"http://127.0.0.1:{port}/display", "hall display")
    table.add_row("Broker", f"mqtt://127.0.0.1:{files.broker_port}", files.broker.name)
    table.add_row("Logs", str(folder / "logs"), "")
    return Panel(table, title="Hallkeeper is running", subtitle="Ctrl-C stops everything", expand=False)


async def _live(programs: Programs, files: Files, speed: float, console: Console) -> None:
    """Customers come until Ctrl-C; a program that dies is said at once."""
    coming = []
    if speed:
        console.print(f"Customers arrive at {speed:g} times real speed.")
        for seed, (hall, port, free) in enumerate(HALLS):
            settings = config.load(files.halls[hall])
            visitors = HallVisitors(f"http://127.0.0.1:{port}", settings, speed, seed, free)
            coming.append(asyncio.create_task(visitors.run(), name=hall))
    while True:
        await asyncio.sleep(2)
        programs.check()
        for task in coming:
            if task.done():
                task.result()


def _require_free(ports: list[int]) -> None:
    for port in ports:
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind(("127.0.0.1", port))
            except OSError:
                raise ProgramError(f"port {port} is in use; is another demo running? Stop it first.") from None


def _require_ours(folder: Path) -> None:
    if not (folder / MARK).exists() and any(folder.iterdir()):
        raise ProgramError(f"{folder} is not a folder of an earlier demo; name another one with --folder.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _write(path: Path, document: dict[str, Any]) -> None:
    path.touch(mode=0o600)
    path.write_text(tomli_w.dumps(document))
