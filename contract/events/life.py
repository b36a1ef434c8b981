"""The life of the journal, and of the node that keeps it."""

from contract.events.base import Event


class EpochBegun(Event, frozen=True):
    """The first event of every epoch. After damage, `salvaged` events of the epoch before were proved sound."""

    prev_epoch: str | None
    reason: str
    salvaged: int = 0
    number_floor: int = 0
    """Numbers of the running business day are issued above this, since those below cannot be proved unused."""


class NodeStarted(Event, frozen=True):
    """`node`: its id, part of the numbers of its papers."""

    version: str
    hw: str
    node: str = ""


class ClockSynced(Event, frozen=True):
    """Re-anchors the events of `boot`: its monotonic `mono_ms` was wall time `at`."""

    boot: str
    mono_ms: int
    at: int


class DocumentsRebuilt(Event, frozen=True):
    """A torn or lost document file was set aside and made again from the journal (F13)."""

    name: str
    cause: str
