"""A bookable hall on each kind of database."""

from collections.abc import Iterator

import pytest

from tests.booking_halls import Halls
from tests.booking_world import World


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = World(database_url)
    yield made
    made.close()


@pytest.fixture
def halls(world: World, database_url: str) -> Iterator[Halls]:
    """The same hall with a node that speaks."""
    made = Halls(world, database_url)
    made.node()
    yield made
    made.close()
