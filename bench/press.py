"""A press of a ticket button until its ticket is on the disk and answered, beside a raw commit of a row as large."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench import hall
from bench.figures import Figure, percentile
from bench.raw import RawCommits, slow_disk
from bench.stand import Stand
from contract.events import TicketIssued
from edge import bindings, config, tokens
from edge.clock import Clock
from edge.devices.ports import Edge, Health
from edge.engine import Engine
from edge.hall.commands import CallNext, Command, LogIn, Start
from edge.journal import Draft, Journal
from edge.keypress import Bank, Keypress
from edge.line_news import Outcome

ABOUT = "press → durable"
INJECTED_MS = 5.0
WAITING = 40
"""People in the hall: each press adds one, and one is called before the next."""


class Press(NamedTuple):
    """One press, in ms after the debounced edge; `body` is the row that was written."""

    durable: float
    """The commit has returned."""
    answered: float
    """Whoever pressed is told, and the pages' picture is taken."""
    body: bytes


def run(stand: Stand) -> list[Figure]:
    pairs = stand.few(1500, 150)
    mine, raw = measure(stand.place("press"), stand.track("presses and raw commits in turn", range(pairs)), 0)
    slow_mine, slow_raw = measure(
        stand.place("press-slow"), stand.track("the same with 5 ms a commit", range(stand.few(400, 60))), INJECTED_MS
    )
    return [*_plain(mine, raw), _injected(slow_mine, slow_raw)]


def _plain(presses: list[Press], raw: list[float]) -> Iterator[Figure]:
    mine = [press.durable for press in presses]
    half = percentile(mine, 50), percentile(raw, 50)
    yield Figure(
        name="press → durable, p50", measured=half[0], unit="ms", raw=half[1], raw_name="SQLite commit, p50",
        comparison="difference", aim="≤ raw + 0.3 ms", met=half[0] <= half[1] + 0.3,
        note=f"{len(mine)} pairs in turn, from the debounced edge to the commit's return",
    )  # fmt: skip
    yield Figure(
        name="press → durable, p99", measured=percentile(mine, 99), unit="ms", raw=percentile(raw, 99),
        raw_name="SQLite commit, p99", comparison="difference",
    )  # fmt: skip
    yield Figure(
        name="press → answered, p50", measured=percentile([press.answered for press in presses], 50), unit="ms",
        raw=half[1], raw_name="SQLite commit, p50", comparison="difference",
        note="the hall's new picture is taken before anybody is answered",
    )  # fmt: skip


def _injected(presses: list[Press], raw: list[float]) -> Figure:
    half = percentile([press.durable for press in presses], 50), percentile(raw, 50)
    return Figure(
        name="press → durable, 5 ms a commit, p50", measured=half[0], unit="ms", raw=half[1],
        raw_name="SQLite commit + 5 ms", comparison="ratio", aim="≤ 1.1 × raw", met=half[0] <= 1.1 * half[1],
    )  # fmt: skip


def measure(folder: Path, turns: Iterator[int], slow_ms: float) -> tuple[list[Press], list[float]]:
    """Presses, and milliseconds of raw commits, in turn, who goes first changing each time."""
    mine: list[Press] = []
    raw: list[float] = []
    with pressed_line(folder, slow_ms) as button:
        for _ in range(WAITING):
            body = button.press().body
        commits = RawCommits(folder / "raw.db", slow_disk(slow_ms))
        for turn in turns:
            for which in (0, 1) if turn % 2 else (1, 0):
                if which:
                    mine.append(button.press())
                    button.call()
                else:
                    raw.append(commits.commit(body))
        commits.close()
    return mine, raw


class Finger:
    """Keys whose edges carry times of their own: a press takes a second of theirs, and none of ours."""

    id, kind, names = "button", "keys", ("1",)

    def __init__(self) -> None:
        self.now_ns = time.monotonic_ns()
        self._heard: Callable[[Edge], None] = lambda edge: None

    def watch(self, heard: Callable[[Edge], None]) -> None:
        self._heard = heard

    def press(self) -> None:
        """Goes down, and 25 ms have passed."""
        down, self.now_ns = self.now_ns, self.now_ns + 25_000_000
        self._heard(Edge("1", True, down))

    def lift(self) -> None:
        """Comes up, and a second has passed."""
        up, self.now_ns = self.now_ns, self.now_ns + 1_000_000_000
        self._heard(Edge("1", False, up))

    def open(self) -> None: ...

    def close(self) -> None: ...

    def health(self) -> Health:
        return Health("ok")

    def check(self) -> Health:
        return Health("ok")


class TimedJournal(Journal):
    """Notes when its newest commit returned."""

    durable_at = 0

    def commit(self, draft: Draft) -> None:
        super().commit(draft)
        self.durable_at = time.perf_counter_ns()


class Button:
    """One ticket button of a line; its presses are timed from the debounce's word."""

    def __init__(self, engine: Engine, journal: TimedJournal, settings: config.Settings) -> None:
        self._engine, self._journal = engine, journal
        self._done = threading.Event()
        self._pressed_at = self._durable_at = self._answered_at = 0
        self._body = b""
        self._finger = Finger()
        actions = bindings.bind({"1": f"ticket:{settings.services[0].id}"}, config.catalogue(settings), "keys.button")
        self._keypress = Keypress(
            (Bank(self._finger, actions, 20),), self._submit, token=self._token, clock=lambda: self._finger.now_ns
        )

    def open(self) -> None:
        self._keypress.start()

    def close(self) -> None:
        self._keypress.stop()

    def press(self) -> Press:
        self._done.clear()
        self._finger.press()
        assert self._done.wait(20), "the press was not recorded"
        self._finger.lift()
        durable, answered = self._durable_at - self._pressed_at, self._answered_at - self._pressed_at
        return Press(durable / 1e6, answered / 1e6, self._body)

    def call(self) -> None:
        """The first counter serves the next customer, not timed."""
        for command in (CallNext("1"), Start("1")):
            self._engine.submit(command).result(20)

    def _token(self) -> str:
        """Asked for first of all when the debounce says that the key was pressed."""
        self._pressed_at = time.perf_counter_ns()
        return tokens.fresh()

    def _submit(self, command: Command) -> "Future[Outcome]":
        future = self._engine.submit(command)
        future.add_done_callback(lambda done: self._told(done.result()))
        return future

    def _told(self, outcome: Outcome) -> None:
        self._answered_at, self._durable_at = time.perf_counter_ns(), self._journal.durable_at
        (self._body,) = [record.raw for record in outcome.events if isinstance(record.event, TicketIssued)]
        self._done.set()


@contextmanager
def pressed_line(folder: Path, slow_ms: float) -> Iterator[Button]:
    """Journal, engine and button, as a node puts them together."""
    settings = hall.settings(folder)
    journal = TimedJournal.open(folder / "journal.db", boot="bench", before_commit=slow_disk(slow_ms))
    engine = Engine(journal, Clock(), settings)
    engine.start()
    engine.submit(LogIn("1", "bench")).result(20)
    button = Button(engine, journal, settings)
    button.open()
    try:
        yield button
    finally:
        button.close()
        engine.stop()
