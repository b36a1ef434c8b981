"""The little language of the scenario days (README.md beside), and the hall they are played in."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from contract import directives, events
from contract.catalogue import Journey, Rules
from edge.config import Settings, catalogue
from edge.errors import Refused
from edge.hall import commands as c
from edge.hall.decide_shares import CENTRE
from edge.hall.shares import spendable
from edge.hall.state import Ticket
from tests.halls import Bench, check_places, numbers_issued

FIRST_DAY = datetime(2026, 11, 23, 5, 0)
_LINE = re.compile(r"(?:(?P<time>(?:\+\d+ )?\d\d:\d\d(?::\d\d)?) )?\s*(?P<step>\S.*?)(?:\s{2,}(?P<expected>\S.*))?$")


class Step(NamedTuple):
    line: int
    time: str | None
    text: str
    expected: str | None


class Day(NamedTuple):
    """One file. `shows`: ids of clauses and faults; `hall`: the only hall it is for."""

    name: str
    title: str
    shows: tuple[str, ...]
    hall: str | None
    steps: tuple[Step, ...]


def read(path: Path) -> Day:
    title, *rest = path.read_text(encoding="utf-8").splitlines()
    shows: tuple[str, ...] = ()
    hall: str | None = None
    steps: list[Step] = []
    for number, raw in enumerate(rest, start=2):
        line = raw.partition("#")[0].rstrip()
        if line.startswith("shows "):
            shows = tuple(line.split()[1:])
        elif line.startswith("hall "):
            hall = line.split()[1]
        elif line:
            found = _LINE.fullmatch(line)
            assert found is not None, f"{path.name}:{number}: not a step: {raw!r}"
            steps.append(Step(number, found["time"], found["step"], found["expected"]))
    assert steps, f"{path.name} has no steps"
    return Day(path.stem, title, shows, hall, tuple(steps))


class Stage:
    """One hall with its people."""

    def __init__(self, settings: Settings) -> None:
        self.zone = ZoneInfo(settings.hall.timezone)
        self.bench = Bench(catalogue=None, hours=settings.day, at=self._ms(FIRST_DAY))
        story = Journey("story", {"zh": "故事", "en": "Story"}, tuple(each.id for each in settings.services[:2]))
        offered = catalogue(settings)
        self.bench.do(c.ChangeCatalogue(msgspec.structs.replace(offered, journeys=(*offered.journeys, story))))
        self.bench.do(c.ChangeRules(settings.rules))
        self.bench.start()
        self.bench.pass_time()
        self.services = [each.id for each in settings.services]
        self.counters = [each.id for each in settings.counters]
        leading = [each.id for each in settings.clerks if each.role == "supervisor"]
        self.supervisor = leading[0] if leading else "supervisor"
        self.clerks = [each.id for each in settings.clerks] or [f"clerk-{nth}" for nth in self.counters]
        self.people: dict[str, Ticket] = {}
        self.asking: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        """Of bookings made at the desk; the centre's have the person's name for a code."""
        self.priority = settings.priority_classes[0].id
        self.reason = settings.pause_reasons[0].id
        self.done: tuple[events.Event, ...] = ()

    def _ms(self, local: datetime) -> int:
        return round(local.replace(tzinfo=self.zone).timestamp() * 1000)

    def play(self, step: Step) -> None:
        """Raises AssertionError where the hall does something else than the step says."""
        if step.time is not None:
            self._until(step.time)
        action, found = _find(step.text)
        self.done = ()
        code = None
        try:
            action(self, *found.groups())
        except Refused as refusal:
            code = refusal.code
        self._compare(step, code)
        check_places(self.bench.state)

    def _moment(self, time: str) -> tuple[str, int]:
        """(calendar day, ms) of "10:00" on the first day, or of "+1 10:00"."""
        days, _, clock = time.rpartition(" ")
        day = FIRST_DAY + timedelta(int(days or 0))
        moment = datetime.combine(day, datetime.fromisoformat(f"2000-01-01T{clock}").time())
        return moment.date().isoformat(), self._ms(moment)

    def _until(self, time: str) -> None:
        wanted = self._moment(time)[1]
        assert wanted >= self.bench.at, f"{time} is before the step before"
        self.bench.wait((wanted - self.bench.at) / 1000)

    def _compare(self, step: Step, code: str | None) -> None:
        expected = step.expected or ""
        if expected.startswith("refused "):
            assert code == expected.split()[1], f"{step.text}: {code or 'accepted'}, expected {expected}"
            return
        assert code is None, f"{step.text}: refused {code}"
        if expected.startswith("calls "):
            called = [each.ticket for each in self.done if isinstance(each, events.TicketCalled)]
            names = [name for name, ticket in self.people.items() if ticket.id in called] or ["nobody"]
            assert names == [expected.split()[1]], f"{step.text}: calls {names[0]}, expected {expected}"
        else:
            assert not expected, f"no such expectation: {expected}"

    def end(self) -> None:
        issued = numbers_issued(self.bench.log)
        assert len(set(issued)) == len(issued), "a number was given twice"
        assert self.bench.replayed() == self.bench.state

    # --- what somebody does --------------------------------------------------

    def do(self, command: c.Command) -> None:
        self.done = self.bench.do(command)

    def service(self, nth: str) -> str:
        return self.services[int(nth) - 1]

    def counter(self, nth: str) -> str:
        return self.counters[int(nth) - 1]

    def take(self, name: str, service: str, priority: str | None, counter: str | None) -> None:
        before = len(self.bench.log)
        at = None if counter is None else self.counter(counter)
        self.people[name] = self.bench.take(self.service(service), self.priority if priority else None, at)
        self.done = tuple(each.event for each in self.bench.log[before:])

    def plays_by(self, rules: str) -> None:
        changed: dict[str, object] = {}
        for each in rules.split(", "):
            name, value = each.split()
            changed[name] = int(value) if value.isdigit() else value
        new = msgspec.convert(msgspec.to_builtins(self.bench.state.rules) | changed, Rules)
        self.do(c.ChangeRules(new))

    def is_booked(self, name: str, service: str, time: str) -> None:
        day, starts = self._moment(time)
        half = 1_800_000
        self.bench.told(directives.BookingAdded(name, day, self.service(service), starts, starts + half, f"{name[0]}*"))

    def cancels(self, name: str) -> None:
        self.bench.told(directives.BookingCancelled(self.code(name)))

    def code(self, name: str) -> str:
        return self.codes.get(name, name)

    def checks_in(self, name: str) -> None:
        self.do(c.CheckIn(self.bench.token(), "kiosk", "code", self.code(name)))
        self._holds_ticket(name)

    # --- the hall's own share --------------------------------------------------

    def grant_of(self, service: str, time: str) -> str:
        """Each slot of a service has one in an epoch."""
        return f"{self.bench.state.epoch} {self.service(service)} {time}"

    def grants(self, n: str, service: str, time: str) -> None:
        day, starts = self._moment(time)
        in_s = (starts - self.bench.at) // 1000
        id_, slot = self.grant_of(service, time), f"{self.service(service)} {time}"
        self.bench.granted(id_, int(n), in_s, service=self.service(service), slot=slot, day=day)

    def books(self, name: str, service: str, time: str, silent: str | None) -> None:
        slot = f"{self.service(service)} {time}"
        wish = self.bench.sell(slot, service=self.service(service), by=self.supervisor, readback=not silent)
        self.do(msgspec.structs.replace(wish, id_hmac=f"{sum(name.encode()):064x}"))
        self.codes[name] = wish.code

    def gives_back(self, who: str, service: str, time: str) -> None:
        by = CENTRE if who == "centre" else self.supervisor
        self.do(c.ReturnShare(self.grant_of(service, time), by))

    def begins_anew(self) -> None:
        self.bench.generation += "+"
        self.bench.told(directives.SnapshotBegun())

    def told_all(self) -> None:
        self.bench.told(directives.SnapshotEnded())

    def journal_torn(self) -> None:
        old = self.bench.state.epoch
        self.do(c.Record(events.EpochBegun(old, "a torn page")))
        self.bench.start(f"{old}+")

    def places_left(self, n: str, service: str, time: str) -> None:
        grants = [each for each in self.bench.state.grants.values() if each.slot == f"{self.service(service)} {time}"]
        assert sum(each.left for each in grants if spendable(each, self.bench.at)) == int(n)

    def lifts(self, name: str, without: str | None) -> None:
        self.do(c.LiftVoid(name, self.supervisor, "the train was late", not without, self.bench.token(), "desk"))
        self._holds_ticket(name)

    def travels(self, name: str) -> None:
        self.do(c.IssueTicket(self.services[0], self.bench.token(), "kiosk", journey="story"))
        self._holds_ticket(name)

    def _holds_ticket(self, name: str) -> None:
        issued = next(each for each in self.done if isinstance(each, events.TicketIssued))
        self.people[name] = self.bench.state.tickets[issued.ticket]

    def chooses(self, counter: str, name: str) -> None:
        self.do(c.CallChosen(self.counter(counter), self.people[name].number, "a train to catch"))

    def moves_back(self, name: str) -> None:
        self.do(c.MoveBack(self.people[name].token, "slip"))

    def asks(self, name: str) -> None:
        self.do(c.OpenEnquiry("desk"))
        opened = next(each for each in self.done if isinstance(each, events.EnquiryOpened))
        self.asking[name] = opened.enquiry

    def is_helped(self, name: str) -> None:
        self.do(c.AnswerEnquiry(self.asking[name], "desk", "solved", "opening hours"))

    def is_sent(self, name: str, service: str, priority: str | None) -> None:
        class_ = self.priority if priority else None
        self.do(
            c.AnswerEnquiry(self.asking[name], "desk", "routed", "", self.service(service), self.bench.token(), class_)
        )
        self._holds_ticket(name)

    def leaves(self, name: str) -> None:
        self.do(c.AnswerEnquiry(self.asking[name], "desk", "gone"))

    def fire(self) -> None:
        self.do(c.DeclareEmergency("fire", "office"))

    def fire_over(self) -> None:
        self.do(c.EndEmergency("office"))

    def opens(self, counter: str) -> None:
        self.do(c.LogIn(self.counter(counter), self.clerks[int(counter) - 1]))

    def key(self, counter: str, key: str) -> None:
        self.do(_KEYS[key](self.counter(counter)))

    def pauses(self, counter: str) -> None:
        self.do(c.Pause(self.counter(counter), self.reason))

    def restores(self, counter: str, name: str) -> None:
        self.do(c.Restore(self.counter(counter), self.people[name].number))

    def sends(self, counter: str, name: str, service: str, end: str | None, to: str | None) -> None:
        assert self.bench.state.counters[self.counter(counter)].ticket == self.people[name].id
        target = None if to is None else self.counter(to)
        self.do(c.Transfer(self.counter(counter), self.service(service), target, "end" if end else None))

    def is_rated(self, counter: str, level: str) -> None:
        self.do(c.RateTicket(int(level), "evaluator", counter=self.counter(counter)))

    def rates(self, name: str, level: str) -> None:
        self.do(c.RateTicket(int(level), "web", token=self.people[name].token))

    def suspends(self) -> None:
        self.do(c.SuspendHall("told to", "office"))

    def resumes(self) -> None:
        self.do(c.ResumeHall("office"))

    def crowd(self, count: str, seconds: str) -> None:
        """Presses for all services that give tickets, while every third press the open counters call."""
        start, presses = self.bench.at, int(count)
        before = len(self.bench.log)
        for nth in range(presses):
            self.bench.at = start + nth * int(seconds) * 1000 // presses
            giving = [each.id for each in self.bench.view().services if each.closed is None]
            self.bench.take(giving[nth % len(giving)])
            for desk in list(self.bench.state.counters.values()):
                if desk.status != "closed" and nth % 3 == 0 and self._waits_for(desk.id):
                    self.bench.do(c.CallNext(desk.id))
            check_places(self.bench.state)
        happened = [each.event for each in self.bench.log[before:]]
        issued = [each for each in happened if isinstance(each, events.TicketIssued)]
        assert len({each.ticket for each in issued}) == presses
        called = [each.ticket for each in happened if isinstance(each, events.TicketCalled)]
        for service in self.services:
            mine = [each for each in issued if each.service == service]
            numbers = [each.n for each in mine]
            assert numbers == list(range(min(numbers, default=0), max(numbers, default=-1) + 1)), "a number was lost"
            ids = [each.ticket for each in mine]
            assert [id_ for id_ in called if id_ in set(ids)] == [id_ for id_ in ids if id_ in set(called)], (
                "out of order"
            )

    def _waits_for(self, counter: str) -> int:
        return next(each.waiting for each in self.bench.view().counters if each.id == counter)

    # --- what is expected to be so -------------------------------------------

    def person_is(self, name: str, status: str, counter: str | None) -> None:
        ticket = self.people[name]
        found = {"done": "served", "voided": "void"}.get(ticket.status, ticket.status)
        assert found == status, f"{name} is {found}"
        if counter is not None:
            assert ticket.counter == self.counter(counter), f"{name} is at counter {ticket.counter}"

    def waits_as(self, name: str, how: str) -> None:
        ticket = self.people[name]
        found = {"slot": "for the slot", "deferred": "until nobody else does"}.get(ticket.held, "in the queue")
        assert (ticket.status, found) == ("waiting", how), f"{name} is {ticket.status}, {found}"

    def booking_is(self, name: str, status: str) -> None:
        booking = self.bench.state.bookings[self.code(name).upper()]
        assert booking.status == status, f"it is {booking.status}"

    def has_number(self, name: str, n: str) -> None:
        assert int(re.sub(r"\D", "", self.people[name].number)) == int(n), self.people[name].number

    def waits(self, service: str, names: str) -> None:
        queue = self.bench.state.queues[self.service(service)]
        by_id = {ticket.id: name for name, ticket in self.people.items()}
        assert " ".join(by_id[id_] for id_ in queue) == names.replace("nobody", "")

    def service_is(self, service: str, how: str) -> None:
        found = next(each.closed for each in self.bench.view().services if each.id == self.service(service))
        assert found == (None if how == "open" else how.removeprefix("closed ")), f"it is {found or 'open'}"

    def desk_counts(self, figures: str) -> None:
        seen = self.bench.view().desk
        for figure in figures.split(", "):
            name, value = figure.split()
            found = len(seen.open) if name == "open" else getattr(seen, name)
            assert found == int(value), f"{name} is {found}"

    def counter_is(self, counter: str, status: str) -> None:
        assert self.bench.state.counters[self.counter(counter)].status == status

    def sheet(self, service: str, figures: str) -> None:
        closed = [each.event for each in self.bench.log if isinstance(each.event, events.DayClosed)]
        line = next(each for each in closed[-1].sheet if each.service == self.service(service))
        for figure in figures.split(", "):
            name, value = figure.split()
            assert getattr(line, name) == int(value), f"{name} is {getattr(line, name)}"


_KEYS: dict[str, Callable[[str], c.Command]] = {
    "next": c.CallNext,
    "recall": c.Recall,
    "start": c.Start,
    "finish": c.Finish,
    "pass": c.Pass,
    "undo": c.Undo,
    "resume": c.Resume,
    "closes": c.LogOut,
}
_STEPS: tuple[tuple[str, Callable[..., None]], ...] = (
    (r"([A-Z]\w*) takes service (\d+)( with priority)?(?: at counter (\d+))?", Stage.take),
    (r"counter (\d+) opens", Stage.opens),
    (r"counter (\d+) (next|recall|start|finish|pass|undo|resume|closes)", Stage.key),
    (r"counter (\d+) pauses", Stage.pauses),
    (r"counter (\d+) restores ([A-Z]\w*)", Stage.restores),
    (r"counter (\d+) sends ([A-Z]\w*) to service (\d+)( at the end)?(?: for counter (\d+))?", Stage.sends),
    (r"counter (\d+) is rated (\d)", Stage.is_rated),
    (r"([A-Z]\w*) rates (\d)", Stage.rates),
    (r"hall plays by ([\w ,-]+)", Stage.plays_by),
    (r"([A-Z]\w*) is booked for service (\d+) at ((?:\+\d+ )?\d\d:\d\d)", Stage.is_booked),
    (r"centre cancels ([A-Z]\w*)", Stage.cancels),
    (r"([A-Z]\w*) checks in", Stage.checks_in),
    (r"centre grants (\d+) places of service (\d+) at ((?:\+\d+ )?\d\d:\d\d)", Stage.grants),
    (r"([A-Z]\w*) books service (\d+) at ((?:\+\d+ )?\d\d:\d\d)( without read-back)?", Stage.books),
    (r"(desk|centre) takes back service (\d+) at ((?:\+\d+ )?\d\d:\d\d)", Stage.gives_back),
    (r"centre begins anew", Stage.begins_anew),
    (r"centre has told all", Stage.told_all),
    (r"the journal is torn", Stage.journal_torn),
    (r"expect (\d+) places left of service (\d+) at ((?:\+\d+ )?\d\d:\d\d)", Stage.places_left),
    (r"supervisor lifts ([A-Z]\w*)( without consent)?", Stage.lifts),
    (r"([A-Z]\w*) takes the journey", Stage.travels),
    (r"counter (\d+) chooses ([A-Z]\w*)", Stage.chooses),
    (r"([A-Z]\w*) asks for more time", Stage.moves_back),
    (r"([A-Z]\w*) asks at the desk", Stage.asks),
    (r"desk helps ([A-Z]\w*)", Stage.is_helped),
    (r"desk sends ([A-Z]\w*) to service (\d+)( with priority)?", Stage.is_sent),
    (r"([A-Z]\w*) leaves the desk", Stage.leaves),
    (r"there is a fire", Stage.fire),
    (r"the fire is over", Stage.fire_over),
    (r"office suspends", Stage.suspends),
    (r"office resumes", Stage.resumes),
    (r"crowd of (\d+) in (\d+) s", Stage.crowd),
    (r"expect ([A-Z]\w*) is (waiting|called|serving|served|passed|void)(?: at counter (\d+))?", Stage.person_is),
    (r"expect ([A-Z]\w*) waits (in the queue|for the slot|until nobody else does)", Stage.waits_as),
    (r"expect booking of ([A-Z]\w*) is (booked|arrived|void|cancelled)", Stage.booking_is),
    (r"expect ([A-Z]\w*) has number (\d+)", Stage.has_number),
    (r"expect service (\d+) waits ([\w ]+)", Stage.waits),
    (r"expect service (\d+) is (open|closed \w+)", Stage.service_is),
    (r"expect desk counts ([\w ,]+)", Stage.desk_counts),
    (r"expect counter (\d+) is (\w+)", Stage.counter_is),
    (r"expect sheet of service (\d+): ([\w ,]+)", Stage.sheet),
)


def _find(text: str) -> tuple[Callable[..., None], re.Match[str]]:
    for pattern, action in _STEPS:
        found = re.fullmatch(pattern, text)
        if found is not None:
            return action, found
    raise AssertionError(f"no such step: {text!r}")


def days() -> Iterator[Day]:
    for path in sorted((Path(__file__).parent / "days").glob("*.day")):
        yield read(path)
