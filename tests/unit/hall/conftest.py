"""The hall on the bench, for every test of the engine."""

import pytest

from contract import events
from edge.hall import commands as c
from tests.halls import Bench


@pytest.fixture
def bench() -> Bench:
    """Three services, three counters, ten in the morning, nobody logged in."""
    return Bench()


@pytest.fixture
def open_bench(bench: Bench) -> Bench:
    """The same with a clerk at every counter."""
    bench.open("1", "2", "3")
    return bench


def check_in(bench: Bench, code: str | None = None, **more: str) -> c.CheckIn:
    return c.CheckIn(bench.token(), "kiosk", "code", code, **more)


def calls(bench: Bench, counter: str = "1") -> list[str]:
    """Calls and finishes until nobody waits for the counter."""
    called = []
    while bench.view().counters[int(counter) - 1].waiting:
        done = bench.do(c.CallNext(counter))[-1]
        assert isinstance(done, events.TicketCalled)
        called.append(done.number)
        bench.do(c.Finish(counter))
    return called
