"""What the routes work with, in one place."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from contract.messages import StateReport
from edge.config import Settings
from edge.line import Line
from edge.web.feed import Feed
from edge.web.metrics import Commits
from edge.web.once import Answered, Pressed
from edge.web.panel import Panel
from edge.web.terminals import Terminals


@dataclass(frozen=True)
class House:
    """`reprint` prints a copy of a ticket's slip, by its id; it raises Refused or DeviceError."""

    line: Line
    settings: Settings
    panel: Panel
    terminals: Terminals
    feed: Feed
    report: Callable[[], StateReport]
    reprint: Callable[[str], None]
    commits: Callable[[], Commits | None]
    answered: Answered
    pressed: Pressed
    cookie: str


def house(request: Request) -> House:
    wires: House = request.app.state.house
    return wires
