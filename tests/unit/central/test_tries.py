"""How often a password may be guessed."""

import pytest

from central import tries
from central.tries import Tries


def test_after_the_last_try_nothing_is_let_through_until_the_pause_is_over() -> None:
    guard = Tries(most=3, pause_s=60)
    for second in range(3):
        assert guard.wait_s("boss 10.0.0.9", second) == 0
        guard.failed("boss 10.0.0.9", second)
    assert guard.wait_s("boss 10.0.0.9", 2) == 60
    assert guard.wait_s("boss 10.0.0.9", 61.5) == 0.5
    assert guard.wait_s("boss 10.0.0.9", 62) == 0
    assert guard.wait_s("boss 10.0.0.8", 2) == 0


def test_a_right_password_forgets_the_wrong_ones() -> None:
    guard = Tries(most=2, pause_s=60)
    guard.failed("a", 0)
    guard.succeeded("a")
    guard.failed("a", 1)
    assert guard.wait_s("a", 1) == 0


def test_failures_long_ago_do_not_add_up() -> None:
    guard = Tries(most=2, pause_s=60)
    guard.failed("a", 0)
    guard.failed("a", 61)
    assert guard.wait_s("a", 61) == 0


def test_only_what_fails_within_the_time_counts_together() -> None:
    guard = Tries(most=3, pause_s=60, within_s=100)
    for second in (0, 50, 101, 140):
        guard.failed("a", second)
        assert guard.wait_s("a", second) == 0
    guard.failed("a", 150)
    guard.failed("a", 205)  # one that was under way already: the pause is not lifted by it
    assert guard.wait_s("a", 205) == 60
    guard.failed("a", 266)
    assert guard.wait_s("a", 266) == 0


def test_a_flood_of_names_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "KEPT", 10)
    guard = Tries(most=1, pause_s=60)
    for n in range(100):
        guard.failed(str(n), 0)
    assert len(guard._records) == 10
    assert guard.wait_s("99", 0) == 60
