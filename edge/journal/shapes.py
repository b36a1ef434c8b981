"""What goes into the journal and comes out of it."""

from pathlib import Path

import msgspec

from contract.events import Event, envelope, fact

APPLICATION_ID = 0x484B4A31
"""Marks the file as a Hallkeeper journal ("HKJ1")."""
SCHEMA_VERSION = 1
EVENT_MAX = 16 * 1024
"""Bytes of one stored event; a larger one is refused before it is appended."""
_SHIFT = 40


def place_of(ordinal: int, seq: int) -> int:
    """Where event `seq` of the `ordinal`-th epoch stands among all events of this journal."""
    return (ordinal << _SHIFT) + seq


def ordinal_of(place: int) -> int:
    return place >> _SHIFT


def seq_of(place: int) -> int:
    return place & ((1 << _SHIFT) - 1)


class Unread(Event, frozen=True):
    """Stands for a fact of a type or version this software does not know; its bytes are kept as they are."""

    type: str


class Recorded(msgspec.Struct, frozen=True):
    """One durable event. `raw` are the exact bytes, `place` its position in this journal."""

    epoch: str
    seq: int
    at: int
    event: Event
    raw: bytes
    place: int
    synced: bool = True
    """Whether the clock was synchronised then."""


class Chunk(msgspec.Struct, frozen=True):
    """Consecutive events of one epoch: (seq, exact bytes), and the chain's hash before the first."""

    prev_hash: bytes
    events: list[tuple[int, bytes]]


class Snapshot(msgspec.Struct, frozen=True):
    """A folded state as of `place`."""

    place: int
    version: int
    body: bytes


class Cursor(msgspec.Struct, frozen=True):
    """How far the centre's directives were taken: `generation` None before the first contact."""

    generation: str | None
    seq: int


class Answer(msgspec.Struct, frozen=True):
    """What an Idempotency-Key led to."""

    command: bytes
    events: tuple[Recorded, ...]


class Beginning(msgspec.Struct, frozen=True):
    """Why the running epoch was begun, until its `EpochBegun` is recorded.

    `high` is the highest ticket number known to be used when the epoch before ended; None: not known. `whole`: every
    event of the epoch before is among those kept; proved only where it was closed in order. `numbers`: business day to
    the highest ticket number the centre knows of.
    """

    prev_epoch: str | None
    reason: str
    salvaged: int = 0
    high: int | None = 0
    whole: bool = False
    numbers: dict[str, int] = {}


class Repair(msgspec.Struct, frozen=True):
    """What was done at open: `aside` is the damaged file as it was found, None where there was none."""

    cause: str
    aside: Path | None
    salvaged: int


class Finding(msgspec.Struct, frozen=True):
    """The result of a chain check: `events` proved sound, `damage` says what is not."""

    events: int
    damage: str | None


def recorded(epoch: str, place: int, raw: bytes) -> Recorded:
    """The event in `raw`. Raises msgspec.MsgspecError where it is no envelope."""
    env = envelope(raw)
    try:
        event = fact(env) or Unread(env.type)
    except msgspec.ValidationError:
        event = Unread(env.type)
    return Recorded(epoch, env.seq, env.at, event, raw, place, env.synced)
