"""A node in a process of its own, which the power-cut tests kill between two steps of one slip.

    python -m tests.faults.slip_node JOURNAL PORT AT STEP

AT: the wall clock, ms. STEP: `issue:<where>` issues a ticket and dies at <where> (`before`: SlipStarted was
not recorded yet; `started`: recorded, no byte sent; `printed`: confirmed, SlipPrinted not recorded; `run`: when
the test kills it); `call:before` calls the number first; `look` only starts again and prints, as JSON,
what became of the slips.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from contract.events import SlipPrinted, SlipStarted
from edge import config
from edge.clock import ManualClock
from edge.devices.escpos_printer import NetworkPrinter
from edge.engine import Engine
from edge.hall.commands import CallNext, Command, LogIn, Record
from edge.journal import Journal
from edge.printing.slips import SlipWorker
from edge.stage import Stage
from tests.line import settings, ticket


def die() -> NoReturn:
    """As a power cut: nothing is flushed, nothing is closed."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


class Dying:
    """The line, which dies instead of recording one kind of event."""

    def __init__(self, engine: Engine, at: type | None) -> None:
        self._engine, self._at = engine, at

    def submit(self, command: Command, key: str | None = None) -> Any:
        if self._at is not None and isinstance(command, Record) and isinstance(command.event, self._at):
            die()
        return self._engine.submit(command, key)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


class DyingPrinter(NetworkPrinter):
    def print(self, document: bytes) -> None:
        die()


def main(journal: str, port: str, at: str, step: str) -> None:
    verb, _, where = step.partition(":")
    opened = Journal.open(Path(journal), boot=f"{verb}-{at}", version="1", hw="bench", at=int(at))
    clock = ManualClock(int(at))
    hall = settings()
    engine = Engine(opened, clock, hall)
    engine.start()
    section = config.NetworkPrinter(
        id="p", host="127.0.0.1", port=int(port), chinese="gb18030", qr="native", timeout_s=10
    )
    printer = (DyingPrinter if where == "started" else NetworkPrinter)(section)
    printer.open()
    line = Dying(engine, {"before": SlipStarted, "printed": SlipPrinted}.get(where))
    if verb == "call":
        engine.submit(ticket()).result(60)
        engine.submit(LogIn("1", "li")).result(60)
        engine.submit(CallNext("1")).result(60)
        die()
    worker = SlipWorker(line, [printer], hall, None, lambda: clock.stamp().at, look_s=0.05)
    stage = Stage(line, worker, None)
    stage.open()
    if verb == "issue":
        engine.submit(ticket()).result(60)
        time.sleep(120)
        return
    look(engine, worker)
    stage.close()
    engine.stop()


def look(engine: Engine, worker: SlipWorker) -> None:
    """What became of the slips, once nothing is on its way any more."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        slips = engine.ask(lambda state: {one.number: one.slip for one in state.tickets.values()}).result(60)
        if slips and all(slip in ("printed", "staff") for slip in slips.values()) and not worker.busy:
            break
        time.sleep(0.02)
    print(json.dumps({"slips": slips, "staff": list(engine.view.slips_for_staff)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
