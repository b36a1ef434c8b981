"""What keeps a journal short and its start quick: snapshots, pruning, and a reading across versions."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

import edge.engine
from contract.events import EpochBegun
from edge.clock import ManualClock
from edge.errors import JournalDamaged
from edge.hall.commands import CallNext, Finish, LogIn, LogOut, Start
from edge.hall.state import STATE_VERSION, State
from edge.journal import Beginning, Journal
from edge.offer import number_floor
from edge.restoring import restored, translated
from tests.line import NOON, issued, line, number, ticket

DAY = 86_400_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "did not come about"
        time.sleep(0.01)


def snapshots(journal: Journal) -> list[int]:
    return [int(row[1]) for row in journal.table("snapshot") if row[0] == "hall"]


def test_a_snapshot_is_taken_when_much_has_happened_and_the_line_rests(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge.engine, "SNAPSHOT_EVERY", 20)
    with line(path) as engine:
        for _ in range(10):
            engine.submit(ticket()).result(60)
        assert snapshots(engine.journal) == []
        for _ in range(15):
            engine.submit(ticket()).result(60)
        until(lambda: snapshots(engine.journal) == [engine.journal.place])


def test_a_clean_stop_leaves_a_snapshot_so_that_nothing_is_replayed(path: Path) -> None:
    with line(path) as engine:
        for _ in range(10):
            engine.submit(ticket()).result(60)
        end = engine.journal.place
    journal = Journal.open(path, boot="x")
    assert snapshots(journal) == [end] and restored(journal)[1] == 0
    journal.close()


def one_day(engine: edge.engine.Engine, clock: ManualClock) -> None:
    for command in (LogIn("1", "anna"), ticket(), CallNext("1"), Start("1"), Finish("1"), LogOut("1")):
        engine.submit(command).result(60)
    engine.journal.acknowledge(engine.journal.epoch, *engine.journal.head, "g1")
    day = engine.view.plan
    clock.advance(DAY)
    until(lambda: engine.view.plan != day)


def test_old_acknowledged_days_are_dropped_by_themselves_and_the_hall_starts_without_them(path: Path) -> None:
    clock = ManualClock(NOON)
    node = {"id": "bench-1", "keep_days": 2}
    with line(path, clock, node=node) as engine:
        for _ in range(6):
            one_day(engine, clock)
        until(lambda: engine.journal.all_streams()[0].first > 10)
        held = issued(engine.journal)
        assert len(held) < 6
        before = engine.ask(repr).result(60)
    journal = Journal.open(path, boot="x")
    assert repr(restored(journal)[0]) == before
    journal.close()


def test_a_clock_that_is_not_synchronised_drops_nothing(path: Path) -> None:
    clock = ManualClock(NOON, synced=False)
    with line(path, clock, node={"id": "bench-1", "keep_days": 1}) as engine:
        for _ in range(4):
            one_day(engine, clock)
        engine._keeper._look()
        assert engine.journal.all_streams()[0].first == 1 and len(issued(engine.journal)) == 4


def test_after_pruning_another_version_s_snapshot_is_read_field_by_field(path: Path) -> None:
    clock = ManualClock(NOON)
    with line(path, clock, node={"id": "bench-1", "keep_days": 1}) as engine:
        for _ in range(4):
            one_day(engine, clock)
        until(lambda: engine.journal.all_streams()[0].first > 1)
        engine.submit(ticket()).result(60)
    journal = Journal.open(path, boot="x")
    with journal._transaction("update") as con:
        con.execute("update snapshot set version = version + 1 where name = 'hall'")
    state, _ = restored(journal)
    assert state.catalogue is not None and len(state.tickets) == 1
    with journal._transaction("drop") as con:
        con.execute("delete from snapshot")
    with pytest.raises(JournalDamaged, match="backup"):
        restored(journal)
    journal.close()


def test_what_a_version_does_not_understand_of_another_is_left_out() -> None:
    state = State(seq=7, numbers={"A": 5})
    other = msgspec.to_builtins(state) | {"rules": "quite different", "telepathy": True}
    read = translated(msgspec.msgpack.encode(other))
    assert (read.seq, read.numbers, read.rules) == (7, {"A": 5}, State().rules)
    assert STATE_VERSION >= 1


@pytest.mark.parametrize(
    ("high", "used", "floor"),
    [(17, 12, 17), (12, 17, 17), (None, 0, 200), (None, 17, 200), (None, 350, 500), (None, 990, 995)],
)
def test_numbers_that_cannot_be_proved_unused_are_left_out(high: int | None, used: int, floor: int) -> None:
    state = State(numbers={"A": used})
    assert number_floor(Beginning("e", "torn", 0, high), state) == floor


def test_an_epoch_begun_after_damage_carries_its_floor_into_the_hall(path: Path) -> None:
    with line(path) as engine:
        for _ in range(5):
            engine.submit(ticket()).result(60)
    path.unlink()
    with line(path, boot="later") as engine:
        first = next(iter(engine.journal.replay())).event
        assert isinstance(first, EpochBegun) and first.number_floor == 5 and first.salvaged == 0
        assert number(engine.submit(ticket()).result(60)) == "A000006"
