"""The booking pages of the console over a centre that takes bookings, on either database."""

from collections.abc import Iterator

import pytest

from tests.desk_world import DeskWorld


@pytest.fixture
def world(database_url: str) -> Iterator[DeskWorld]:
    made = DeskWorld(database_url)
    yield made
    made.close()
