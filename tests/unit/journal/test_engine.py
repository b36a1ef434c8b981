"""The line: durable first, then told; many commands share a commit; keys, time, settings, faults of ours."""

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import edge.turn
from contract.catalogue import Rules
from contract.events import (
    CatalogueChanged,
    ClockSynced,
    DayClosed,
    DayStarted,
    DeviceFailed,
    EpochBegun,
    NodeStarted,
    RulesChanged,
    TicketIssued,
)
from edge.clock import ManualClock
from edge.errors import HallkeeperError, Invalid, Refused, StorageError
from edge.hall.commands import CallNext, Finish, LogIn, Record
from edge.hall.state import STATE_VERSION
from edge.journal import Journal
from edge.line_news import Batch
from edge.restoring import restored
from tests.line import NOON, issued, line, number, ticket


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def rows(path: Path) -> int:
    """How many events another process sees: what is committed."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as con:
        return int(con.execute("select count(*) from event").fetchone()[0])


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "did not come about"
        time.sleep(0.002)


class Gate:
    """Holds a commit back until it is opened."""

    def __init__(self) -> None:
        self.open, self.reached, self.commits = threading.Event(), threading.Event(), 0
        self.open.set()

    def __call__(self) -> None:
        self.commits += 1
        self.reached.set()
        assert self.open.wait(20)

    def shut(self) -> None:
        self.open.clear()
        self.reached.clear()


def types(events: Any) -> list[type]:
    return [type(record.event) for record in events]


def test_a_first_start_records_epoch_node_settings_and_day(path: Path) -> None:
    with line(path) as engine:
        assert types(engine.journal.replay()) == [EpochBegun, NodeStarted, CatalogueChanged, DayStarted]
        assert engine.health.status == "running"
        assert engine.view.open and engine.view.version == 1
        assert engine.view.plan is not None and engine.view.plan.day == "2026-11-22"


def test_nothing_is_told_before_the_commit(path: Path) -> None:
    gate = Gate()
    heard: list[Batch] = []
    with line(path, before_commit=gate) as engine:
        engine.subscribe(heard.append)
        before, seq = rows(path), engine.view.seq
        gate.shut()
        issue = engine.submit(ticket())
        refused = engine.submit(Finish("1"))
        assert gate.reached.wait(20)
        assert (issue.done(), heard, engine.view.seq, rows(path)) == (False, [], seq, before)
        gate.open.set()
        outcome = issue.result(60)
        assert engine.view.seq >= outcome.events[0].seq, "who was answered sees the new picture"
        assert rows(path) >= before + 1
        with pytest.raises(Refused):
            refused.result(60)
        until(lambda: bool(heard))
    assert heard[0].recorded == outcome.events and heard[0].view.seq == outcome.events[-1].seq


def test_a_refusal_waits_for_the_commit_of_what_it_saw(path: Path) -> None:
    gate = Gate()
    with line(path, before_commit=gate) as engine:
        gate.shut()
        engine.submit(ticket())
        assert gate.reached.wait(20)
        gate.reached.clear()
        first = engine.submit(LogIn("1", "anna"))
        second = engine.submit(LogIn("1", "bert"))
        gate.open.set()
        first.result(60)
        with pytest.raises(Refused):
            second.result(60)


def test_commands_that_come_during_a_commit_share_the_next_one(path: Path) -> None:
    gate = Gate()
    with line(path, before_commit=gate) as engine:
        gate.shut()
        futures = [engine.submit(ticket())]
        assert gate.reached.wait(20)
        commits = gate.commits
        futures += [engine.submit(ticket()) for _ in range(40)]
        gate.open.set()
        numbers = [number(future.result(60)) for future in futures]
        assert gate.commits == commits + 1
    assert numbers == [f"A{n:06}" for n in range(1, 42)]


def test_the_same_key_gives_the_same_outcome_also_after_a_restart(path: Path) -> None:
    with line(path) as engine:
        first = engine.submit(ticket(), "key-1").result(60)
        again = engine.submit(ticket(), "key-1").result(60)
        assert again == first
        with pytest.raises(Invalid) as told:
            engine.submit(ticket("loan"), "key-1").result(60)
        assert told.value.code == "key_reused"
        assert number(engine.submit(ticket(), "key-2").result(60)) == "A000002"
    with line(path, boot="later") as engine:
        assert engine.submit(ticket(), "key-1").result(60) == first
        assert issued(engine.journal) == ["A000001", "A000002"]


def test_the_same_key_twice_within_one_commit_counts_once(path: Path) -> None:
    gate = Gate()
    with line(path, before_commit=gate) as engine:
        gate.shut()
        engine.submit(ticket())
        assert gate.reached.wait(20)
        twice = [engine.submit(ticket(), "key") for _ in range(2)]
        gate.open.set()
        assert twice[0].result(60) == twice[1].result(20)
        assert len(issued(engine.journal)) == 2


def test_a_refused_key_may_be_tried_again(path: Path) -> None:
    with line(path) as engine:
        with pytest.raises(Refused):
            engine.submit(CallNext("1"), "key").result(60)
        engine.submit(LogIn("1", "anna")).result(60)
        engine.submit(ticket()).result(60)
        assert engine.submit(CallNext("1"), "key").result(60).events


def test_a_restart_brings_the_very_same_state_back(path: Path) -> None:
    with line(path) as engine:
        engine.submit(LogIn("1", "anna")).result(60)
        for _ in range(5):
            engine.submit(ticket()).result(60)
        engine.submit(CallNext("1")).result(60)
        before = engine.ask(repr).result(60)
    journal = Journal.open(path, boot="x")
    with_snapshot, replayed = restored(journal)
    with journal._transaction("drop") as con:
        con.execute("delete from snapshot")
    without, all_replayed = restored(journal)
    journal.close()
    assert repr(with_snapshot) == repr(without) == before
    assert (replayed, all_replayed) == (0, journal.head[0])


def test_a_snapshot_of_another_version_is_not_used(path: Path) -> None:
    with line(path) as engine:
        engine.submit(ticket()).result(60)
    journal = Journal.open(path, boot="x")
    journal.save_snapshot("hall", STATE_VERSION + 1, b"from the future")
    assert len(restored(journal)[0].tickets) == 1
    journal.close()


def test_the_day_changes_when_the_clock_reaches_it(path: Path) -> None:
    clock = ManualClock(NOON)
    with line(path, clock) as engine:
        assert number(engine.submit(ticket()).result(60)) == "A000001"
        clock.advance(12 * 3_600_000)
        until(lambda: engine.view.plan is not None and engine.view.plan.day == "2026-11-23")
        assert number(engine.submit(ticket()).result(60)) == "A000001"
        happened = types(engine.journal.replay())
        assert happened.count(DayClosed) == 1 and happened.count(DayStarted) == 2
        assert engine.journal.snapshot("hall", STATE_VERSION) is not None, "the day's end is kept for a quick start"


def test_a_ticket_pressed_as_the_day_changes_belongs_to_the_new_day(path: Path) -> None:
    gate, clock = Gate(), ManualClock(NOON)
    with line(path, clock, before_commit=gate) as engine:
        gate.shut()
        engine.submit(ticket())
        assert gate.reached.wait(20)
        late = engine.submit(ticket())
        clock.advance(12 * 3_600_000)
        gate.open.set()
        (record,) = late.result(60).events
        assert isinstance(record.event, TicketIssued) and record.event.day == "2026-11-23"


def test_a_wall_clock_that_was_set_is_recorded_and_waits_stay_as_long_as_they_were(path: Path) -> None:
    clock = ManualClock(NOON)
    with line(path, clock) as engine:
        engine.submit(ticket()).result(60)
        clock.advance(60_000)
        clock.set_wall(NOON + 3_600_000)
        until(lambda: ClockSynced in types(engine.journal.replay()))
        waits = engine.ask(lambda state: [state.at - each.waiting_since for each in state.tickets.values()]).result(60)
        assert waits == [60_000]


def test_changed_settings_come_into_force_once_with_a_higher_version(path: Path) -> None:
    with line(path):
        pass
    with line(path, rules={"rings": 5}) as engine:
        assert types(engine.journal.replay()).count(CatalogueChanged) == 1
        assert engine.ask(lambda state: state.rules).result(60) == Rules(rings=5)
    services = [{"id": "deposit", "letter": "D", "name": {"en": "Deposit"}}]
    counters = [{"id": "1", "name": {"en": "One"}, "serves": [["deposit"]]}]
    with line(path, rules={"rings": 5}, services=services, counters=counters) as engine:
        assert engine.view.version == 2
        assert number(engine.submit(ticket()).result(60)) == "D001"
        happened = types(engine.journal.replay())
        assert (happened.count(CatalogueChanged), happened.count(RulesChanged)) == (2, 1)


def test_settings_that_people_in_the_hall_forbid_wait_and_the_hall_opens_all_the_same(path: Path) -> None:
    clock = ManualClock(NOON)
    services = [{"id": "loan", "letter": "B", "name": {"en": "Loan"}}]
    counters = [{"id": "1", "name": {"en": "One"}, "serves": [["loan"]]}]
    with line(path, clock) as engine:
        engine.submit(ticket()).result(60)
    with line(path, clock, services=services, counters=counters) as engine:
        assert (engine.health.status, engine.view.version) == ("running", 1)
        clock.advance(12 * 3_600_000)
        until(lambda: engine.view.version == 2)
        assert [service.id for service in engine.view.services] == ["loan"]


def test_changed_hours_replace_the_running_plan(path: Path) -> None:
    with line(path) as engine:
        assert engine.view.open
    day = {"starts": "00:00", "opens": "08:00", "last_ticket": "11:00", "closes": "11:30"}
    with line(path, day=day) as engine:
        assert not engine.view.open


def test_a_subscriber_that_fails_disturbs_nobody(path: Path) -> None:
    heard: list[Batch] = []

    def broken(batch: Batch) -> None:
        raise RuntimeError("broken")

    with line(path) as engine:
        engine.subscribe(broken)
        leave = engine.subscribe(heard.append)
        engine.submit(ticket()).result(60)
        engine.submit(ticket()).result(60)
        until(lambda: len(heard) == 2)
        leave()
        engine.submit(ticket()).result(60)
        engine.ask(lambda state: None).result(60)
        assert len(heard) == 2


def test_a_fault_of_ours_turns_only_its_own_command_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate()

    class Poison(Record, frozen=True):
        """A command whose deciding fails in a way nobody foresaw."""

    decide = edge.turn.decide

    def deciding(state: Any, command: Any, at: int) -> Any:
        if isinstance(command, Poison):
            state.numbers["A"] = 77
            raise KeyError("poison")
        return decide(state, command, at)

    monkeypatch.setattr(edge.turn, "decide", deciding)
    with line(path, before_commit=gate) as engine:
        gate.shut()
        first = engine.submit(ticket())
        assert gate.reached.wait(20)
        shared = [
            engine.submit(ticket()),
            engine.submit(Poison(DeviceFailed("d", "printer", "x"))),
            engine.submit(ticket()),
        ]
        gate.open.set()
        assert number(first.result(60)) == "A000001"
        assert number(shared[0].result(60)) == "A000002"
        with pytest.raises(HallkeeperError, match="Internal fault"):
            shared[1].result(60)
        assert number(shared[2].result(60)) == "A000003"
        assert engine.health.status == "running"


@pytest.mark.parametrize("broken", ["edge.engine.picture", "edge.journal.Journal.testify"])
def test_what_is_committed_is_answered_although_what_follows_fails(
    path: Path, broken: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fault(*_: Any, **__: Any) -> None:
        raise ValueError("a fault of ours")

    with line(path) as engine:
        with monkeypatch.context() as patch:
            patch.setattr(broken, fault)
            assert number(engine.submit(ticket()).result(60)) == "A000001"
            assert number(engine.submit(ticket()).result(60)) == "A000002"
        last = engine.submit(ticket()).result(60)
        assert number(last) == "A000003"
        assert engine.view.seq == last.events[-1].seq and engine.health.status == "running"
    assert "a fault of ours" in caplog.text


def test_a_disk_that_refuses_what_follows_a_commit_stops_the_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise StorageError("the disk is gone")

    with line(path) as engine:
        monkeypatch.setattr(engine.journal, "testify", refuse)
        assert number(engine.submit(ticket()).result(60)) == "A000001"
        with pytest.raises(StorageError):
            engine.submit(ticket()).result(60)


def test_a_stopped_line_turns_everybody_away(path: Path) -> None:
    with line(path) as engine:
        waiting = [engine.submit(ticket()) for _ in range(20)]
    assert [number(future.result(0)) for future in waiting] == [f"A{n:06}" for n in range(1, 21)]
    with pytest.raises(StorageError):
        engine.submit(ticket()).result(60)
    with pytest.raises(StorageError):
        engine.ask(lambda state: None).result(60)


def test_a_cancelled_command_is_not_carried_out(path: Path) -> None:
    gate = Gate()
    with line(path, before_commit=gate) as engine:
        gate.shut()
        engine.submit(ticket())
        assert gate.reached.wait(20)
        assert engine.submit(ticket()).cancel()
        gate.open.set()
        assert number(engine.submit(ticket()).result(60)) == "A000002"


def test_two_thousand_tickets_from_sixteen_threads_are_numbered_without_gap(path: Path) -> None:
    numbers: list[str] = []

    def press() -> None:
        for _ in range(125):
            numbers.append(number(engine.submit(ticket()).result(60)))

    with line(path) as engine:
        threads = [threading.Thread(target=press) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert issued(engine.journal) == sorted(numbers) == [f"A{n:06}" for n in range(1, 2001)]
        assert engine.journal.verify().damage is None
