"""`hallkeeper demo`: broker, centre and two halls on this machine, with a day's customers arriving."""

import asyncio
import random
import shutil
import signal
import socket
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from edge import config
from hallkeeper.bookings.by_office import Office
from hallkeeper.bookings.coming import Coming, Ways, Yours, desk_of
from hallkeeper.bookings.setup import open_for_booking
from hallkeeper.customers import HallVisitors
from hallkeeper.mishaps import Mishaps
from hallkeeper.programs import ProgramError, Programs
from hallkeeper.system import LOGIN, Layout, System, free_port

CENTRE_PORT, GATEWAY_PORT = 8600, 8601
HALLS = {"bank-branch": 8611, "government-hall": 8612}
YOURS = {"bank-branch": "1"}
"""The counter left to the person at the demo."""
UNLUCKY = ("government-hall",)
"""Where things go wrong now and then."""
GRACE_S = 300
"""So late a booked customer may come: whoever watches sees a booking fall void."""
MARK = "made-by-hallkeeper-demo"


def run(folder: Path, speed: float, customers: bool, console: Console) -> None:
    """Runs until interrupted. Raises ProgramError."""
    _require_free([CENTRE_PORT, GATEWAY_PORT, *HALLS.values()])
    if folder.exists():
        _require_ours(folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    system = System(folder, Layout(free_port(), CENTRE_PORT, HALLS, GATEWAY_PORT, GRACE_S))
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
    table.add_row("booking", f"{system.centre_url}/", "the public site: book a visit")
    table.add_row("", f"{system.gateway_url}/", "text messages: what customers are told")
    for hall in system.halls:
        url, yours = system.hall_url(hall), YOURS.get(hall)
        table.add_row(hall, f"{url}/", "front panel: press the buttons")
        table.add_row("", f"{url}/kiosk", "kiosk")
        whose = f"counter {yours} is yours: any clerk number will do" if yours else "a counter terminal"
        table.add_row("", f"{url}/counter/{yours or 1}", whose)
        table.add_row("", f"{url}/display", "hall display")
        table.add_row("", f"{url}/supervisor", "supervisor")
    table.add_row("clocks", system.timezone, "of the halls, where it is day now")
    table.add_row("broker", f"mqtt://127.0.0.1:{system.layout.broker}", system.broker.name)
    table.add_row("logs", str(system.folder / "logs"), "")
    return Panel(table, title="Hallkeeper is running", subtitle="Ctrl-C stops everything", expand=False)


async def _live(programs: Programs, system: System, speed: float, console: Console) -> None:
    """Customers come until Ctrl-C; a program that dies is started again, as systemd would."""
    if not speed:
        await _keep_alive(programs, console, [])
    console.print(f"Customers arrive at {speed:g} times real speed; bookings are in real time.")
    office = Office(system.central, random.Random("office"))
    coming = [asyncio.create_task(office.work(), name="office")]
    visitors: dict[str, HallVisitors] = {}
    for seed, (hall, path) in enumerate(system.halls.items()):
        visitors[hall] = HallVisitors(system.hall_url(hall), config.load(path), speed, seed, YOURS.get(hall))
        coming.append(asyncio.create_task(visitors[hall].run(), name=hall))
    coming.append(asyncio.create_task(_bookings(system, visitors, office, console), name="bookings"))
    try:
        await _keep_alive(programs, console, coming)
    finally:
        office.close()


async def _bookings(system: System, visitors: dict[str, HallVisitors], office: Office, console: Console) -> None:
    """The halls are opened for booking, yours are made, and then others book."""
    keys = await asyncio.to_thread(open_for_booking, system.central, list(system.halls))
    ways = Ways(system.centre_url, keys, office)
    async with asyncio.TaskGroup() as tasks:
        for seed, (hall, there) in enumerate(visitors.items()):
            rng = random.Random(f"bookings {hall}")
            coming = Coming(hall, ways, there, desk_of(there, rng), rng)
            console.print(_yours(hall, ZoneInfo(there.settings.hall.timezone), await coming.yours()))
            tasks.create_task(coming.run(), name=f"bookings of {hall}")
            if hall in UNLUCKY:
                mishaps = Mishaps(there.hall.address, there.settings, random.Random(seed), coming.sold_at_the_desk)
                tasks.create_task(mishaps.run(), name="mishaps")


def _yours(hall: str, zone: ZoneInfo, made: list[Yours]) -> str:
    def one(booking: Yours) -> str:
        at = datetime.fromtimestamp(booking.starts_at / 1000, zone)
        return f"[bold]{booking.code}[/] at {at:%H:%M} (telephone …{booking.tail})"

    return f"Yours at {hall}, for its kiosk or the booking site: {', '.join(map(one, made))}"


async def _keep_alive(programs: Programs, console: Console, coming: list["asyncio.Task[None]"]) -> None:
    while True:
        await asyncio.sleep(2)
        for name in await asyncio.to_thread(programs.revive):
            console.print(f"[yellow]{name} had ended and was started again[/]; nothing it had promised is lost.")
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
