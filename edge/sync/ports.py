"""What the sync asks of the rest of the node: `edge.journal` and `edge.engine` stand under these."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

import msgspec

from contract.directives import Directive
from contract.messages import Lost, Seen, StreamHead


class Epoch(Protocol):
    """One epoch as the journal holds it."""

    @property
    def epoch(self) -> str: ...
    @property
    def last(self) -> int: ...
    @property
    def acked(self) -> int: ...


class Chunk(Protocol):
    @property
    def prev_hash(self) -> bytes: ...
    @property
    def events(self) -> list[tuple[int, bytes]]: ...


class Reading(Protocol):
    """The sync's own way of reading: never waits for the writer."""

    def all_streams(self) -> Sequence[Epoch]:
        """Every epoch held, oldest first."""

    def streams(self) -> list[StreamHead]:
        """Those with something unacknowledged."""

    def read(self, epoch: str, after: int, max_bytes: int = ..., max_count: int = ...) -> Chunk: ...
    def lost(self, epoch: str, after: int) -> Lost | None: ...


class Cursor(Protocol):
    @property
    def generation(self) -> str | None: ...
    @property
    def seq(self) -> int: ...


class Keeping(Protocol):
    """What the journal keeps for the sync, and where it stands."""

    boot: str
    epoch: str
    version: str
    hw: str

    @property
    def head(self) -> tuple[int, bytes]: ...
    @property
    def lease(self) -> str | None: ...
    @property
    def generation(self) -> str | None: ...
    @property
    def seen(self) -> Seen: ...
    @property
    def directive_cursor(self) -> Cursor: ...
    def next_conn(self) -> int: ...
    def welcomed(self, generation: str, lease: str) -> None: ...
    def acknowledge(self, epoch: str, seq: int, digest: bytes, generation: str) -> bool: ...
    def acked(self, epoch: str) -> int: ...
    def note(self, **values: str) -> None: ...
    def noted(self, key: str) -> str | None: ...


class Taking(Protocol):
    """The line, as far as the centre's directives and verdicts go into it."""

    def take(self, generation: str, directives: Sequence[Directive]) -> Future[Any]:
        """Records what follows the cursor, each in one transaction with its cursor; done when durable."""

    def begin_epoch(self, ends: str, reason: str, numbers: dict[str, int], notes: dict[str, str]) -> Future[Any]:
        """Ends the epoch `ends` for good, where it still runs; done when that is durable, and `notes` with it."""


Send = Callable[[msgspec.Struct], bool]
"""Sends a message under the topic of its type; False where it could not go now."""
