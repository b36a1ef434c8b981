"""The hall on the bench, for what is reported of it."""

import pytest

from tests.halls import Bench


@pytest.fixture
def open_bench() -> Bench:
    """Three services, a clerk at each of three counters, ten in the morning."""
    bench = Bench()
    bench.open("1", "2", "3")
    return bench
