"""Fixtures of what is told."""

from collections.abc import Iterator

import pytest

from tests.gateway import Gateway
from tests.notices_world import NoticesWorld


@pytest.fixture
def world(database_url: str) -> Iterator[NoticesWorld]:
    world = NoticesWorld(database_url)
    yield world
    world.close()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    gateway = Gateway()
    yield gateway
    gateway.close()
