"""The node's clock: no jump between two readings, and a wall that was set is told."""

import ctypes
import time

import pytest

from edge import clock as clocks
from edge.clock import Clock, ManualClock

AT = 1_795_348_800_000


def test_the_wall_being_set_does_not_move_time_until_it_is_recorded() -> None:
    clock = ManualClock(AT)
    clock.advance(10_000)
    clock.set_wall(AT + 3_600_000)
    clock.advance(5_000)
    assert clock.stamp().at == AT + 15_000

    correction = clock.step("boot")

    assert correction is not None
    assert correction.stamp.at == AT + 15_000
    assert (correction.event.boot, correction.event.mono_ms) == ("boot", correction.stamp.mono_ms)
    assert correction.event.at == clock.stamp().at == AT + 3_605_000


@pytest.mark.parametrize(("moved", "told"), [(1_999, False), (-1_999, False), (2_500, True), (-2_500, True)])
def test_only_a_step_of_more_than_two_seconds_is_told(moved: int, told: bool) -> None:
    clock = ManualClock(AT)
    clock.set_wall(AT + moved)
    assert (clock.step("boot") is not None) == told
    assert clock.step("boot") is None


def test_a_clock_that_was_never_set_goes_on_from_what_the_journal_has_seen() -> None:
    clock = ManualClock(0, synced=False)
    clock.not_before(AT)
    clock.advance(1_000)
    assert clock.stamp().at == AT + 1_000
    assert clock.step("boot") is None, "its wall is still of 1970, that is known"

    clock.set_wall(AT + 86_400_000)
    clock.synced = True
    correction = clock.step("boot")
    assert correction is not None and correction.event.at == AT + 86_400_000


def test_a_synchronised_clock_is_believed_even_behind_the_journal() -> None:
    clock = ManualClock(AT)
    clock.not_before(AT + 31_536_000_000)
    assert clock.stamp().at == AT


def test_who_waits_is_told_when_time_is_moved_and_the_rate_shortens_the_wait() -> None:
    clock, calls = ManualClock(AT, rate=60.0), []
    clock.listen(lambda: calls.append(clock.stamp().at))
    assert clock.seconds_until(AT + 60_000) == pytest.approx(1.0, abs=0.2)
    clock.advance(60_000)
    assert calls and clock.seconds_until(AT + 60_000) == 0


def test_the_rate_makes_time_run() -> None:
    clock = ManualClock(AT, rate=1000.0)
    deadline = time.monotonic() + 60
    while clock.stamp().at < AT + 10_000:
        assert time.monotonic() < deadline
    clock.rate = 0.0
    held = clock.stamp().at
    assert clock.stamp().at == held


def test_the_real_clock_agrees_with_the_wall_and_asks_the_kernel() -> None:
    clock, before = Clock(), time.time_ns() // 1_000_000
    first, second = clock.stamp(), clock.stamp()
    assert before - 1 <= first.at <= time.time_ns() // 1_000_000 + 1, "two clocks are rounded, each to a millisecond"
    assert second.mono_ms >= first.mono_ms and second.at >= first.at


def test_whether_the_kernel_is_synchronised_is_read_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Libc:
        state, status = 0, 0

        def adjtimex(self, timex: object) -> int:
            ctypes.cast(timex, ctypes.POINTER(clocks._Timex)).contents.status = self.status  # type: ignore[arg-type]
            return self.state

    libc = Libc()
    monkeypatch.setattr(clocks.ctypes, "CDLL", lambda *_, **__: libc)
    monkeypatch.setattr(clocks, "_SYNCED_FLAG", clocks.Path("/nonexistent"))
    assert clocks.kernel_synced()
    libc.state = 5
    assert not clocks.kernel_synced()
    libc.state, libc.status = 0, 0x40
    assert not clocks.kernel_synced()
