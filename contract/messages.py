"""The messages of protocol.md, whole: one struct for each topic. `hash` values are lowercase hex SHA-256."""

from typing import Literal

import msgspec

from contract.directives import Directive
from contract.events import Wait

PROTO = 1


class CentreNotice(msgspec.Struct, frozen=True):
    """`hk/1/centre`, retained."""

    generation: str


class StreamHead(msgspec.Struct, frozen=True):
    """One epoch with something unacknowledged: its first event still held and its last."""

    epoch: str
    prev_epoch: str | None
    first: int
    prev_hash: str
    last: int
    last_hash: str


class Acked(msgspec.Struct, frozen=True):
    epoch: str
    seq: int
    hash: str


class Seen(msgspec.Struct, frozen=True):
    """The newest generation the node met and the highest ack it was given, None before the first."""

    generation: str | None
    acked: Acked | None


class DirectiveCursor(msgspec.Struct, frozen=True):
    generation: str | None
    seq: int


class Hello(msgspec.Struct, frozen=True):
    """`hk/1/{node}/up/hello`."""

    proto: int
    boot: str
    conn: int
    hw: str
    version: str
    lease: str | None
    streams: list[StreamHead]
    seen: Seen
    directive: DirectiveCursor


class StreamAck(msgspec.Struct, frozen=True):
    epoch: str
    acked: int
    hash: str


class Welcome(msgspec.Struct, frozen=True):
    """`hk/1/{node}/down/welcome`. What has a default came later: an older centre leaves it out."""

    boot: str
    conn: int
    generation: str
    verdict: Literal["continue", "new_epoch", "quarantine"]
    reason: str
    streams: list[StreamAck]
    lease: str
    directive_head: int
    ends: str | None = None
    """The epoch that must not go on: a node that still writes it begins another."""
    numbers: dict[str, int] = {}
    """Business day to the highest ticket number the centre knows of, for a node whose epoch ends."""


class Events(msgspec.Struct, frozen=True):
    """`hk/1/{node}/up/events`, at most 64 KiB; each of `events` is the exact stored bytes of one envelope."""

    boot: str
    conn: int
    epoch: str
    first: int
    prev_hash: str
    events: list[msgspec.Raw]


class Lost(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """`hk/1/{node}/up/lost`: events `from`..`to` cannot be had any more."""

    epoch: str
    from_: int
    to: int
    prev_hash: str
    next_hash: str
    reason: str


class Refused(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    from_: int
    to: int
    reason: str


class Ack(msgspec.Struct, frozen=True):
    """`hk/1/{node}/down/ack`: everything up to `seq` is committed, its chain ends in `hash`."""

    boot: str
    conn: int
    generation: str
    epoch: str
    seq: int
    hash: str
    refused: list[Refused] = []


class Directives(msgspec.Struct, frozen=True):
    """`hk/1/{node}/down/directives`, at most 64 KiB."""

    boot: str
    conn: int
    generation: str
    first: int
    directives: list[Directive]


class Taken(msgspec.Struct, frozen=True):
    """`hk/1/{node}/up/taken`: the node's cursor after its commit."""

    conn: int
    generation: str
    seq: int


class ServiceReport(msgspec.Struct, frozen=True):
    id: str
    name: dict[str, str]
    waiting: int
    longest_s: int
    wait: Wait | None


class CounterReport(msgspec.Struct, frozen=True):
    """`status`: closed, idle, called, serving or paused; `since` in ms."""

    id: str
    name: dict[str, str]
    status: Literal["closed", "idle", "called", "serving", "paused"]
    clerk: str | None
    number: str | None
    since: int
    warned: list[str] = []
    """What was told of it (contract/events.py `CounterWarned`) and still holds."""


class DeviceReport(msgspec.Struct, frozen=True):
    """One device as it stands. `since`: ms since 1970 when `health` began."""

    id: str
    kind: str
    health: Literal["ok", "degraded", "failed"]
    since: int


class AlarmReport(msgspec.Struct, frozen=True):
    """One open alarm. `kind` as in `AlarmRaised`, or a newer one."""

    kind: str
    place: str
    since: int


class StateReport(msgspec.Struct, frozen=True):
    """`hk/1/{node}/up/state`, retained, and `GET /api/state`: the hall as it stands after event `seq`.

    What has a default came later: an older node leaves it out, an older centre reads over it.
    """

    node: str
    hall: str
    boot: str
    conn: int
    epoch: str
    seq: int
    at: int
    synced: bool
    catalogue_version: int
    open: bool
    services: list[ServiceReport]
    counters: list[CounterReport]
    devices: list[DeviceReport]
    emergency: str | None = None
    """Its kind, while one lasts."""
    alarms: list[AlarmReport] = []
    """Open ones, oldest first, the silent included."""
    suspended: int = 0
    """Cases suspended (挂起)."""
    booked: int = 0
    """Of those waiting: booked and in time."""
    deferred: int = 0
    """Of those waiting: late while it was busy."""


class LinkReport(msgspec.Struct, frozen=True):
    """`hk/1/{node}/up/link`, retained, and the will."""

    online: bool
    boot: str
    conn: int
