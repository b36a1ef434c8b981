"""A hall on the bench: the pure engine with a clock set by hand and the list of all that happened.

`Bench.do` is what the line does around the engine (decide, append, apply), without the disk; it checks at
each command that deciding changed nothing. `places` is where every ticket is, by events alone.
"""

from collections import Counter as Tally
from typing import Any, NamedTuple

import msgspec

from contract import directives, events
from contract.catalogue import Catalogue, Counter, Journey, PauseReason, PriorityClass, Service
from contract.events import Event
from edge.config import Day
from edge.errors import Refused
from edge.hall.apply import apply
from edge.hall.commands import ChangeCatalogue, CheckIn, Command, IssueTicket, LogIn, PassTime, Record, SellPlace
from edge.hall.days import plan_day
from edge.hall.decide import decide
from edge.hall.due import next_due
from edge.hall.picture import picture
from edge.hall.state import Booking, Grant, State, Ticket
from edge.hall.view import HallView

ZONE = "Asia/Shanghai"
MORNING = 1_795_312_800_000
"""2026-11-22 10:00 in Shanghai."""
HOURS = Day()
HALF = 1_800_000
"""Half an hour, a slot."""
NODE = "bench-1"
_SIGNS = str.maketrans("01", "AB")
"""Digits that no code has."""


def text(name: str) -> dict[str, str]:
    return {"zh": name, "en": name}


SERVICES = (
    Service("deposit", "A", text("Deposit")),
    Service("loan", "B", text("Loan"), expected_s=600),
    Service("cards", "C", text("Cards")),
)
COUNTERS = (
    Counter("1", text("Counter 1"), (("deposit",), ("loan",))),
    Counter("2", text("Counter 2"), (("deposit", "loan"),)),
    Counter("3", text("Counter 3"), (("loan", "cards"), ("deposit",))),
)
CATALOGUE = Catalogue(
    1,
    "bench",
    text("Bench"),
    SERVICES,
    COUNTERS,
    (PriorityClass("elderly", text("Elderly")),),
    (PauseReason("meal", text("Meal")), PauseReason("meeting", text("Meeting"))),
    journeys=(Journey("house", text("House"), ("deposit", "loan", "cards")),),
)


class Happened(NamedTuple):
    event: Event
    seq: int
    at: int


class Bench:
    """`at` is the clock (ms); set it, or let time pass with `wait`."""

    def __init__(self, catalogue: Catalogue | None = CATALOGUE, hours: Day = HOURS, at: int = MORNING) -> None:
        self.state, self.hours, self.at = State(), hours, at
        self.log: list[Happened] = []
        self.generation = "g"
        self._tokens = 0
        if catalogue is not None:
            self.do(ChangeCatalogue(catalogue))
            self.pass_time()

    def do(self, command: Command) -> tuple[Event, ...]:
        before = msgspec.json.encode(self.state)
        try:
            decided = decide(self.state, command, self.at)
        finally:
            assert msgspec.json.encode(self.state) == before, "deciding must not change the hall"
        assert decided, "an accepted command has at least one event"
        for event in decided:
            seq = self.state.seq + 1
            apply(self.state, event, seq=seq, at=self.at)
            self.log.append(Happened(event, seq, self.at))
        return decided

    def refused(self, command: Command) -> Refused:
        """The refusal of a command that must be refused."""
        try:
            done = self.do(command)
        except Refused as refusal:
            return refusal
        raise AssertionError(f"{command} was accepted: {done}")

    def pass_time(self) -> tuple[Event, ...]:
        services = self.state.catalogue.services if self.state.catalogue else ()
        return self.do(PassTime(plan_day(self.at, self.hours, ZONE, services)))

    def wait(self, seconds: float) -> None:
        """Time passes, and everything that falls due on the way is told to the hall in time."""
        until = self.at + round(seconds * 1000)
        while (due := next_due(self.state)) is not None and due <= until:
            self.at = max(self.at, due)
            self.pass_time()
        self.at = until

    def take(self, service: str = "deposit", priority: str | None = None, counter: str | None = None) -> Ticket:
        issued = self.do(IssueTicket(service, self.token(), "kiosk", priority, counter))[0]
        assert isinstance(issued, events.TicketIssued)
        return self.state.tickets[issued.ticket]

    def token(self) -> str:
        """A fresh one."""
        self._tokens += 1
        return f"TOKEN{self._tokens:09d}"

    def told(self, fact: msgspec.Struct) -> tuple[Event, ...]:
        """A fact of the centre arrives, in the present `generation`."""
        n = len(self.log) + 1
        data = msgspec.to_builtins(fact)
        return self.do(Record(events.DirectiveTaken(self.generation, n, f"d{n}", "fact", type(fact).__name__, data)))

    def start(self, epoch: str = "e1") -> None:
        """The node starts, in that epoch of its journal."""
        self.do(Record(events.NodeStarted("1", "hw", NODE, epoch)))

    def granted(self, id_: str = "G1", n: int = 2, in_s: int = 3600, **more: Any) -> Grant:
        """The centre gives `n` places of the slot that begins `in_s` from now; the grant as the hall has it."""
        starts = self.at + in_s * 1000
        plan = self.state.plan
        given: dict[str, Any] = {
            "node": NODE, "epoch": self.state.epoch, "slot": f"S{in_s}", "day": plan.day if plan else "",
            "service": "deposit",
        }  # fmt: skip
        fact = directives.ShareGranted(grant=id_, starts_at=starts, ends_at=starts + HALF, n=n, **given | more)
        self.told(fact)
        return self.state.grants[id_]

    def sell(self, slot: str | None = "S3600", **more: Any) -> SellPlace:
        """Somebody new books a place of that slot."""
        self._tokens += 1
        wish: dict[str, Any] = {
            "code": f"{self._tokens:012d}".translate(_SIGNS), "service": "deposit",
            "name": "张*", "phone": "138****1234",
            "id_hmac": f"{self._tokens:064x}", "phone_hmac": f"{self._tokens:064x}", "sealed": "A" * 88,
            "by": "desk", "readback": True, "slot": slot,
        }  # fmt: skip
        return SellPlace(**wish | more)

    def book(self, code: str, service: str = "deposit", in_s: int = 0, **more: Any) -> Booking:
        """A booking whose slot begins `in_s` from now, today unless `day` says otherwise."""
        starts = self.at + in_s * 1000
        plan = self.state.plan
        more = {"day": plan.day if plan else "", "name": f"{code}*"} | more
        self.told(directives.BookingAdded(code=code, service=service, starts_at=starts, ends_at=starts + HALF, **more))
        return self.state.bookings[code.upper()]

    def check_in(self, code: str) -> Ticket:
        issued = self.do(CheckIn(self.token(), "kiosk", "code", code))[0]
        assert isinstance(issued, events.TicketIssued)
        return self.state.tickets[issued.ticket]

    def open(self, *counters: str) -> None:
        for counter in counters:
            self.do(LogIn(counter, f"clerk-{counter}"))

    def view(self) -> HallView:
        return picture(self.state, self.at)

    def replayed(self) -> State:
        """The hall made again from the stored bytes of everything that happened."""
        state = State()
        for event, seq, at in self.log:
            raw = events.encode(event, seq=seq, boot="b", mono_ms=at, at=at, synced=True)
            envelope = events.envelope(raw)
            fact = events.fact(envelope)
            assert fact is not None
            apply(state, fact, seq=envelope.seq, at=envelope.at)
        return state


def check_places(state: State) -> None:
    """Every ticket of the hall is in exactly the one place its status says, and every queue is sorted."""
    queued = Tally(id_ for queue in state.queues.values() for id_ in queue)
    for held, lists in (("slot", state.booked), ("deferred", state.deferred)):
        for service, line in lists.items():
            assert all(state.tickets[id_].held == held for id_ in line)
            assert all(state.tickets[id_].service == service for id_ in line)
            queued.update(line)
    assert Tally(state.suspended_cases) == Tally(t.id for t in state.tickets.values() if t.status == "suspended")
    at_counters = Tally(desk.ticket for desk in state.counters.values() if desk.ticket is not None)
    passed = Tally(state.passed)
    for id_, ticket in state.tickets.items():
        assert queued[id_] == (ticket.status == "waiting"), id_
        assert at_counters[id_] == (ticket.status in ("called", "serving")), id_
        assert passed[id_] == (ticket.status == "passed"), id_
        if ticket.status == "waiting" and not ticket.held:
            assert id_ in state.queues[ticket.service]
    assert {*queued, *at_counters, *passed} <= set(state.tickets)
    for queue in state.queues.values():
        orders = [state.tickets[id_].order for id_ in queue]
        assert orders == sorted(orders)
    for line in state.booked.values():
        slots = [(state.tickets[id_].slot_at or 0, state.tickets[id_].arrival) for id_ in line]
        assert slots == sorted(slots)
    for desk in state.counters.values():
        assert (desk.ticket is not None) == (desk.status in ("called", "serving"))
        if desk.ticket is not None:
            assert state.tickets[desk.ticket].status == desk.status
            assert state.tickets[desk.ticket].counter == desk.id


def numbers_issued(log: list[Happened]) -> list[str]:
    """The ids of all tickets ever issued, in order."""
    return [each.event.ticket for each in log if isinstance(each.event, events.TicketIssued)]
