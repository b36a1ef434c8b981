"""A hall under any sequence of commands, beside its model: people, counters, clock, service desk, rules. Bookings are
added in tests/unit/hall/test_hall_properties.py."""

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contract import events
from contract.catalogue import Catalogue, Rules, Service
from edge.config import Day
from edge.errors import Refused
from edge.hall import commands as c
from edge.hall.progress import progress
from edge.hall.state import copy_of
from tests.hall_model import Model
from tests.halls import CATALOGUE, SERVICES, Bench, check_places, text

COUNTER = st.sampled_from(["1", "2", "3"])
WHICH = st.integers(0, 99)
SERVICE = st.sampled_from(["deposit", "loan", "cards"])
CALL = st.tuples(WHICH, st.booleans())
LONG_DAY = Day(starts="04:00", opens="04:00", last_ticket="03:30", closes="03:45")


class HallMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(hours=LONG_DAY)
        self.model = Model()
        self.seen = 0
        self.version = 1
        self.codes = 0
        self.epochs = self.generations = 1
        self.bench.start("e1")
        self.look()

    def look(self) -> None:
        for happened in self.bench.log[self.seen :]:
            self.model.see(happened.event, happened.at)
        self.seen = len(self.bench.log)

    def do(self, command: c.Command, ms: int = 700) -> None:
        self.bench.at += ms
        try:
            self.bench.do(command)
        except Refused as refusal:
            assert refusal.code not in ("refused", "unknown", "invalid"), "every refusal has a code of its own"
        self.look()

    def desk(self, which: int, *statuses: str) -> str | None:
        """One of the counters in such a state, if there is one."""
        found = [desk.id for desk in self.bench.state.counters.values() if desk.status in statuses]
        return found[which % len(found)] if found else None

    @initialize(
        opened=st.sets(COUNTER, min_size=1),
        tickets=st.lists(st.tuples(SERVICE, st.booleans()), min_size=4, max_size=16),
    )
    def opening(self, opened: set[str], tickets: list[tuple[str, bool]]) -> None:
        for counter in sorted(opened):
            self.bench.open(counter)
        for service, priority in tickets:
            self.bench.take(service, "elderly" if priority else None)
        self.look()

    @rule(service=SERVICE, priority=st.booleans(), counter=st.none() | COUNTER)
    def take(self, service: str, priority: bool, counter: str | None) -> None:
        token = f"MACHINETOKEN{len(self.bench.log)}"
        self.do(c.IssueTicket(service, token, "kiosk", "elderly" if priority else None, counter))

    @rule(arrivals=st.lists(st.tuples(SERVICE, st.booleans()), max_size=9), calls=st.lists(CALL, max_size=9))
    def rush(self, arrivals: list[tuple[str, bool]], calls: list[tuple[int, bool]]) -> None:
        for service, priority in arrivals:
            self.take(service, priority, None)
        self.busy_hour(calls)

    @rule(calls=st.lists(CALL, min_size=3, max_size=15))
    def busy_hour(self, calls: list[tuple[int, bool]]) -> None:
        """Counters call on; some customers come, some do not."""
        for which, comes in calls:
            self.next(which)
            counter = self.desk(which, "called")
            if comes and counter is not None:
                self.do(c.Start(counter))

    @rule(counter=COUNTER)
    def log_in(self, counter: str) -> None:
        self.do(c.LogIn(counter, f"clerk-{counter}"))

    @rule(which=WHICH)
    def next(self, which: int) -> None:
        counter = self.desk(which, "idle", "called", "serving")
        if counter is None:
            return
        self.bench.at += 700
        promised = [up.ticket for each in self.bench.view().counters if each.id == counter for up in each.next_up]
        before = len(self.bench.log)
        self.do(c.CallNext(counter), 0)
        done = [each.event for each in self.bench.log[before:]]
        calls = [each.ticket for each in done if isinstance(each, events.TicketCalled)]
        if self.model.calm and not any(isinstance(each, events.TicketForwarded) for each in done):
            assert calls == promised[:1], "the picture promised somebody else"

    @rule(which=WHICH, step=st.sampled_from([c.Recall, c.Start, c.Finish, c.Pass, c.Undo]))
    def work(self, which: int, step: Callable[[str], c.Command]) -> None:
        counter = self.desk(which, "called", "serving")
        if counter is not None:
            self.do(step(counter))

    @rule(which=WHICH)
    def undo(self, which: int) -> None:
        counters = [desk.id for desk in self.bench.state.counters.values() if desk.last_step is not None]
        if counters:
            self.do(c.Undo(counters[which % len(counters)]))

    @rule(counter=COUNTER, command=st.sampled_from([c.CallNext, c.Start, c.Finish, c.Pass, c.Undo, c.Resume, c.LogOut]))
    def wild(self, counter: str, command: Callable[[str], c.Command]) -> None:
        self.do(command(counter))

    @rule(counter=COUNTER)
    def pause(self, counter: str) -> None:
        self.do(c.Pause(counter, "meal"))

    @precondition(lambda self: self.bench.state.passed)
    @rule(counter=COUNTER, which=WHICH)
    def restore(self, counter: str, which: int) -> None:
        passed = self.bench.state.passed
        self.do(c.Restore(counter, passed[which % len(passed)]))

    @rule(which=WHICH, service=SERVICE, to=st.none() | COUNTER, place=st.sampled_from([None, "original", "end"]))
    def transfer(self, which: int, service: str, to: str | None, place: Any) -> None:
        counter = self.desk(which, "called", "serving")
        if counter is not None:
            self.do(c.Transfer(counter, service, to, place))

    @precondition(lambda self: self.bench.state.tickets)
    @rule(which=WHICH, level=st.integers(0, 6))
    def rate(self, which: int, level: int) -> None:
        tickets = list(self.bench.state.tickets.values())
        self.do(c.RateTicket(level, "web", token=tickets[which % len(tickets)].token))

    @rule(seconds=st.sampled_from([1, 30, 200, 3600]))
    def wait(self, seconds: int) -> None:
        self.bench.wait(seconds)
        self.look()

    @rule(sure=st.sampled_from([False, False, False, True]))
    def sleep_to_the_next_day(self, sure: bool) -> None:
        if not sure:
            return
        plan = self.bench.state.plan
        assert plan is not None
        self.bench.wait((plan.ends_at - self.bench.at) / 1000 + 1)
        self.look()
        assert self.bench.state.plan is not None
        assert self.bench.state.plan.day > plan.day

    @precondition(lambda self: self.epochs == 1)
    @rule(hours=st.sampled_from([0, 0, -50, -2, 30]))
    def clock_set(self, hours: int) -> None:
        if not hours:
            return
        now = self.bench.at + hours * 3_600_000
        self.bench.do(c.Record(events.ClockSynced("b", 0, now)))
        self.bench.at = now
        self.bench.wait(0)
        self.look()

    @rule(
        priority=st.integers(1, 3),
        ordinary=st.integers(1, 3),
        after=st.integers(0, 4),
        most=st.integers(0, 2),
        ageing=st.sampled_from([0, 0, 3, 60]),
        booked=st.sampled_from(["priority", "ordinary"]),
        busy=st.sampled_from([0, 1200]),
        place=st.sampled_from(["original", "end"]),
        ring=st.sampled_from(["clerk", "auto"]),
    )
    def change_rules(
        self, priority: int, ordinary: int, after: int, most: int, ageing: int, booked: Any, busy: int, **rest: Any
    ) -> None:
        rules = Rules(
            priority=priority,
            ordinary=ordinary,
            return_after=after,
            returns_max=most,
            move_backs_max=most,
            ageing_s=ageing,
            booked=booked,
            busy_s=busy,
            transfer_place=rest["place"],
            ring=rest["ring"],
        )
        self.do(c.ChangeRules(rules))

    # --- the service desk --------------------------------------------------------

    @rule(people=st.integers(1, 3))
    def ask(self, people: int) -> None:
        for _ in range(people):
            self.do(c.OpenEnquiry("desk"))

    @precondition(lambda self: self.bench.state.enquiries)
    @rule(which=WHICH, outcome=st.sampled_from(["solved", "gone"]))
    def tell(self, which: int, outcome: Any) -> None:
        asking = list(self.bench.state.enquiries)
        self.do(c.AnswerEnquiry(asking[which % len(asking)], "desk", outcome, "opening hours"))

    @precondition(lambda self: self.bench.state.enquiries)
    @rule(which=WHICH, service=SERVICE, priority=st.booleans(), held=st.booleans())
    def send_from_the_desk(self, which: int, service: str, priority: bool, held: bool) -> None:
        """With a new ticket, or with one the customer has."""
        asking, tickets = list(self.bench.state.enquiries), list(self.bench.state.tickets)
        enquiry = asking[which % len(asking)]
        if held and tickets:
            self.do(c.AnswerEnquiry(enquiry, "desk", "routed", number=tickets[which % len(tickets)]))
            return
        class_ = "elderly" if priority else None
        token = self.bench.token()
        self.do(c.AnswerEnquiry(enquiry, "desk", "routed", "", service, token, class_))

    # --- out of the usual ------------------------------------------------------

    @precondition(lambda self: self.bench.state.tickets)
    @rule(counter=COUNTER, which=WHICH)
    def choose(self, counter: str, which: int) -> None:
        tickets = [t for t in self.bench.state.tickets.values() if t.status in ("waiting", "passed")]
        if tickets:
            self.do(c.CallChosen(counter, tickets[which % len(tickets)].id, "a train to catch"))

    @rule()
    def travel(self) -> None:
        self.do(c.IssueTicket("deposit", self.bench.token(), "kiosk", journey="house"))

    @rule(which=WHICH, then=st.lists(SERVICE, max_size=2))
    def send_on(self, which: int, then: list[str]) -> None:
        counter = self.desk(which, "called", "serving")
        if counter is not None:
            self.do(c.Finish(counter, tuple(then)))

    @precondition(lambda self: self.bench.state.tickets)
    @rule(which=WHICH)
    def move_back(self, which: int) -> None:
        tickets = [t for t in self.bench.state.tickets.values() if t.status == "waiting"]
        if tickets:
            self.do(c.MoveBack(tickets[which % len(tickets)].token, "slip"))

    @rule(which=WHICH, kind=st.sampled_from(["papers_out", "papers_kept", "step"]))
    def suspend(self, which: int, kind: Any) -> None:
        counter = self.desk(which, "serving")
        if counter is not None:
            self.do(c.Suspend(counter, kind, "a stamp"))

    @precondition(lambda self: self.bench.state.suspended_cases)
    @rule(counter=COUNTER, which=WHICH)
    def go_on(self, counter: str, which: int) -> None:
        cases = self.bench.state.suspended_cases
        self.do(c.Continue(counter, cases[which % len(cases)]))

    @rule(counter=COUNTER)
    def pause_and_reroute(self, counter: str) -> None:
        self.do(c.Pause(counter, "meal", reroute=True))

    @rule(seldom=st.integers(0, 7))
    def emergency(self, seldom: int) -> None:
        if seldom == 7 or not self.model.calm:
            self.do(c.DeclareEmergency("fire", "office") if self.model.calm else c.EndEmergency("office"))

    @rule(swap=st.booleans(), last=st.sampled_from([3, 999]), keep=st.booleans())
    def change_catalogue(self, swap: bool, last: int, keep: bool) -> None:
        letters = "BAC" if swap else "ABC"
        services: list[Service] = [
            msgspec.structs.replace(each, letter=letter, last=last)
            for each, letter in zip(SERVICES, letters, strict=True)
        ]
        counters = CATALOGUE.counters if keep else CATALOGUE.counters[:2]
        new = Catalogue(self.version + 1, "bench", text("Bench"), tuple(services), counters, CATALOGUE.priority_classes)
        new = msgspec.structs.replace(new, journeys=CATALOGUE.journeys if keep else ())
        self.do(c.ChangeCatalogue(new))
        assert self.bench.state.catalogue is not None
        self.version = self.bench.state.catalogue.version

    @rule()
    def snapshot(self) -> None:
        """The node restarts from a snapshot and goes on."""
        self.bench.state = copy_of(self.bench.state)

    @invariant()
    def everybody_is_somewhere(self) -> None:
        state = self.bench.state
        check_places(state)
        for ticket, place in self.model.place.items():
            if place in ("done", "voided"):
                assert ticket not in state.tickets or state.tickets[ticket].status == place
            elif place in ("waiting", "passed", "suspended"):
                assert state.tickets[ticket].status == place
            else:
                assert state.counters[place].ticket == ticket

    @invariant()
    def every_enquiry_is_open_until_its_answer(self) -> None:
        assert set(self.bench.state.enquiries) == self.model.asking

    @invariant()
    def every_slip_tells_its_place(self) -> None:
        """Who is ahead of nobody is the next of their service, and nobody is told less than others before."""
        state, at = self.bench.state, self.bench.at
        for service, queue in state.queues.items():
            pages = [progress(state, state.tickets[id_].token, at) for id_ in queue if not state.tickets[id_].directed]
            ahead = [page.ahead for page in pages if page is not None]
            assert len(ahead) == len(pages) == len(set(ahead)), service

    def teardown(self) -> None:
        assert msgspec.json.encode(self.bench.replayed()) == msgspec.json.encode(self.bench.state)
