"""Wrong tries of a booking code are counted for every process of the centre, and over a restart (F50)."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, insert, select

from central.db.engine import engine, writing
from central.db.tables import CodeGuess, ENotice
from central.guesses import CODE_S, MOST, Guesses, TooManyTries
from tests.notices_world import NOON, NoticesWorld

HOUR = CODE_S * 1000
CODE = "CODE0001"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("central.guesses.EQUAL_S", 0)


@pytest.fixture
def world(database_url: str) -> Iterator[NoticesWorld]:
    """With one booking, of CODE0001."""
    world = NoticesWorld(database_url)
    world.book()
    yield world
    world.close()


def process(database_url: str, at: list[int] | None = None) -> tuple[Guesses, Engine]:
    """One process of the centre, with an engine of its own. `at`: its clock, ms."""
    own = engine(database_url)
    return Guesses(own, clock=lambda: 0.0, wall=lambda: (at or [NOON])[0]), own


def rows(world: NoticesWorld) -> dict[str, int]:
    with world.database.connect() as connection:
        return {row.code: row.failures for row in connection.execute(select(CodeGuess.code, CodeGuess.failures))}


def wrong(guesses: Guesses, code: str = CODE, address: str = "guesser") -> None:
    assert guesses.tried(code, address, lambda: None) is None


@pytest.mark.fault("F50")
def test_ten_tries_are_ten_whichever_process_they_come_to_and_after_a_restart(
    world: NoticesWorld, database_url: str
) -> None:
    at = [NOON]
    one, engine_1 = process(database_url, at)
    other, engine_2 = process(database_url, at)
    for n in range(MOST):
        wrong(one if n % 2 else other, address=f"guesser {n}")
    restarted, engine_3 = process(database_url, at)
    for guesses in (one, other, restarted):
        with pytest.raises(TooManyTries) as refused:
            guesses.tried(CODE, "the customer", lambda: "found")
        assert refused.value.of_code and refused.value.wait_s == CODE_S
    at[0] += HOUR
    assert restarted.tried(CODE, "the customer", lambda: "found") == "found"
    assert rows(world) == {}, "the right one clears what was wrong"
    for each in (engine_1, engine_2, engine_3):
        each.dispose()


@pytest.mark.fault("F50")
def test_of_many_tries_at_once_ten_are_let_through(world: NoticesWorld, database_url: str) -> None:
    """By each of two processes one more, that it had in hand when the other noted the tenth."""
    processes = [process(database_url), process(database_url)]
    looked, guard = [0], threading.Lock()

    def look() -> None:
        with guard:
            looked[0] += 1

    def once(n: int) -> bool:
        try:
            processes[n % 2][0].tried(CODE, f"guesser {n}", look)
        except TooManyTries:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        let = sum(pool.map(once, range(80)))
    assert MOST <= let == looked[0] <= MOST + 1 and rows(world) == {CODE: let}
    for _, each in processes:
        each.dispose()


@pytest.mark.fault("F50")
def test_codes_nobody_has_are_shut_as_well_but_fill_no_table(world: NoticesWorld) -> None:
    guesses = Guesses(world.database, clock=lambda: 0.0, wall=lambda: NOON)
    for n in range(300):
        wrong(guesses, f"GUESS{n}", f"address {n}")
    for hostile in ("a\x00b", "\ud800", "x" * 3000, "'; --", ""):
        wrong(guesses, hostile, hostile)
    for n in range(MOST):
        wrong(guesses, "NOBODYS", f"another {n}")
    with pytest.raises(TooManyTries) as refused:
        wrong(guesses, "NOBODYS", "the last")
    assert refused.value.of_code and refused.value.wait_s == CODE_S and rows(world) == {}


def test_the_code_of_a_result_notice_counts_too(world: NoticesWorld) -> None:
    told = {"node": "n", "ticket": "t", "number": "1", "outcome": "", "note": "", "collect": "", "at": NOON}
    with writing(world.database).begin() as connection:
        connection.execute(insert(ENotice).values(code="RESULT0001", booking=1, **told))
    wrong(Guesses(world.database), "RESULT0001")
    assert rows(world) == {"RESULT0001": 1}


def test_tries_long_ago_do_not_add_up_and_are_cleared_by_the_clockwork(world: NoticesWorld) -> None:
    at = [NOON]
    guesses = Guesses(world.database, clock=lambda: 0.0, wall=lambda: at[0])
    for _ in range(MOST - 1):
        wrong(guesses)
    at[0] += HOUR + 1
    wrong(guesses)
    assert rows(world) == {CODE: 1}
    job = guesses.kept.job()
    assert job.run(at[0] + HOUR) == 0 and rows(world) == {CODE: 1}
    assert job.run(at[0] + HOUR + 1) == 1 and rows(world) == {}


def test_a_clock_that_was_set_back_shuts_nobody_out_for_longer(world: NoticesWorld) -> None:
    at = [NOON]
    guesses = Guesses(world.database, clock=lambda: 0.0, wall=lambda: at[0])
    for _ in range(MOST):
        wrong(guesses)
    at[0] -= 24 * HOUR
    with pytest.raises(TooManyTries) as refused:
        wrong(guesses)
    assert refused.value.wait_s == CODE_S


def test_who_looks_rightly_writes_nothing(world: NoticesWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hall's customers look again and again, and no writer waits for them."""
    guesses = Guesses(world.database)

    def never(_: Engine) -> Engine:
        raise AssertionError("a writing transaction")

    monkeypatch.setattr("central.guesses_kept.writing", never)
    for _ in range(3):
        assert guesses.tried(CODE, "customer", lambda: "found") == "found"
    wrong(guesses, "GUESS", "guesser")
    with world.database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(CodeGuess)) == 0
