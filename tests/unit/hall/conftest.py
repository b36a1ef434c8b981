"""The hall on the bench, for every test of the engine."""

import pytest

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
