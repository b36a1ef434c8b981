"""What the routes work with, in one place."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

from starlette.requests import Request

from contract.events import DayClosed
from contract.messages import StateReport
from edge.config import Settings
from edge.line import Line
from edge.people.reception import Reception
from edge.people.staff import Staff
from edge.people.tries import Tries
from edge.printing.papers import Draw as Draw
from edge.printing.papers import Papers
from edge.web.feed import Feed
from edge.web.metrics import Commits
from edge.web.once import Answered, Pressed
from edge.web.panel import Panel
from edge.web.terminals import Terminals


@dataclass(frozen=True)
class House:
    """`reprint` prints a copy of a ticket's slip, by its id; it raises Refused or DeviceError. `sheets` are the
    closed days, oldest first; `print_paper` prints once, and raises Refused where the hall has no printer.
    """

    line: Line
    settings: Settings
    panel: Panel
    terminals: Terminals
    feed: Feed
    report: Callable[[], StateReport]
    reprint: Callable[[str], None]
    sheets: Callable[[], list[DayClosed]]
    print_paper: Callable[[Draw], Future[None]]
    commits: Callable[[], Commits | None]
    answered: Answered
    pressed: Pressed
    cookie: str
    staff: Staff
    papers: Papers
    reception: Reception | None = None
    """None: nobody can check in here, and no reader is heard."""
    self_test: Callable[[str], Mapping[str, str]] | None = None
    """Tries every device now, for the clerk named; slow. Device id to its health."""
    guesses: Tries = field(default_factory=lambda: Tries(time.monotonic, most=60))
    """Addresses that asked for slips nobody knows."""
    fallbacks: Tries = field(default_factory=lambda: Tries(time.monotonic, most=3))
    """Terminals that took tickets in the class of `rules.fallback_class` after a failed flow."""


def house(request: Request) -> House:
    wires: House = request.app.state.house
    return wires
