"""What may be shown of the hall: a read-only picture taken after a commit, for pages, boards and the state report.

The line publishes a fresh `HallView` after every commit, so readers never wait for the disk and never
see what is not durable yet. Times in ms; what grows with the clock is given as its beginning.
"""

from typing import Literal

import msgspec

from contract.catalogue import Text
from contract.events import AlarmKind, DayPlan, Lane, MaterialCheck, Wait, Why
from edge.hall.state import RecentCall

Closed = Literal[
    "before_opening", "after_last_ticket", "cap_reached", "numbers_used_up", "suspended", "emergency", "no_day"
]


class ServiceView(msgspec.Struct, frozen=True):
    id: str
    letter: str
    name: Text
    zone: str | None
    waiting: int
    waiting_since: int | None
    """Since when the one waiting longest waits."""
    wait: Wait | None
    """Estimate for who takes a ticket now."""
    issued: int
    served: int
    passed: int
    closed: Closed | None
    """Why no ticket can be had now; None: it can."""
    booked: int = 0
    """Of those waiting: booked and in time."""
    deferred: int = 0
    """Of those waiting: late while it was busy."""
    served_by: tuple[str, ...] = ()
    """Open counters that serve it."""


class NextUp(msgspec.Struct, frozen=True):
    ticket: str
    number: str
    service: str
    lane: Lane
    since: int


class SuspendedCase(msgspec.Struct, frozen=True):
    ticket: str
    number: str
    service: str
    kind: Literal["papers_out", "papers_kept", "step"]
    reason: str
    counter: str
    """Where it was suspended."""
    since: int


class AlarmView(msgspec.Struct, frozen=True):
    id: str
    kind: AlarmKind
    place: str
    at: int


class ListView(msgspec.Struct, frozen=True):
    """One checklist today. `bad`: items found not in order."""

    id: str
    name: Text
    items: int
    looked_at: int
    bad: tuple[str, ...]
    closed_by: str | None
    closed_at: int
    due_at: int
    """When it should be closed."""


class RosterView(msgspec.Struct, frozen=True):
    """Today's bookings, counted."""

    expected: int
    arrived: int
    void: int
    cancelled_here: int = 0
    """Cancelled at the centre after their customers had come."""


class EnquiryView(msgspec.Struct, frozen=True):
    """Somebody who asks at the service desk, since `at`; to be answered within `rules.consult_s`."""

    id: str
    by: str
    at: int


class DeskView(msgspec.Struct, frozen=True):
    """The service desk: who asks now, oldest first, and how the day's enquiries ended."""

    open: tuple[EnquiryView, ...] = ()
    solved: int = 0
    routed: int = 0
    gone: int = 0
    late: int = 0


class CounterView(msgspec.Struct, frozen=True):
    id: str
    name: Text
    serves: tuple[str, ...]
    """Service ids, groups flattened, best first."""
    status: Literal["closed", "idle", "called", "serving", "paused"]
    since: int
    clerk: str | None
    clerk_name: str | None
    ticket: str | None
    number: str | None
    service: str | None
    lane: Lane | None
    priority_class: str | None
    issued_at: int | None
    called_at: int | None
    started_at: int | None
    calls: int
    why: Why | None
    pause_reason: str | None
    cover: str | None
    waiting: int
    """How many wait for this counter's services."""
    next_up: tuple[NextUp, ...]
    """The next three in calling order."""
    passed: tuple[NextUp, ...]
    """Passed numbers this counter may bring back, newest first."""
    undo: Literal["pass", "finish"] | None
    """What `undo` would take back now."""
    rate_ticket: str | None
    rate_number: str | None
    rate_until: int
    """The finished ticket its evaluator would rate, and until when."""
    limit_s: int = 0
    """Counter time of the ticket's service; runs from `started_at`, `suspended_ms` not counted."""
    suspended_ms: int = 0
    waited_ms: int | None = None
    """Wait of the ticket before its call, of a booking from the slot on (requirements.md §9)."""
    warned: tuple[str, ...] = ()
    """What was told of this counter (`CounterWarned`) and still holds."""
    booking: str | None = None
    slot_at: int | None = None
    customer: str | None = None
    """Booking of the ticket here; the customer's name is masked."""
    verified: Literal["", "same", "other", "none"] = ""
    name_match: Literal["", "same", "other", "none"] = ""
    """Of that verification; "other": the name differs from the booking's, and the clerk decides."""
    verify_due: bool = False
    """The service wants the identity known, and it is not (K5)."""
    stages: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    """Services done with the ticket here, and still to come."""
    matter: str | None = None
    """What is wanted; as the booking says, until the clerk has fixed it."""
    matter_version: int = 0
    """As it was when the clerk fixed it; 0: nobody has yet."""
    answers: dict[str, str] = {}
    checks: tuple[MaterialCheck, ...] = ()
    rules: dict[str, bool] = {}
    steps: tuple[int, ...] = ()
    materials: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    acceptance: str | None = None
    notices: int = 0
    result: Literal["", "success", "failure"] = ""
    suspended_cases: tuple[SuspendedCase, ...] = ()
    """Cases that may go on here, oldest first."""


class LostView(msgspec.Struct, frozen=True):
    """Slips of today the hall may have given out and does not know, since its journal was begun anew at `at` (ms)."""

    at: int
    ranges: tuple[tuple[str, str], ...]
    """First and last number, service by service."""


class HallView(msgspec.Struct, frozen=True):
    seq: int
    at: int
    version: int
    """Of the catalogue."""
    hall: str
    name: Text
    plan: DayPlan | None
    open: bool
    """At least one service issues tickets."""
    suspended: str | None
    services: tuple[ServiceView, ...]
    counters: tuple[CounterView, ...]
    recent: tuple[RecentCall, ...]
    slips_for_staff: tuple[str, ...]
    """Numbers whose slip staff are asked about."""
    failed_devices: dict[str, str]
    emergency: str | None = None
    """Its kind, while one lasts."""
    alarms: tuple[AlarmView, ...] = ()
    """Open ones, the silent included: for staff pages only, never for a board or the kiosk."""
    crowded: bool = False
    """A crowd alarm is open somewhere: the public is asked to queue. All that public pages know of alarms."""
    checklists: tuple[ListView, ...] = ()
    self_test: dict[str, str] = {}
    self_test_at: int = 0
    roster: RosterView = RosterView(0, 0, 0)
    desk: DeskView = DeskView()
    lost: LostView | None = None


EMPTY = HallView(0, 0, 0, "", {}, None, False, None, (), (), (), (), {})
