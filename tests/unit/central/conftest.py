"""Fixtures of the centre's unit tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.centre import CentreBench


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreBench]:
    """The ingest on a SQLite file of its own."""
    bench = CentreBench(f"sqlite:///{tmp_path}/centre.db")
    yield bench
    bench.close()
