"""A hall with a roster on the bench, and a reception whose readers a test holds in its hand."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
import pytest

from contract.directives import BookingAdded
from contract.events import DirectiveTaken
from edge.config import TwinReader
from edge.devices.ports import Card, Scanned
from edge.hall.commands import Command, Record
from edge.hall.state import State
from edge.hall.view import HallView
from edge.line import LineHealth
from edge.people.identity_key import IdentityKey
from edge.people.reading import News
from edge.people.reception import Reception, open_reception
from identity_numbers import examine
from tests.halls import MORNING, Bench, Happened

KEY = IdentityKey(b"k" * 32)
LI_MING = "11010519491231002X"
"""The number in GB 11643-1999's own example."""
TODAY = "2026-11-22"


def fingerprint(id_type: str, number: str) -> str:
    found = examine(id_type, number, date(2026, 11, 22))
    return KEY.of(found.id_type, found.number)


def booking(code: str, **more: Any) -> DirectiveTaken:
    """As the centre tells it; a slot of the running hour unless said otherwise."""
    told = BookingAdded(
        **{
            "code": code, "day": TODAY, "service": "deposit", "starts_at": MORNING + 600_000,
            "ends_at": MORNING + 1_800_000, "name": "李*明", **more,
        }
    )  # fmt: skip
    data = msgspec.to_builtins(told)
    return DirectiveTaken("g1", 1, f"d-{code}", "fact", "BookingAdded", data)


@dataclass(frozen=True)
class Outcome:
    events: tuple[Happened, ...]


class BenchLine:
    """The bench behind the port `Line`; what it does happens at once, in the caller's thread."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.submitted: list[Command] = []

    def submit(self, command: Command, key: str | None = None) -> "Future[Any]":
        self.submitted.append(command)
        return _done(lambda: Outcome(tuple(Happened(each, 0, self.bench.at) for each in self.bench.do(command))))

    def ask(self, question: Callable[[State], Any]) -> "Future[Any]":
        return _done(lambda: question(self.bench.state))

    @property
    def view(self) -> HallView:
        return self.bench.view()

    @property
    def health(self) -> LineHealth:
        raise NotImplementedError

    def subscribe(self, told: Callable[[Any], None]) -> Callable[[], None]:
        return lambda: None


def _done(act: Callable[[], Any]) -> "Future[Any]":
    future: Future[Any] = Future()
    try:
        future.set_result(act())
    except Exception as error:
        future.set_exception(error)
    return future


class HandReader:
    """A reader whose cards the test lays on."""

    def __init__(self, id_: str) -> None:
        self.id, self.kind = id_, "reader"

    def watch(self, read: Callable[[Card | Scanned], None], failed: Callable[[str, str], None]) -> None:
        self.read, self.failed = read, failed


@dataclass
class Desk:
    bench: Bench
    line: BenchLine
    reception: Reception
    readers: dict[str, HandReader]
    heard: list[tuple[str, News]] = field(default_factory=list)
    badges: list[tuple[str, str]] = field(default_factory=list)
    steady: list[float] = field(default_factory=lambda: [1000.0])

    @property
    def last(self) -> tuple[str, News]:
        return self.heard[-1]

    def roster(self, code: str, **more: Any) -> None:
        self.bench.do(Record(booking(code, **more)))


@pytest.fixture
def desk() -> Desk:
    bench = Bench()
    line = BenchLine(bench)
    made = Desk(bench, line, None, {})  # type: ignore[arg-type]

    def on_badge(counter: str, number: str) -> None:
        made.badges.append((counter, number))

    made.reception = open_reception(
        line, KEY, timezone="Asia/Shanghai", clock=lambda: bench.at, on_badge=on_badge, steady=lambda: made.steady[0]
    )
    places = {"front": "kiosk", "desk": "desk", "w1": "counter:1"}
    made.readers = {id_: HandReader(id_) for id_ in places}
    made.reception.readings.watch([(TwinReader(id=id_, at=at), made.readers[id_]) for id_, at in places.items()])
    made.reception.readings.listen(lambda at, news: made.heard.append((at, news)))
    return made
