"""`hallkeeper demo`: broker, centre and two halls on this machine, with a day's customers arriving."""

import asyncio
import random
import shutil
import signal
import socket
import time
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from edge import config
from hallkeeper.booked import booked
from hallkeeper.central_setup import tell_bookings
from hallkeeper.customers import HallVisitors
from hallkeeper.mishaps import Mishaps
from hallkeeper.programs import ProgramError, Programs
from hallkeeper.system import LOGIN, Layout, System, free_port

CENTRE_PORT = 8600
HALLS = {"bank-branch": 8611, "government-hall": 8612}
YOURS = {"bank-branch": "1"}
"""The counter left to the person at the demo."""
UNLUCKY = ("government-hall",)
"""Where things go wrong now and then."""
LATE_MS, AHEAD_MS = 10 * 60_000, 20 * 60_000
"""The slots of the first bookings began so long ago; how far ahead a hall is told its bookings."""
YOUR_BOOKINGS = 3
MARK = "made-by-hallkeeper-demo"


def run(folder: Path, speed: float, customers: bool, console: Console) -> None:
    """Runs until interrupted. Raises ProgramError."""
    _require_free([CENTRE_PORT, *HALLS.values()])
    if folder.exists():
        _require_ours(folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    system = System(folder, Layout(free_port(), CENTRE_PORT, HALLS))
    # Told to end in another way than Ctrl-C, the demo takes its programs along all the same.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Programs(folder / "logs") as programs:
        try:
            _start(programs, system, console)
            console.print(_addresses(system))
            asyncio.run(_live(programs, system, speed if customers else 0, console))
        except KeyboardInterrupt:
            console.print("\nStopping everything in order …")


def _start(programs: Programs, system: System, console: Console) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("enrolling the halls", total=1 + len(system.programs()))
        system.enrol()
        for program in system.programs():
            progress.update(bar, advance=1, description=f"starting {program.name}")
            programs.start(program)


def _addresses(system: System) -> Panel:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(style="cyan", no_wrap=True)
    table.add_column()
    table.add_row("centre", f"{system.centre_url}/console", f"user {LOGIN[0]}, password {LOGIN[1]}")
    for hall in system.halls:
        url, yours = system.hall_url(hall), YOURS.get(hall)
        table.add_row(hall, f"{url}/", "front panel: press the buttons")
        table.add_row("", f"{url}/kiosk", "kiosk")
        table.add_row("", f"{url}/counter/{yours or 1}", f"counter {yours} is yours" if yours else "a counter terminal")
        table.add_row("", f"{url}/display", "hall display")
        table.add_row("", f"{url}/supervisor", "supervisor")
    table.add_row("broker", f"mqtt://127.0.0.1:{system.layout.broker}", system.broker.name)
    table.add_row("logs", str(system.folder / "logs"), "")
    return Panel(table, title="Hallkeeper is running", subtitle="Ctrl-C stops everything", expand=False)


async def _live(programs: Programs, system: System, speed: float, console: Console) -> None:
    """Customers come until Ctrl-C; a program that dies is started again, as systemd would."""
    if not speed:
        await _keep_alive(programs, console, [])
    console.print(f"Customers arrive at {speed:g} times real speed; bookings are in real time.")
    coming: list[asyncio.Task[None]] = []
    for seed, (hall, path) in enumerate(system.halls.items()):
        settings = config.load(path)
        visitors = HallVisitors(system.hall_url(hall), settings, speed, seed, YOURS.get(hall))
        coming.append(asyncio.create_task(visitors.run(), name=hall))
        coming.append(asyncio.create_task(_appointments(system, hall, settings, visitors, console)))
        if hall in UNLUCKY:
            coming.append(asyncio.create_task(Mishaps(system.hall_url(hall), settings, random.Random(seed)).run()))
    await _keep_alive(programs, console, coming)


async def _keep_alive(programs: Programs, console: Console, coming: list["asyncio.Task[None]"]) -> None:
    while True:
        await asyncio.sleep(2)
        for name in await asyncio.to_thread(programs.revive):
            console.print(f"[yellow]{name} had ended and was started again[/]; nothing it had promised is lost.")
        for task in coming:
            if task.done():
                task.result()


async def _appointments(
    system: System, hall: str, settings: config.Settings, visitors: HallVisitors, console: Console
) -> None:
    """Tells the hall its bookings ahead of time, as the centre does, and sends their customers."""
    rng, until = random.Random(hall), time.time_ns() // 1_000_000 - LATE_MS
    first = True
    while True:
        known, until = until, time.time_ns() // 1_000_000 + AHEAD_MS
        services = [service.id for service in settings.services]
        coming = list(booked(rng, services, settings.hall.timezone, known, until))
        await asyncio.to_thread(tell_bookings, system.central, hall, [one.booking for one in coming])
        yours, theirs = (coming[-YOUR_BOOKINGS:], coming[:-YOUR_BOOKINGS]) if first else ([], coming)
        while not await visitors.hall_knows(coming[-1].booking.code):
            # the uplink may be cut: who is not on the hall's roster does not come
            await asyncio.sleep(1)
        visitors.expect(theirs)
        if first:
            codes = ", ".join(one.booking.code for one in yours)
            console.print(f"At the kiosk of {hall} you may check in with a booking: [bold]{codes}[/]")
        first = False
        await asyncio.sleep(AHEAD_MS / 2000)


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
