"""Over any sequence of commands: no number twice, no ticket lost, in order, nobody starves, exact replay.

The model follows the events alone and knows nothing of how the hall keeps its queues.
"""

# ruff: noqa: N802
from collections import Counter as Tally
from collections.abc import Callable
from math import ceil
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contract import events
from contract.catalogue import Catalogue, Rules, Service
from edge.config import Day
from edge.errors import Refused
from edge.hall import commands as c
from edge.hall.state import copy_of
from tests.halls import CATALOGUE, SERVICES, Bench, check_places, text

COUNTER = st.sampled_from(["1", "2", "3"])
WHICH = st.integers(0, 99)
SERVICE = st.sampled_from(["deposit", "loan", "cards"])
LONG_DAY = Day(starts="04:00", opens="04:00", last_ticket="03:30", closes="03:45")


class Model:
    """Where everybody is, who came when, and how often the other lane went first."""

    def __init__(self) -> None:
        self.place: dict[str, str] = {}
        self.service: dict[str, str] = {}
        self.lane: dict[str, str] = {}
        self.directed: dict[str, str | None] = {}
        self.moved: set[str] = set()
        self.issued: list[str] = []
        self.turns: dict[tuple[str, str], Tally[str]] = {}
        self.figures: dict[str, Tally[str]] = {}
        self.serves: dict[str, tuple[tuple[str, ...], ...]] = {}
        self.rules = Rules()
        self.day = ""

    def see(self, event: events.Event) -> None:
        handler: Callable[[Any], None] | None = getattr(self, f"_{type(event).__name__}", None)
        if handler is not None:
            handler(event)

    def count(self, service: str, what: str, by: int = 1) -> None:
        self.figures.setdefault(service, Tally())[what] += by

    def wait(self, ticket: str) -> None:
        self.place[ticket] = "waiting"
        self.turns = {key: tally for key, tally in self.turns.items() if key[0] != ticket}

    def _CatalogueChanged(self, event: events.CatalogueChanged) -> None:
        self.serves = {each.id: each.serves for each in event.catalogue.counters}
        self.turns = {}

    def _RulesChanged(self, event: events.RulesChanged) -> None:
        self.rules, self.turns = event.rules, {}

    def _DayStarted(self, event: events.DayStarted) -> None:
        if event.plan.day != self.day:
            self.turns, self.figures = {}, {}
        self.day = event.plan.day

    def _DayClosed(self, event: events.DayClosed) -> None:
        assert event.day == self.day
        for line in event.sheet:
            figures = self.figures.get(line.service, Tally())
            for name in ("issued", "served", "passed", "voided"):
                assert getattr(line, name) == figures[name], (line, name)
            still = [t for t, place in self.place.items() if place not in ("done", "voided")]
            assert line.carried == sum(self.service[ticket] == line.service for ticket in still)
            assert sum(line.ratings.values()) == figures["rated"]

    def _TicketIssued(self, event: events.TicketIssued) -> None:
        assert event.ticket not in self.place, "a number twice"
        assert event.number not in [
            t.partition("-")[2] for t, place in self.place.items() if place not in ("done", "voided")
        ], "two people hold the same number"
        self.issued.append(event.ticket)
        self.service[event.ticket], self.lane[event.ticket] = event.service, event.lane
        self.directed[event.ticket] = None
        self.count(event.service, "issued")
        self.wait(event.ticket)

    def candidates(self, counter: str, group: tuple[str, ...]) -> list[str]:
        return [
            t
            for t, place in self.place.items()
            if place == "waiting" and self.service[t] in group and self.directed[t] in (None, counter)
        ]

    def _TicketCalled(self, event: events.TicketCalled) -> None:
        assert self.place[event.ticket] == "waiting"
        assert event.counter not in self.place.values(), "two tickets at one counter"
        serves = self.serves[event.counter]
        group = serves[event.why.rank]
        assert event.why.group == "+".join(group)
        for better in serves[: event.why.rank]:
            assert not self.candidates(event.counter, better), "a better group had somebody waiting"
        rivals = self.candidates(event.counter, group)
        assert event.ticket in rivals
        assert event.why.waiting == len(rivals)
        self._check_first_come(event.ticket, rivals)
        self._check_turns(event, rivals)
        self.place[event.ticket] = event.counter

    def _check_first_come(self, called: str, rivals: list[str]) -> None:
        """Among those who were never sent elsewhere or brought back, the earliest of the lane."""
        plain = [t for t in rivals if t not in self.moved and self.lane[t] == self.lane[called]]
        if called not in self.moved:
            assert called == min(plain, key=self.issued.index), "not first come, first called"

    def _check_turns(self, event: events.TicketCalled, rivals: list[str]) -> None:
        lane, rules = self.lane[event.ticket], self.rules
        own = any(self.directed[t] == event.counter for t in rivals)
        cycle = f"{event.why.group}@{event.counter}" if own else event.why.group
        for waiting in rivals:
            tally = self.turns.setdefault((waiting, cycle), Tally())
            tally[lane] += 1
            mine, other = self.lane[waiting], "priority" if self.lane[waiting] == "ordinary" else "ordinary"
            share = {"priority": rules.priority, "ordinary": rules.ordinary}
            if waiting != event.ticket:
                assert tally[other] <= share[other] * (1 + ceil(tally[mine] / share[mine])), "somebody starves"

    def _ServiceStarted(self, event: events.ServiceStarted) -> None:
        assert self.place[event.ticket] == event.counter

    def _ServiceFinished(self, event: events.ServiceFinished) -> None:
        assert self.place[event.ticket] == event.counter
        self.place[event.ticket] = "done"
        self.count(self.service[event.ticket], "served")

    def _TicketPassed(self, event: events.TicketPassed) -> None:
        assert self.place[event.ticket] == event.counter
        self.place[event.ticket] = "passed"
        self.count(self.service[event.ticket], "passed")

    def _StepUndone(self, event: events.StepUndone) -> None:
        assert self.place[event.ticket] == ("done" if event.step == "finish" else "passed")
        if event.returned is not None:
            assert self.place[event.returned] == event.counter
            self.wait(event.returned)
            self.moved.add(event.returned)
        assert event.counter not in self.place.values()
        self.place[event.ticket] = event.counter
        self.count(self.service[event.ticket], {"finish": "served", "pass": "passed"}[event.step], -1)

    def _TicketRestored(self, event: events.TicketRestored) -> None:
        assert self.place[event.ticket] == "passed"
        self.moved.add(event.ticket)
        self.wait(event.ticket)

    def _TicketTransferred(self, event: events.TicketTransferred) -> None:
        assert self.place[event.ticket] == event.counter
        self.service[event.ticket], self.directed[event.ticket] = event.to_service, event.to_counter
        self.moved.add(event.ticket)
        self.wait(event.ticket)

    def _CounterClosed(self, event: events.CounterClosed) -> None:
        assert event.counter not in self.place.values(), "a counter closed on its customer"
        freed = [ticket for ticket, counter in self.directed.items() if counter == event.counter]
        for ticket in freed:
            self.directed[ticket] = None
            self.turns = {key: tally for key, tally in self.turns.items() if key[0] != ticket}

    def _TicketVoided(self, event: events.TicketVoided) -> None:
        assert self.place[event.ticket] in ("waiting", "passed")
        self.place[event.ticket] = "voided"
        self.count(self.service[event.ticket], "voided")

    def _TicketRated(self, event: events.TicketRated) -> None:
        self.count(event.service, "rated", 0)


class HallMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(hours=LONG_DAY)
        self.model = Model()
        self.seen = 0
        self.version = 1
        self.rated: set[str] = set()
        self.look()

    def look(self) -> None:
        for happened in self.bench.log[self.seen :]:
            self.model.see(happened.event)
        self.seen = len(self.bench.log)

    def do(self, command: c.Command) -> None:
        self.bench.at += 700
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

    @rule(arrivals=st.lists(st.tuples(SERVICE, st.booleans()), max_size=9), calls=st.lists(WHICH, max_size=9))
    def rush(self, arrivals: list[tuple[str, bool]], calls: list[int]) -> None:
        for service, priority in arrivals:
            self.take(service, priority, None)
        for which in calls:
            self.next(which)

    @rule(counter=COUNTER)
    def log_in(self, counter: str) -> None:
        self.do(c.LogIn(counter, f"clerk-{counter}"))

    @rule(which=WHICH)
    def next(self, which: int) -> None:
        counter = self.desk(which, "idle", "called", "serving")
        if counter is None:
            return
        promised = [up.ticket for each in self.bench.view().counters if each.id == counter for up in each.next_up]
        before = len(self.bench.log)
        self.do(c.CallNext(counter))
        calls = [each.event for each in self.bench.log[before:] if isinstance(each.event, events.TicketCalled)]
        assert [call.ticket for call in calls] == promised[:1], "the picture promised somebody else"

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
        last = self.bench.log[-1].event
        if isinstance(last, events.TicketRated) and last.ticket not in self.rated:
            self.rated.add(last.ticket)
            self.model.count(last.service, "rated")

    @rule(seconds=st.sampled_from([1, 30, 200, 3600]))
    def wait(self, seconds: int) -> None:
        self.bench.wait(seconds)
        self.look()

    @rule(sure=st.sampled_from([False, False, True]))
    def sleep_to_the_next_day(self, sure: bool) -> None:
        if not sure:
            return
        plan = self.bench.state.plan
        assert plan is not None
        self.bench.wait((plan.ends_at - self.bench.at) / 1000 + 1)
        self.look()
        assert self.bench.state.plan is not None
        assert self.bench.state.plan.day > plan.day

    @rule(hours=st.sampled_from([0, 0, -50, -2, 30]))
    def clock_set(self, hours: int) -> None:
        if not hours:
            return
        now = self.bench.at + hours * 3_600_000
        self.bench.do(c.Record(events.ClockSynced("b", 0, now)))
        self.bench.at = now
        self.bench.wait(0)
        self.look()

    @rule(priority=st.integers(1, 3), ordinary=st.integers(1, 3), after=st.integers(0, 4), most=st.integers(0, 2))
    def change_rules(self, priority: int, ordinary: int, after: int, most: int) -> None:
        self.do(c.ChangeRules(Rules(priority=priority, ordinary=ordinary, return_after=after, returns_max=most)))

    @rule(swap=st.booleans(), last=st.sampled_from([3, 999]), keep=st.booleans())
    def change_catalogue(self, swap: bool, last: int, keep: bool) -> None:
        letters = "BAC" if swap else "ABC"
        services: list[Service] = [
            msgspec.structs.replace(each, letter=letter, last=last)
            for each, letter in zip(SERVICES, letters, strict=True)
        ]
        counters = CATALOGUE.counters if keep else CATALOGUE.counters[:2]
        new = Catalogue(self.version + 1, "bench", text("Bench"), tuple(services), counters, CATALOGUE.priority_classes)
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
            elif place in ("waiting", "passed"):
                assert state.tickets[ticket].status == place
            else:
                assert state.counters[place].ticket == ticket

    def teardown(self) -> None:
        assert msgspec.json.encode(self.bench.replayed()) == msgspec.json.encode(self.bench.state)


@pytest.mark.clause("S1-4")
class TestHall(HallMachine.TestCase):  # type: ignore[misc,valid-type]
    settings = settings(
        max_examples=300,
        stateful_step_count=50,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
