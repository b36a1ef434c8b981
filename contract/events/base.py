"""What every fact has in common: its envelope, and its base."""

from typing import ClassVar, Literal

import msgspec

Lane = Literal["ordinary", "priority"]


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """One event as stored and sent, at most 16 KiB: `{seq, boot, mono_ms, at, synced, type, v, data}`."""

    seq: int
    boot: str
    mono_ms: int
    at: int
    synced: bool
    type: str
    v: int
    data: msgspec.Raw


class Event(msgspec.Struct, frozen=True, omit_defaults=False):
    """Base of all facts. `v` is the version of the fact's shape."""

    v: ClassVar[int] = 1
