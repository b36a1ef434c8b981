"""The life of the journal, and of the node that keeps it."""

from contract.events.base import Event


class EpochBegun(Event, frozen=True):
    """The first event of every epoch. After damage, `salvaged` events of the epoch before were proved sound; where the
    centre has ended it, all of them are."""

    prev_epoch: str | None
    reason: str
    salvaged: int = 0
    number_floor: int = 0
    """Numbers of the running business day are issued above this, since those below cannot be proved unused."""
    last: int = 0
    """The last event of the epoch before that was proved sound; 0 where there was none."""
    whole: bool = False
    """Everything the epoch before ever answered is among those: nothing it promised can be missing."""


class NodeStarted(Event, frozen=True):
    """`node`: its id, part of the numbers of its papers. `epoch`: the one that runs; grants are bound to it.

    `on`: the program runs on, and only the epoch is new, or whether it stands aside.
    """

    version: str
    hw: str
    node: str = ""
    epoch: str = ""
    on: bool = False
    aside: bool = False
    """As a copy the centre did not let in: its numbers are those from the far end of each range."""


class ClockSynced(Event, frozen=True):
    """Re-anchors the events of `boot`: its monotonic `mono_ms` was wall time `at`."""

    boot: str
    mono_ms: int
    at: int


class DocumentsRebuilt(Event, frozen=True):
    """A torn or lost document file was set aside and made again from the journal (F13)."""

    name: str
    cause: str
