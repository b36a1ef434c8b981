"""What the hall's line tells: of a command, of a commit, of itself."""

from typing import Literal

import msgspec

from edge.hall.view import HallView
from edge.journal import Recorded


class Outcome(msgspec.Struct, frozen=True):
    """What a command led to; for a repeated Idempotency-Key, what it led to the first time."""

    events: tuple[Recorded, ...]


class Batch(msgspec.Struct, frozen=True):
    """One commit: its events, and the hall after it."""

    recorded: tuple[Recorded, ...]
    view: HallView


class LineHealth(msgspec.Struct, frozen=True):
    """`failed`: nothing can be recorded, so nothing is issued; `cause` says what to do."""

    status: Literal["starting", "running", "failed", "stopped"]
    cause: str = ""
