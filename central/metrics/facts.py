"""What the figures need to know of one ticket."""

from typing import Literal

import msgspec


class TicketFacts(msgspec.Struct, frozen=True):
    """All that the figures need of one ticket. Times in ms, durations in s, None where it never came to that."""

    service: str
    status: Literal["waiting", "called", "serving", "suspended", "done", "passed", "voided"]
    issued_at: int | None = None
    """None only where the event of its issue was lost for good."""
    called_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    wait_s: int | None = None
    """From taking the number to its first call; on the hall's monotonic clock where that was possible."""
    handling_s: int | None = None
    """From start to end of service."""
    level: int | None = None
    counter: str | None = None
    clerk: str | None = None
    stage: int = 0
    """A later stage of a journey with one ticket: served here, but taken at its first service."""
    overruns: int = 0
    """How often the hall told that its counter time was over."""
    arrival: str | None = None
    """of a booked customer: on_time, late, deferred or lifted."""
    turns: int = 0
    """Calls to a counter, repeated ones not counted; `chosen` of them by choice (特呼)."""
    chosen: int = 0
    moves: int = 0
    """How often its customer was moved back."""
    verified: str | None = None
    """same, other or none; None: nobody's identity was verified."""
    assurance: str | None = None
    """high where a reader read the document, low where its number was typed."""
    accepted: bool = False
    """A receipt of acceptance was given."""
    notices: int = 0
    """One-time supplement notices given."""
