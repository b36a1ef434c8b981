"""The centre ends an epoch while the hall works: another begins in the running program, and nothing is overwritten."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from contract.events import ClockSynced, EpochBegun, NodeStarted
from edge.clock import ManualClock
from edge.errors import Refused, StorageError
from edge.hall.apply import apply
from edge.hall.state import State
from edge.journal import Beginning, Journal
from edge.offer import number_floor
from tests.halls import Bench
from tests.line import NOON, issued, line, number, ticket

TODAY, YESTERDAY = "2026-11-22", "2026-11-21"
DAY_MS = 86_400_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def test_a_new_epoch_begins_between_two_tickets(path: Path) -> None:
    with line(path) as engine:
        journal, old = engine.journal, engine.journal.epoch
        for _ in range(3):
            engine.submit(ticket()).result(60)
        before, head = [raw for _, raw, _ in journal.rows()], journal.head
        new = engine.begin_epoch(old, "an old image", {TODAY: 180, YESTERDAY: 900}, {"lease": "L9"}).result(60)
        assert new == journal.epoch != old
        first, second = [record.event for record in journal.replay(journal.all_streams()[0].end)]
        assert first == EpochBegun(old, "an old image", head[0], 300, head[0], False)
        assert second == NodeStarted("1", "bench", "bench-1", new, True)
        assert (journal.lease, journal.head[0], journal.beginning) == ("L9", 2, None)
        assert number(engine.submit(ticket()).result(60)) == "A000301"
        assert [raw for _, raw, _ in journal.rows()][: len(before)] == before, "nothing is overwritten"
        assert journal.verify().damage is None
    with line(path, boot="later") as engine:
        assert engine.journal.epoch == new
        assert number(engine.submit(ticket()).result(60)) == "A000302"


def test_a_copy_that_stands_aside_gives_numbers_the_other_does_not_reach(path: Path) -> None:
    """Whatever the original issues meanwhile; and still after it was let in, until the day is over."""
    clock = ManualClock(NOON)
    with line(path, clock) as engine:
        assert number(engine.submit(ticket("loan")).result(60)) == "B001"
        aside = {"lease": "L9", "verdict": "quarantine"}
        engine.begin_epoch(engine.journal.epoch, "a clone", {TODAY: 94}, aside).result(60)
        assert number(engine.submit(ticket("loan")).result(60)) == "B750"
        assert number(engine.submit(ticket()).result(60)) == "A750000"
    with line(path, clock, boot="later") as engine:
        clock.advance(DAY_MS)
        assert number(engine.submit(ticket("loan")).result(60)) == "B750", "on the days after that as well"
        engine.journal.note(verdict="continue")
        assert number(engine.submit(ticket("loan")).result(60)) == "B751"
        assert number(engine.submit(ticket()).result(60)) == "A750000"
        clock.advance(DAY_MS)
        assert number(engine.submit(ticket("loan")).result(60)) == "B001"


def test_the_far_numbers_used_up_it_refuses(path: Path) -> None:
    with line(path) as engine:
        engine.begin_epoch(engine.journal.epoch, "a clone", {}, {"verdict": "quarantine"}).result(60)
        for _ in range(250):
            engine.submit(ticket("loan")).result(60)
        with pytest.raises(Refused, match="used up"):
            engine.submit(ticket("loan")).result(60)


def test_told_twice_it_begins_once(path: Path) -> None:
    with line(path) as engine:
        old = engine.journal.epoch
        first = engine.begin_epoch(old, "an old image", {}, {"lease": "L1"})
        second = engine.begin_epoch(old, "an old image", {}, {"lease": "L2"})
        assert first.result(60) == second.result(20) == engine.journal.epoch
        assert len(engine.journal.all_streams()) == 2 and engine.journal.lease == "L1"


def test_killed_right_after_the_beginning_the_next_start_records_it(path: Path) -> None:
    with line(path) as engine:
        old = engine.journal.epoch
        number(engine.submit(ticket()).result(60))
    journal = Journal.open(path, boot="dies")
    journal.begin_epoch("an old image", {TODAY: 180}, NOON, {})
    journal.close()
    with line(path, boot="later") as engine:
        begun = next(iter(engine.journal.replay(engine.journal.all_streams()[0].end))).event
        assert isinstance(begun, EpochBegun) and (begun.prev_epoch, begun.number_floor) == (old, 300)
        assert number(engine.submit(ticket()).result(60)) == "A000301"


def test_customers_of_that_moment_are_all_answered_and_no_number_comes_twice(path: Path) -> None:
    with line(path) as engine, ThreadPoolExecutor(8) as crowd:
        asked = [crowd.submit(lambda: number(engine.submit(ticket()).result(60))) for _ in range(200)]
        for _ in range(3):
            engine.begin_epoch(engine.journal.epoch, "again", {}, {}).result(60)
        numbers = [each.result(30) for each in asked]
        assert len(set(numbers)) == 200 and sorted(issued(engine.journal)) == sorted(numbers)
        assert engine.journal.verify().damage is None
        firsts = [next(iter(engine.journal.replay(each.start))).event for each in engine.journal.all_streams()]
        assert all(isinstance(first, EpochBegun) for first in firsts) and len(firsts) == 4


def test_a_disk_that_does_not_take_it_stops_the_line(path: Path) -> None:
    failing = False

    class Disk:
        """A connection that fails when told to."""

        def __init__(self, con: Any) -> None:
            self._con = con

        def __getattr__(self, name: str) -> Any:
            return getattr(self._con, name)

        def execute(self, sql: str, *values: Any) -> Any:
            if failing and sql.startswith("insert into stream"):
                raise sqlite3.OperationalError("disk I/O error")
            return self._con.execute(sql, *values)

    def connect(file: Path, readonly: bool) -> Any:
        from edge.journal.connection import connect as real

        return Disk(real(file, readonly))

    with line(path, connect=connect) as engine:
        old = engine.journal.epoch
        failing = True
        with pytest.raises(StorageError):
            engine.begin_epoch(old, "an old image", {}, {}).result(60)
        assert engine.health.status == "failed" and engine.journal.epoch == old


@pytest.mark.parametrize(
    ("numbers", "floor"),
    [
        ({}, 200),
        ({TODAY: 17}, 200),
        ({TODAY: 250}, 400),
        ({YESTERDAY: 250}, 200),
        ({"2026-11-23": 250}, 400),
        ({TODAY: 761}, 880),
    ],
)
def test_numbers_the_centre_knows_of_are_left_out(numbers: dict[str, int], floor: int) -> None:
    """Of a day to come too: the clock of the hall may be behind. Far numbers of a copy that was let in as well."""
    state = Bench().state
    assert state.plan is not None and state.plan.day == TODAY
    assert number_floor(Beginning("e", "an old image", 9, None, False, numbers), state) == floor


def test_a_clock_that_is_set_afterwards_takes_the_floor_along() -> None:
    """The floor belongs to the day that the set clock shows, and this boot's moments are those it had measured."""
    state = State()
    apply(state, NodeStarted("1", "pi", "bench-1", "e1"), seq=1, at=NOON)
    apply(state, EpochBegun("e1", "an old image", 1, 300), seq=1, at=NOON + 5_000)
    apply(state, NodeStarted("1", "pi", "bench-1", "e2", on=True), seq=2, at=NOON + 5_000)
    assert (state.boot_at, state.epoch) == (NOON, "e2")
    day = 86_400_000
    apply(state, ClockSynced("b", 9_000, NOON + day + 9_000), seq=3, at=NOON + 9_000)
    assert (state.floor_at, state.boot_at) == (NOON + day + 5_000, NOON + day)
