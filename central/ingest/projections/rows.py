"""PURE: the rows of the read models while they are folded. Fields stand in the order of the table's columns."""

from typing import Any

import msgspec


class Moment(msgspec.Struct, array_like=True):
    """When something happened: wall time (ms), and the monotonic clock (ms) of that boot."""

    at: int
    boot: str
    mono: int
    synced: bool


def elapsed(a: Moment, b: Moment) -> int:
    """ms from `a` to `b`: by the monotonic clock within one boot, since the wall clock may step; never negative."""
    return max(0, b.mono - a.mono if a.boot == b.boot else b.at - a.at)


class Marks(msgspec.Struct, omit_defaults=True):
    """The steps of one ticket. `span`: start of its newest service; `handled_ms`: its finished services together,
    less the time they were suspended."""

    issued: Moment | None = None
    called: Moment | None = None
    started: Moment | None = None
    span: Moment | None = None
    ended: Moment | None = None
    handled_ms: int = 0
    away: Moment | None = None
    """Since when the case is suspended, and how long it was before, within the present service."""
    away_ms: int = 0

    def moments(self) -> list[Moment]:
        return [m for m in (self.issued, self.called, self.started, self.span, self.ended, self.away) if m is not None]


class Ticket(msgspec.Struct):
    """As `tickets` (central/db/tables/projections.py); what can be derived from `marks` is set by `settle`."""

    node: str
    ticket: str
    hall: str
    day: str
    number: str
    service: str = ""
    lane: str = "ordinary"
    priority_class: str | None = None
    source: str = ""
    status: str = "waiting"
    counter: str | None = None
    clerk: str | None = None
    issued_at: int | None = None
    hour: int | None = None
    called_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    wait_s: int | None = None
    handling_s: int | None = None
    calls: int = 0
    passes: int = 0
    returns: int = 0
    transfers: int = 0
    ahead: int | None = None
    promised_p50_s: int | None = None
    promised_p90_s: int | None = None
    policy: str | None = None
    level: int | None = None
    slips: int = 0
    token: bytes | None = None
    booking: str | None = None
    slot_at: int | None = None
    arrival: str | None = None
    verified: str | None = None
    assurance: str | None = None
    acceptance: str | None = None
    notices: int = 0
    result: str | None = None
    moves: int = 0
    suspends: int = 0
    overruns: int = 0
    stage: int = 0
    turns: int = 0
    chosen: int = 0
    unsynced: bool = False
    marks: Marks = msgspec.field(default_factory=Marks)


def stage_row(ticket: str, stage: int) -> str:
    """The row that a service done with the ticket leaves, once it has gone on; `stage` services were done before."""
    return f"{ticket}#{stage + 1}"


def twin_row(ticket: str, token: bytes) -> str:
    """The row of a ticket whose number was given to a second customer later; `token` is its own."""
    return f"{ticket}!{token.hex()[:12]}"


class Counter(msgspec.Struct):
    node: str
    counter: str
    hall: str
    status: str = "closed"
    since: int = 0
    clerk: str | None = None
    ticket: str | None = None
    reason: str | None = None
    cover: str | None = None


class CatalogueSeen(msgspec.Struct):
    node: str
    hall: str
    version: int
    catalogue: dict[str, Any]
    at: int


class RulesSeen(msgspec.Struct):
    node: str
    hall: str
    rules: dict[str, Any]
    at: int
    nth: int = 0
    asked: str | None = None


class RuleChange(msgspec.Struct):
    node: str
    nth: int
    hall: str
    rules: dict[str, Any]
    at: int
    directive: str | None = None


class DaySheet(msgspec.Struct):
    node: str
    day: str
    service: str
    hall: str
    issued: int
    served: int
    passed: int
    voided: int
    carried: int
    wait_mean_s: int | None
    wait_max_s: int | None
    handling_mean_s: int | None
    ratings: dict[str, int]
    closed_at: int
    suspended: int = 0


class Device(msgspec.Struct):
    node: str
    device: str
    hall: str
    kind: str
    health: str = "ok"
    since: int = 0
    cause: str | None = None
    faults: int = 0


class DeviceFault(msgspec.Struct):
    node: str
    device: str
    nth: int
    hall: str
    kind: str
    cause: str
    failed_at: int
    recovered_at: int | None = None


class Slip(msgspec.Struct):
    node: str
    ticket: str
    nth: int
    hall: str
    copy: bool
    status: str
    started_at: int | None = None
    ended_at: int | None = None
    cause: str | None = None


class Alarm(msgspec.Struct):
    node: str
    alarm: str
    hall: str
    kind: str = ""
    place: str = ""
    raised_at: int | None = None
    raised_by: str = ""
    closed_at: int | None = None
    closed_by: str | None = None
    note: str | None = None


class Answer(msgspec.Struct):
    """What a node answered to a directive; goes into the directive log."""

    node: str
    id: str
    outcome: str
    detail: str
    at: int
