"""Edges in, presses out, on times made by hand and by hypothesis."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.devices.debounce import Ailing, Debounce, Finding, Pressed, Well
from edge.devices.ports import Edge

MS = 1_000_000
SECOND = 1000 * MS


def run(debounce: Debounce, *steps: tuple[int, bool] | int, key: str = "k") -> list[Finding]:
    """`steps`: (ms, down) an edge, ms alone a tick."""
    found: list[Finding] = []
    for step in steps:
        if isinstance(step, int):
            found += debounce.tick(step * MS)
        else:
            found += debounce.feed(Edge(key, step[1], step[0] * MS))
    return found


def test_a_press_counts_once_the_contact_rested() -> None:
    debounce = Debounce(debounce_ms=20)
    assert run(debounce, (100, True), 119) == []
    assert debounce.next_due() == 120 * MS
    assert run(debounce, 120) == [Pressed("k", 100 * MS)]


def test_a_press_over_before_anybody_looked_counts_too() -> None:
    assert run(Debounce(debounce_ms=20), (100, True), (180, False)) == [Pressed("k", 100 * MS)]


def test_a_spike_is_no_press() -> None:
    debounce = Debounce(debounce_ms=20)
    assert run(debounce, (100, True), (119, False), 5000) == []
    assert debounce.next_due() is None


@pytest.mark.fault("F40")
@given(
    closing=st.lists(st.integers(1, 19), max_size=10),
    opening=st.lists(st.integers(1, 19), max_size=10),
    held=st.integers(20, 2000),
    presses=st.integers(1, 4),
)
def test_however_a_contact_bounces_a_press_is_one_press(
    closing: list[int], opening: list[int], held: int, presses: int
) -> None:
    """Each pause inside the chatter is shorter than the debounce time."""
    debounce = Debounce(debounce_ms=20)
    now, found = 1000, 0
    for _ in range(presses):
        for down, gaps, rest in ((True, closing, held), (False, opening, 2000)):
            pauses = [*gaps, *([gaps[-1]] if len(gaps) % 2 else []), rest]
            for n, pause in enumerate(pauses):
                found += len(run(debounce, (now, down == (n % 2 == 0))))
                now += pause
    assert found + len(run(debounce, now)) == presses


edges = st.lists(st.tuples(st.integers(1, 600), st.booleans(), st.sampled_from("ab")), max_size=80)


def presses_of(found: list[Finding], key: str) -> list[int]:
    return [one.mono_ns for one in found if isinstance(one, Pressed) and one.key == key]


@given(edges, st.integers(0, 1000))
def test_presses_of_a_key_are_apart_and_never_more_than_closings(
    steps: list[tuple[int, bool, str]], repeat_ms: int
) -> None:
    debounce = Debounce(debounce_ms=20, repeat_ms=repeat_ms)
    found: list[Finding] = []
    now = 0
    for pause, down, key in steps:
        now += pause
        found += debounce.feed(Edge(key, down, now * MS))
    found += debounce.tick((now + 100_000) * MS)
    for key in "ab":
        times = presses_of(found, key)
        assert all(after - before >= repeat_ms * MS for before, after in pairwise(times))
        assert len(times) <= sum(down for _, down, of in steps if of == key)


@given(edges)
def test_looking_often_finds_the_same_as_looking_late(steps: list[tuple[int, bool, str]]) -> None:
    busy, lazy = Debounce(debounce_ms=20, storm=6), Debounce(debounce_ms=20, storm=6)
    often: list[Finding] = []
    late: list[Finding] = []
    now = 0
    for pause, down, key in steps:
        for at in range(now, now + pause):
            often += busy.tick(at * MS)
        now += pause
        often += busy.feed(Edge(key, down, now * MS))
        late += lazy.feed(Edge(key, down, now * MS))
    assert often + list(busy.tick(now + 99 * SECOND)) == late + list(lazy.tick(now + 99 * SECOND))


def test_the_same_key_twice_within_the_repeat_time_counts_once() -> None:
    debounce = Debounce(debounce_ms=20, repeat_ms=400)
    found = run(debounce, (0, True), (100, False), (300, True), (380, False), (400, True), (500, False), 600)
    assert found == [Pressed("k", 0), Pressed("k", 400 * MS)]


def test_another_key_within_the_repeat_time_counts() -> None:
    debounce = Debounce(debounce_ms=20, repeat_ms=400)
    found = run(debounce, (0, True), (50, False), key="a") + run(debounce, (100, True), (150, False), key="b")
    assert [one.key for one in found] == ["a", "b"]


def test_keys_that_settle_together_come_in_the_order_they_closed() -> None:
    debounce = Debounce(debounce_ms=20)
    run(debounce, (0, True), (5, False), key="b")
    run(debounce, (6, True), key="a")
    run(debounce, (7, True), key="b")
    assert [one.key for one in run(debounce, 100)] == ["a", "b"]


def test_a_stuck_key_counts_once_is_told_once_and_ignored_until_it_opens() -> None:
    debounce = Debounce(debounce_ms=20, stuck_s=15)
    assert run(debounce, (0, True), 14_999) == [Pressed("k", 0)]
    assert run(debounce, 15_000) == [Ailing("k", "stuck")]
    assert debounce.next_due() is None
    assert run(debounce, 3_600_000) == []
    assert run(debounce, (3_600_100, False), (3_600_105, True), (3_600_200, False), 3_600_219) == []
    assert run(debounce, 3_600_220) == [Well("k")]
    assert run(debounce, (3_700_000, True), 3_700_020) == [Pressed("k", 3_700_000 * MS)]


def test_a_storm_is_told_once_and_ignored_until_a_second_of_quiet() -> None:
    debounce = Debounce(debounce_ms=5, repeat_ms=0, storm=10)
    chatter = [(at * 10, at % 2 == 0) for at in range(200)]
    found = run(debounce, *chatter)
    ailing = found.index(Ailing("k", "storm"))
    assert not any(isinstance(one, Ailing) for one in found[ailing + 1 :])
    assert found[ailing + 1 :] == []
    assert run(debounce, 2989) == []
    assert run(debounce, 2990) == [Well("k")]
    assert run(debounce, (5000, True), 5005) == [Pressed("k", 5000 * MS)]


def test_a_storm_that_ends_closed_is_no_press_and_then_stuck() -> None:
    debounce = Debounce(debounce_ms=5, storm=4, stuck_s=15)
    run(debounce, *((at * 2, at % 2 == 0) for at in range(9)))
    assert run(debounce, 20_000) == [Well("k"), Ailing("k", "stuck")]


def test_many_quick_presses_over_a_minute_are_no_storm() -> None:
    debounce = Debounce(debounce_ms=20, repeat_ms=0)
    steps = [(at * 50, at % 2 == 0) for at in range(1200)]
    assert [type(one) for one in run(debounce, *steps)] == [Pressed] * 600
