"""What must hold of everything that happens in a hall, whatever the commands: a model that follows the events
alone and knows nothing of how the hall keeps its queues.
"""

# ruff: noqa: N802
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

from contract import events
from contract.catalogue import Rules

TURNS = ("first_come", "only_lane", "priority_turn", "ordinary_turn")
OFF = ("done", "voided")


@dataclass
class GrantModel:
    """`over`: nothing is sold of it any more."""

    n: int
    starts_at: int
    sold: int = 0
    returned: int = 0
    over: bool = False


class Model:
    """Where everybody is, who came when, and how often the other lane went first."""

    def __init__(self) -> None:
        self.at = 0
        self.place: dict[str, str] = {}
        self.service: dict[str, str] = {}
        self.lane: dict[str, str] = {}
        self.directed: dict[str, str | None] = {}
        self.moved: set[str] = set()
        self.issued: list[str] = []
        self.came: dict[str, int] = {}
        self.since: dict[str, int] = {}
        self.held: dict[str, str] = {}
        self.slot: dict[str, int] = {}
        self.then: dict[str, tuple[str, ...]] = {}
        self.returns: Tally[str] = Tally()
        self.moves: Tally[str] = Tally()
        self.bookings: dict[str, str] = {}
        self.turns: dict[tuple[str, str], Tally[str]] = {}
        self.cycles: dict[str, tuple[int, int]] = {}
        """Of each cycle the priority and ordinary calls so far."""
        self.figures: dict[str, Tally[str]] = {}
        self.ended: dict[str, str] = {}
        self.serves: dict[str, tuple[tuple[str, ...], ...]] = {}
        self.rules = Rules()
        self.day = ""
        self.calm = True
        self.asking: set[str] = set()
        self.epoch, self.generation = "", ""
        self.grants: dict[str, GrantModel] = {}
        self.frozen: set[str] = set()

    def see(self, event: events.Event, at: int) -> None:
        self.at = at
        handler: Callable[[Any], None] | None = getattr(self, f"_{type(event).__name__}", None)
        if handler is not None:
            handler(event)

    def count(self, service: str, what: str, by: int = 1) -> None:
        self.figures.setdefault(service, Tally())[what] += by

    def wait(self, ticket: str) -> None:
        self.place[ticket] = "waiting"
        self.forget_turns(ticket)

    def wait_again(self, ticket: str) -> None:
        """Anew, somewhere else in the line."""
        self.moved.add(ticket)
        self.held[ticket], self.since[ticket] = "", self.at
        self.wait(ticket)

    def forget_turns(self, ticket: str) -> None:
        self.turns = {key: tally for key, tally in self.turns.items() if key[0] != ticket}

    # --- the service desk ----------------------------------------------------

    def _EnquiryOpened(self, event: events.EnquiryOpened) -> None:
        assert event.enquiry not in self.asking, "two enquiries under one id"
        self.asking.add(event.enquiry)

    def _EnquiryAnswered(self, event: events.EnquiryAnswered) -> None:
        self.asking.remove(event.enquiry)
        if event.seconds != self.rules.consult_s:
            assert event.late == (event.seconds > self.rules.consult_s)
        assert (event.ticket is not None) == (event.outcome == "routed")
        assert event.ticket is None or self.place[event.ticket] not in OFF

    # --- settings and days ---------------------------------------------------

    def _CatalogueChanged(self, event: events.CatalogueChanged) -> None:
        self.serves = {each.id: each.serves for each in event.catalogue.counters}
        self.turns, self.cycles = {}, {}

    def _RulesChanged(self, event: events.RulesChanged) -> None:
        self.rules, self.turns = event.rules, {}

    def _ClockSynced(self, event: events.ClockSynced) -> None:
        """This hall was never restarted, so everything it measured moves along; the slots do not."""
        shift = event.at - self.at
        self.came = {ticket: at + shift for ticket, at in self.came.items()}
        self.since = {ticket: at + shift for ticket, at in self.since.items()}
        for ticket, held in self.held.items():
            if held == "slot" and self.place[ticket] == "waiting":
                self.since[ticket] = max(self.came[ticket], self.slot[ticket])
        self.bookings = {code: "booked" if was == "void" else was for code, was in self.bookings.items()}
        self.turns = {}

    def _DayStarted(self, event: events.DayStarted) -> None:
        if event.plan.day != self.day:
            self.turns, self.figures, self.cycles = {}, {}, {}
        self.day = event.plan.day

    def _DayClosed(self, event: events.DayClosed) -> None:
        assert event.day == self.day
        for line in event.sheet:
            figures = self.figures.get(line.service, Tally())
            for name in ("issued", "served", "passed", "voided"):
                assert getattr(line, name) == figures[name], (line, name)
            still = [t for t, place in self.place.items() if place not in OFF]
            assert line.carried == sum(self.service[ticket] == line.service for ticket in still)
            assert sum(line.ratings.values()) == figures["rated"]

    def _EmergencyDeclared(self, event: events.EmergencyDeclared) -> None:
        self.calm = False

    def _EmergencyEnded(self, event: events.EmergencyEnded) -> None:
        self.calm = True

    # --- bookings ------------------------------------------------------------

    def _DirectiveTaken(self, event: events.DirectiveTaken) -> None:
        code, grant = event.data.get("code", ""), event.data.get("grant", "")
        if event.type == "BookingAdded" and self.bookings.get(code) != "arrived":
            self.bookings[code] = "booked"
        if event.type == "SnapshotBegun" and self.generation not in ("", event.generation):
            self.frozen = {id_ for id_, each in self.grants.items() if not each.over}
        if event.type == "SnapshotEnded":
            for id_ in self.frozen:
                self.grants[id_].over = True
            self.frozen = set()
        if event.type == "ShareGranted" and event.data["epoch"] == self.epoch:
            self.grants.setdefault(grant, GrantModel(event.data["n"], event.data["starts_at"]))
            self.frozen.discard(grant)
        self.generation = event.generation

    # --- the hall's own share --------------------------------------------------

    def _NodeStarted(self, event: events.NodeStarted) -> None:
        self.epoch = event.epoch

    def _EpochBegun(self, event: events.EpochBegun) -> None:
        self.epoch, self.frozen = "", set()
        for grant in self.grants.values():
            grant.over = True

    def _PlaceSold(self, event: events.PlaceSold) -> None:
        grant = self.grants[event.grant]
        assert not grant.over and event.grant not in self.frozen, "sold of a grant that is not good for it"
        assert self.at < grant.starts_at and event.readback
        assert event.code not in self.bookings
        grant.sold += 1
        assert grant.sold <= grant.n, "a place sold twice"
        self.bookings[event.code] = "booked"

    def _ShareReturned(self, event: events.ShareReturned) -> None:
        grant = self.grants[event.grant]
        assert not grant.over, "given back twice"
        grant.returned, grant.over = event.n, True
        assert grant.sold + grant.returned == grant.n, "not all that was left"

    def _BookingVoided(self, event: events.BookingVoided) -> None:
        assert self.bookings[event.code] == "booked", "only who is expected can stay away"
        self.bookings[event.code] = "void"

    def _BookingArrived(self, event: events.BookingArrived) -> None:
        assert self.bookings[event.code] in (["void", "booked"] if event.outcome == "lifted" else ["booked"])
        self.bookings[event.code] = "arrived"
        late = self.at - event.slot_at
        assert event.outcome == "lifted" or late <= self.rules.grace_s * 1000
        assert (event.outcome == "on_time") == (late <= 0)

    # --- tickets ----------------------------------------------------------------

    def _TicketIssued(self, event: events.TicketIssued) -> None:
        assert self.calm
        assert event.ticket not in self.place, "a number twice"
        assert event.number not in [t.partition("-")[2] for t, place in self.place.items() if place not in OFF], (
            "two people hold the same number"
        )
        ticket = event.ticket
        self.issued.append(ticket)
        self.service[ticket], self.lane[ticket] = event.service, event.lane
        self.directed[ticket], self.then[ticket] = None, event.then
        self.came[ticket] = self.since[ticket] = self.at
        self.held[ticket] = event.place if event.place in ("slot", "deferred") else ""
        if event.place == "slot":
            assert event.slot_at is not None
            self.slot[ticket], self.since[ticket] = event.slot_at, max(self.at, event.slot_at)
        if event.place == "inserted":
            self.moved.add(ticket)
        self.count(event.service, "issued")
        self.wait(ticket)

    def candidates(self, counter: str, group: tuple[str, ...]) -> list[str]:
        return [
            t
            for t, place in self.place.items()
            if place == "waiting" and self.service[t] in group and self.directed[t] in (None, counter)
        ]

    def in_lanes(self, tickets: list[str]) -> list[str]:
        """Neither deferred nor booked for later."""
        return [t for t in tickets if self.held[t] == "" or (self.held[t] == "slot" and self.slot[t] <= self.at)]

    def _TicketCalled(self, event: events.TicketCalled) -> None:
        ticket, why, counter = event.ticket, event.why, event.counter
        assert self.calm, "called in an emergency"
        assert counter not in self.place.values(), "two tickets at one counter"
        assert self.place[ticket] == "waiting" or (why.policy == "chosen" and self.place[ticket] == "passed")
        serves = self.serves[counter]
        group = serves[why.rank]
        assert why.group == "+".join(group)
        assert self.service[ticket] in group
        assert self.directed[ticket] in (None, counter) or self.place[ticket] == "passed"
        rivals = self.candidates(counter, group)
        assert why.waiting == len({*rivals, ticket})
        {"chosen": self._chosen, "aged": self._aged, "deferred": self._deferred}.get(why.policy, self._turn)(event)
        self.place[ticket] = counter

    def _chosen(self, event: events.TicketCalled) -> None:
        assert event.why.reason
        if self.place[event.ticket] == "passed":
            self._return(event.ticket)
            self.since[event.ticket] = self.at
            if self.directed[event.ticket] != event.counter:
                self.directed[event.ticket] = None

    def _aged(self, event: events.TicketCalled) -> None:
        old = self._too_old(event.counter)
        assert event.ticket in old
        assert self.since[event.ticket] == min(self.since[t] for t in old), "the oldest first"

    def _too_old(self, counter: str) -> list[str]:
        """Who has waited longer than the rule lets anybody wait because of others."""
        if not self.rules.ageing_s:
            return []
        everybody = [t for group in self.serves[counter] for t in self.candidates(counter, group)]
        return [t for t in everybody if self.since[t] < self.at - self.rules.ageing_s * 1000]

    def _deferred(self, event: events.TicketCalled) -> None:
        everybody = [t for group in self.serves[event.counter] for t in self.candidates(event.counter, group)]
        assert {self.held[t] for t in everybody} == {"deferred"}, "somebody else waits"
        assert not self._too_old(event.counter)
        assert self.since[event.ticket] == min(self.since[t] for t in everybody)

    def _turn(self, event: events.TicketCalled) -> None:
        assert event.why.policy in TURNS
        assert not self._too_old(event.counter), "somebody has waited too long"
        serves = self.serves[event.counter]
        for better in serves[: event.why.rank]:
            left = [self.held[t] for t in self.candidates(event.counter, better)]
            assert set(left) <= {"deferred"}, "a better group had somebody waiting"
        everybody = self.candidates(event.counter, serves[event.why.rank])
        rivals = self.in_lanes(everybody)
        if event.ticket in rivals:
            self._check_first_come(event.ticket, rivals)
            self._check_turns(event, everybody, rivals)
        else:
            assert not rivals, "who is booked for later went before who waits"
            early = [t for t in everybody if self.held[t] == "slot"]
            assert self.slot[event.ticket] == min(self.slot[t] for t in early)
        self._check_cycle(event, everybody, {self.lane[t] for t in rivals})

    def _check_first_come(self, called: str, rivals: list[str]) -> None:
        """Among those who were never sent elsewhere or brought back, the earliest of the lane; a slot counts as the
        moment a ticket was taken."""
        if called in self.moved:
            return

        def moment(ticket: str) -> tuple[int, int, int]:
            index = self.issued.index(ticket)
            if self.held[ticket] == "slot":
                return self.slot[ticket], 1, index
            return self.came[ticket], 0, index

        plain = [t for t in rivals if t not in self.moved and self.lane[t] == self.lane[called]]
        assert moment(called) == min(map(moment, plain)), "not first come, first called"

    def _cycle(self, event: events.TicketCalled, everybody: list[str]) -> str:
        """A counter for which somebody waits alone has one of its own."""
        own = any(self.directed[t] == event.counter for t in everybody)
        return f"{event.why.group}@{event.counter}" if own else event.why.group

    def _check_cycle(self, event: events.TicketCalled, everybody: list[str], lanes: set[str]) -> None:
        """Whose turn it is while both lanes wait: first the priority part of the cycle, then the ordinary one. Nothing
        but these calls moves it."""
        cycle, rules = self._cycle(event, everybody), self.rules
        priority, ordinary = self.cycles.get(cycle, (0, 0))
        lane = event.why.lane or self.lane[event.ticket]
        if len(lanes) == 2:
            assert lane == ("priority" if priority < rules.priority else "ordinary"), "out of turn"
        if lane == "priority":
            self.cycles[cycle] = min(priority + 1, rules.priority), ordinary
        else:
            self.cycles[cycle] = (priority, ordinary + 1) if ordinary + 1 < rules.ordinary else (0, 0)

    def _check_turns(self, event: events.TicketCalled, everybody: list[str], rivals: list[str]) -> None:
        lane, rules = self.lane[event.ticket], self.rules
        cycle = self._cycle(event, everybody)
        share = {"priority": rules.priority, "ordinary": rules.ordinary}
        for waiting in rivals:
            tally = self.turns.setdefault((waiting, cycle), Tally())
            tally[lane] += 1
            mine, other = self.lane[waiting], "priority" if self.lane[waiting] == "ordinary" else "ordinary"
            if waiting != event.ticket:
                assert tally[other] <= share[other] * (1 + ceil(tally[mine] / share[mine])), "somebody starves"

    # --- at the counters -----------------------------------------------------------

    def _ServiceStarted(self, event: events.ServiceStarted) -> None:
        assert self.place[event.ticket] == event.counter

    def _ServiceFinished(self, event: events.ServiceFinished) -> None:
        assert self.place[event.ticket] == event.counter
        self.place[event.ticket] = "done"
        self.ended[event.ticket] = self.day
        self.count(self.service[event.ticket], "served")

    def _TicketForwarded(self, event: events.TicketForwarded) -> None:
        assert self.place[event.ticket] == "done"
        assert event.from_service == self.service[event.ticket]
        self.service[event.ticket], self.then[event.ticket] = event.to_service, event.then
        self.directed[event.ticket] = None
        self.wait_again(event.ticket)

    def _TicketPassed(self, event: events.TicketPassed) -> None:
        assert self.place[event.ticket] == event.counter
        self.place[event.ticket] = "passed"
        self.count(self.service[event.ticket], "passed")

    def _StepUndone(self, event: events.StepUndone) -> None:
        assert self.place[event.ticket] == ("done" if event.step == "finish" else "passed")
        if event.returned is not None:
            assert self.place[event.returned] == event.counter
            self.wait(event.returned)
            if not self.held[event.returned]:
                self.moved.add(event.returned)
        assert event.counter not in self.place.values()
        self.place[event.ticket] = event.counter
        self.count(self.service[event.ticket], {"finish": "served", "pass": "passed"}[event.step], -1)

    def _return(self, ticket: str) -> None:
        self.returns[ticket] += 1
        assert self.returns[ticket] <= self.rules.returns_max, "brought back too often"

    def _TicketRestored(self, event: events.TicketRestored) -> None:
        assert self.place[event.ticket] == "passed"
        self._return(event.ticket)
        self.wait_again(event.ticket)

    def _TicketMovedBack(self, event: events.TicketMovedBack) -> None:
        assert self.place[event.ticket] == "waiting"
        self.moves[event.ticket] += 1
        assert event.moves == self.moves[event.ticket] <= self.rules.move_backs_max
        self.wait_again(event.ticket)

    def _TicketTransferred(self, event: events.TicketTransferred) -> None:
        assert self.place[event.ticket] == event.counter
        self.service[event.ticket], self.directed[event.ticket] = event.to_service, event.to_counter
        self.wait_again(event.ticket)

    def _CaseSuspended(self, event: events.CaseSuspended) -> None:
        assert self.place[event.ticket] == event.counter
        self.place[event.ticket] = "suspended"

    def _CaseContinued(self, event: events.CaseContinued) -> None:
        assert self.place[event.ticket] == "suspended"
        assert event.counter not in self.place.values(), "two tickets at one counter"
        self.place[event.ticket] = event.counter

    def _CounterPaused(self, event: events.CounterPaused) -> None:
        for ticket in event.rerouted:
            self.directed[ticket] = None
            self.forget_turns(ticket)

    def _CounterClosed(self, event: events.CounterClosed) -> None:
        assert event.counter not in self.place.values(), "a counter closed on its customer"
        for ticket in [ticket for ticket, counter in self.directed.items() if counter == event.counter]:
            self.directed[ticket] = None
            self.forget_turns(ticket)

    def _TicketVoided(self, event: events.TicketVoided) -> None:
        assert self.place[event.ticket] in ("waiting", "passed", "suspended")
        self.place[event.ticket] = "voided"
        self.count(self.service[event.ticket], "voided")

    def _TicketRated(self, event: events.TicketRated) -> None:
        if self.ended[event.ticket] == self.day:
            self.count(event.service, "rated")
