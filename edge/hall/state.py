"""The hall as it stands: everything that decisions need, built by `apply` alone.

The state is changed in place by `apply` and by nothing else. It is plain data: msgspec encodes it,
and that encoding is the journal's snapshot.
"""

from typing import Literal

import msgspec

from contract.catalogue import Catalogue, Rules
from contract.events import AlarmKind, DayPlan, Lane, MaterialCheck, Wait, Why
from edge.hall.shelf import Shelf

STATE_VERSION = 7
"""Rises whenever the shape or meaning of `State` changes; a snapshot of another version is not used."""

GAP = 1 << 16
"""Room left between two arrivals, so that a ticket can be put between them."""

Status = Literal["waiting", "called", "serving", "suspended", "done", "passed", "voided"]


class Ticket(msgspec.Struct):
    """One ticket of the running day, or one still open from a day before. Times in ms."""

    id: str
    day: str
    number: str
    service: str
    lane: Lane
    priority_class: str | None
    token: str
    status: Status
    issued_at: int
    waiting_since: int
    counter: str | None = None
    """Where it is called or served; while waiting, the one counter it was transferred to."""
    clerk: str | None = None
    called_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    calls: int = 0
    returns: int = 0
    level: int | None = None
    slip: Literal["none", "started", "printed", "failed", "staff"] = "none"
    slips: int = 0
    """How many slips were started; a second one is a COPY unless the first surely never began."""
    why: Why | None = None
    ahead: int = 0
    wait: Wait | None = None
    """What the slip promised when it was issued."""
    arrival: int = 0
    """Its place by issue in the life of the hall, in steps of `GAP`; never changes."""
    order: int = 0
    """Its place while waiting, on the same scale: queues of several services are merged by it."""
    directed: bool = False
    """It was transferred to one counter and is called there only."""
    booking: str | None = None
    slot_at: int | None = None
    name: str | None = None
    """Of a booked customer: code, start of the slot (ms), masked name."""
    held: Literal["", "slot", "deferred"] = ""
    """While waiting: in the service's queue, or beside it in `State.booked` or `State.deferred`."""
    then: tuple[str, ...] = ()
    """Services still to come with this ticket."""
    stages: tuple[str, ...] = ()
    """Services done with it, oldest first."""
    moves: int = 0
    suspended: Literal["", "papers_out", "papers_kept", "step"] = ""
    suspend_reason: str = ""
    suspended_at: int = 0
    suspended_ms: int = 0
    """Suspended since, and for how long altogether before, at the present service."""
    verified: Literal["", "same", "other", "none"] = ""
    """What the last verification of identity found; empty: none yet."""
    name_match: Literal["", "same", "other", "none"] = ""
    """Of that verification: the name compared with the booking's."""
    id_hmac: str | None = None
    """Of that verification."""
    matter: str | None = None
    """What is wanted: of the booking, or as the clerk fixed it."""
    matter_version: int = 0
    """As it was when the clerk fixed it; 0: nobody has yet."""
    answers: dict[str, str] = {}
    """To the matter's questions, when booking or here."""
    checks: tuple[MaterialCheck, ...] = ()
    rules: dict[str, bool] = {}
    """Review rule to whether the materials pass it; one that was not looked at is missing."""
    steps: tuple[int, ...] = ()
    """Of the procedure, those that are done."""
    seen: tuple[str, ...] = ()
    """Materials seen, with nothing wrong."""
    notices: int = 0
    """One-time notices given."""
    acceptance: str | None = None
    result: Literal["", "success", "failure"] = ""


class CounterState(msgspec.Struct):
    """One window. `ticket` is the one called or served there now."""

    id: str
    status: Literal["closed", "idle", "called", "serving", "paused"]
    since: int
    clerk: str | None = None
    ticket: str | None = None
    pause_reason: str | None = None
    cover: str | None = None
    last: str | None = None
    """The ticket that left this counter last: what an undo or an evaluator means."""
    last_step: Literal["pass", "finish"] | None = None
    last_at: int = 0
    rate_token: str | None = None
    rate_until: int = 0
    """Token of the ticket finished here last, and until when the evaluator here may rate it."""
    rung_at: int = 0
    """When the ticket there was called or recalled last."""
    warned: list[str] = []
    """Kinds of `CounterWarned` told since the present customer, idle time or pause began."""


class Booking(msgspec.Struct):
    """One entry of the roster, as the centre told it, and what became of it. Times in ms."""

    code: str
    day: str
    service: str
    starts_at: int
    ends_at: int
    name: str
    id_hmac: str | None = None
    phone_hmac: str | None = None
    priority_class: str | None = None
    status: Literal["booked", "arrived", "void", "cancelled"] = "booked"
    ticket: str | None = None
    stale: bool = False
    """A snapshot of its generation has begun again and not named it yet."""
    generation: str = ""
    """In which the centre named it last; empty: it never did."""
    grant: str | None = None
    """Sold in the hall: of which grant."""
    cancelled_here: bool = False
    """The centre cancelled it after its customer had come, who is served all the same."""
    rev: int = 0
    """What the centre told of it last (contract/directives.py)."""
    matter: str | None = None
    answers: dict[str, str] = {}


class Grant(msgspec.Struct):
    """Places of one slot that this hall alone may sell (shares.py). Times in ms."""

    id: str
    slot: str
    day: str
    service: str
    starts_at: int
    ends_at: int
    n: int
    sold: int = 0
    returned: int = 0
    closed: bool = False
    """Nothing is sold of it any more, ever."""
    stale: bool = False
    """A snapshot of a new generation has begun and not named it yet: nothing is sold meanwhile."""

    @property
    def left(self) -> int:
        return self.n - self.sold - self.returned


class Alarm(msgspec.Struct):
    """One that is open."""

    id: str
    kind: AlarmKind
    place: str
    by: str
    at: int


class Emergency(msgspec.Struct):
    kind: str
    by: str
    at: int


class Tick(msgspec.Struct):
    """One line of a checklist, looked at today."""

    ok: bool
    note: str
    by: str
    at: int


class ListState(msgspec.Struct):
    """One checklist of the running day."""

    ticks: dict[str, Tick] = {}
    closed_by: str | None = None
    closed_at: int = 0


class Enquiry(msgspec.Struct):
    """Somebody who asks at the service desk and has no answer yet. `at`: since when, ms."""

    id: str
    by: str
    at: int


class DeskTotals(msgspec.Struct):
    """How the day's enquiries ended; `late` of them all."""

    solved: int = 0
    routed: int = 0
    gone: int = 0
    late: int = 0


class RecentCall(msgspec.Struct):
    """One line of the summary board."""

    ticket: str
    number: str
    service: str
    counter: str
    at: int
    calls: int


class Ratable(msgspec.Struct):
    """What a slip's token may still rate after its day."""

    ticket: str
    counter: str
    clerk: str
    service: str
    until: int
    day: str = ""
    """The business day it was finished in."""
    level: int | None = None
    """Given already."""
    at: int = 0
    """When it was finished."""
    stage: int = 0
    """How many services were done with the ticket before."""


class Totals(msgspec.Struct):
    """One service's running figures of the day; sums in ms."""

    issued: int = 0
    served: int = 0
    passed: int = 0
    voided: int = 0
    waits: int = 0
    wait_sum: int = 0
    wait_max: int = 0
    handling_sum: int = 0
    handling: list[int] = []
    """The last handling times, newest last, at most `rules.eta_window`; kept over the night."""
    ratings: dict[str, int] = {}


class State(msgspec.Struct):
    """A whole hall."""

    seq: int = 0
    at: int = 0
    """Number and wall time of the last event applied."""
    catalogue: Catalogue | None = None
    rules: Rules = Rules()
    plan: DayPlan | None = None
    suspended: str | None = None
    numbers: dict[str, int] = {}
    """Letter to the last number of the day. By letter, so that one moved to another service goes on counting."""
    number_floor: int = 0
    floor_at: int = 0
    """When the epoch began that set the floor."""
    floor_known: dict[str, int] = {}
    """The `numbers` of that moment: slips between them and the floor are out there, or not; nobody here knows."""
    aside: bool = False
    """It stands aside as a copy (`NodeStarted.aside`)."""
    far: bool = False
    """It did so at some time of this business day: numbers are those from the far end of each range (numbering.py)."""
    carried: dict[str, str] = {}
    """Number to id of the tickets taken over from a day before: these numbers are not issued today."""
    used: dict[str, dict[str, int]] = {}
    """The `numbers` of the last days, should a wrong clock bring one back."""
    boot_at: int = 0
    """When the node started last, by the clock it has now."""
    due_after: int = 0
    """Moments of the plan up to this one have fired."""
    tickets: dict[str, Ticket] = {}
    by_token: dict[str, str] = {}
    queues: dict[str, list[str]] = {}
    """Service id to the waiting ticket ids, both lanes, in the order they will be called within a lane.

    Always sorted by the tickets' `order`.
    """
    booked: dict[str, list[str]] = {}
    """Service id to booked tickets that came in time and wait, by slot start, then arrival."""
    deferred: dict[str, list[str]] = {}
    """Service id to tickets that came late while it was busy, oldest first."""
    suspended_cases: list[str] = []
    """Ticket ids, oldest first."""
    shelf: Shelf = msgspec.field(default_factory=Shelf)
    """What the centre has published of the matters done here."""
    bookings: dict[str, Booking] = {}
    """The roster by code: today, later, and yesterday."""
    grants: dict[str, Grant] = {}
    """The hall's own share of bookable places, by id: of the same days."""
    epoch: str = ""
    """Of the journal, which grants are bound to; empty between `EpochBegun` and `NodeStarted`."""
    generation: str = ""
    """Of the centre, as it was met last; empty before the first contact."""
    papers: dict[str, int] = {}
    """Kind of paper ("receipt", "notice", "result", "visitor") to the last number of the day."""
    papers_used: dict[str, dict[str, int]] = {}
    """The `papers` of the last days, should a wrong clock bring one back."""
    papers_lost_at: int = 0
    """When the journal lost events last: papers of that day are numbered above (papers.py)."""
    node: str = ""
    """Id of the node, as it started last."""
    alarms: dict[str, Alarm] = {}
    alarms_raised: int = 0
    enquiries: dict[str, Enquiry] = {}
    """Open ones, oldest first."""
    enquiries_opened: int = 0
    desk: DeskTotals = msgspec.field(default_factory=DeskTotals)
    emergency: Emergency | None = None
    calm_at: int = 0
    """When the last emergency ended: the hall's patience with absent customers and idle clerks begins anew."""
    checklists: dict[str, ListState] = {}
    self_test: dict[str, str] = {}
    self_test_at: int = 0
    """The last self-test of the devices, and when."""
    arrivals: int = 0
    """How many places at the end of a queue were ever given out."""
    passed: list[str] = []
    """Passed tickets, oldest first."""
    counters: dict[str, CounterState] = {}
    mix: dict[str, tuple[int, int]] = {}
    """Cycle (calling.py) to its (priority, ordinary) calls so far."""
    totals: dict[str, Totals] = {}
    ratable: dict[str, Ratable] = {}
    recent: list[RecentCall] = []
    """The last calls, newest first, at most 8."""
    slips_left: list[str] = []
    """Tickets whose slip staff are asked about, until it is printed or their customer is at the counter."""
    failed_devices: dict[str, str] = {}
    """Device id to the cause."""


def copy_of(state: State) -> State:
    """A deep copy, for a reader that must not see later changes."""
    return msgspec.json.decode(msgspec.json.encode(state), type=State)
