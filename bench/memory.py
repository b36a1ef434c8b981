"""Memory (PSS) of a node with everything on, and of the centre, after some minutes of load."""

import asyncio
import contextlib
import os
import statistics
import time
from collections.abc import Callable

import httpx
import psutil  # type: ignore[import-untyped]

from bench.figures import Figure
from bench.stand import Stand, child, line_of
from edge import config
from hallkeeper.customers import HallVisitors
from hallkeeper.programs import Programs
from hallkeeper.system import Layout, System, free_port

ABOUT = "memory after a while of load"
HALL = "government-hall"
SPEED = 60.0
"""Simulated seconds to a real one: ten minutes are a day of customers and more."""
EVERY_S = 5.0
MB = 1_000_000
NODE_IMPORTS = "import hallkeeper.cli, edge.app"
CENTRE_IMPORTS = "import hallkeeper.cli, central.app"


def run(stand: Stand) -> list[Figure]:
    system = System(stand.folder, Layout(free_port(), free_port(), {HALL: free_port()}))
    system.enrol()
    os.environ["MALLOC_ARENA_MAX"] = "2"  # as systemd/hallkeeper-edge.service has it
    with Programs(stand.folder / "logs") as programs:
        for program in system.programs():
            programs.start(program)
        node, centre = (_process(argument) for argument in (str(system.halls[HALL]), str(system.central)))
        task = stand.progress.add_task("a busy hall, with pages open", total=stand.minutes * 60)
        samples = asyncio.run(
            _load(system, stand.minutes * 60, node, centre, lambda done: stand.progress.update(task, completed=done))
        )
        programs.check()
    return [
        _figure("node, everything on", [sample[0] for sample in samples], NODE_IMPORTS, stand.minutes, 90),
        _figure("centre", [sample[1] for sample in samples], CENTRE_IMPORTS, stand.minutes, None),
    ]


def _figure(name: str, samples: list["Memory"], imports: str, minutes: float, aim: float | None) -> Figure:
    """The median of the last minute, so that no single moment decides."""
    last = samples[-max(1, round(60 / EVERY_S)) :]
    measured = statistics.median(each.total for each in last)
    children = ", ".join(sorted({name for each in last for name in each.children})) or "none"
    return Figure(
        name=f"memory (PSS) of the {name}", measured=measured, unit="MB", raw=_imported(imports),
        raw_name="Python with the same imports", comparison="difference",
        aim=f"≤ {aim} MB" if aim else "", met=measured <= aim if aim else None,
        note=f"after {minutes:g} min of load; {samples[0].total:.0f} MB at the start, "
        f"{samples[len(samples) // 2].total:.0f} half-way, at most "
        f"{max(each.total for each in samples):.0f}; children: {children}",
    )  # fmt: skip


class Memory:
    """`total` MB of a process and all its children, whose names are listed."""

    def __init__(self, process: psutil.Process) -> None:
        self.total, self.children = pss(process), []
        for one in process.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                self.total += pss(one)
                self.children.append(one.name())


def pss(process: psutil.Process) -> float:
    """MB; what is shared with other processes counts in parts."""
    pages: float = process.memory_full_info().pss / MB
    return pages


def _process(argument: str) -> psutil.Process:
    """The program that was started with that argument by this bench."""
    mine = psutil.Process().children(recursive=True)
    return next(each for each in mine if argument in each.cmdline())


def _imported(imports: str) -> float:
    """MB of a Python that has imported the same, and waits."""
    code = f"{imports}; print(flush=True); import time; time.sleep(60)"
    with child("-c", code) as process:
        line_of(process)
        return pss(psutil.Process(process.pid))


async def _load(
    system: System, seconds: float, node: psutil.Process, centre: psutil.Process, progress: Callable[[float], None]
) -> list[tuple[Memory, Memory]]:
    """Customers and clerks, and somebody who watches; a sample of both processes every few seconds."""
    visitors = HallVisitors(system.hall_url(HALL), config.load(system.halls[HALL]), SPEED, 1, None)
    busy = [asyncio.create_task(visitors.run())]
    busy += [asyncio.create_task(_watch(system.hall_url(HALL), path)) for path in ("/api/stream", "/api/panel/stream")]
    samples: list[tuple[Memory, Memory]] = []
    began = time.monotonic()
    try:
        while (done := time.monotonic() - began) < seconds:
            samples.append((Memory(node), Memory(centre)))
            progress(done)
            await asyncio.sleep(EVERY_S)
            for task in busy:
                if task.done():
                    task.result()
    finally:
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
    return samples


async def _watch(url: str, path: str) -> None:
    """A page that stays open."""
    async with httpx.AsyncClient(base_url=url, timeout=None) as client, client.stream("GET", path) as answer:
        answer.raise_for_status()
        async for _ in answer.aiter_bytes():
            continue
