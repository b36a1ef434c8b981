"""What the rest of the node asks of the hall's line (`edge.engine.Engine`), and nothing more of it."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

from contract.events import Event
from edge.hall.commands import Command
from edge.hall.state import State
from edge.hall.view import HallView

T = TypeVar("T")


class Recorded(Protocol):
    """One committed event."""

    @property
    def seq(self) -> int: ...

    @property
    def at(self) -> int: ...

    @property
    def event(self) -> Event: ...


class Outcome(Protocol):
    """What a command led to; for a repeated idempotency key, what it led to the first time."""

    @property
    def events(self) -> Sequence[Recorded]: ...


class Batch(Protocol):
    @property
    def recorded(self) -> Sequence[Recorded]: ...

    @property
    def view(self) -> HallView: ...


class LineHealth(Protocol):
    @property
    def status(self) -> str:
        """starting, running, failed or stopped."""

    @property
    def cause(self) -> str: ...


class Line(Protocol):
    def submit(self, command: Command, key: str | None = None) -> "Future[Any]":
        """A future of `Outcome`, done after the commit; raises Refused, Unknown, Invalid or StorageError."""

    @property
    def view(self) -> HallView: ...

    @property
    def health(self) -> LineHealth: ...

    def subscribe(self, told: Callable[[Any], None]) -> Callable[[], None]:
        """`told` gets each `Batch` in the line's own thread, after its commit. Returns the way out."""

    def ask(self, question: Callable[[State], T]) -> "Future[T]":
        """Asks the state between two batches."""
