"""A told story on each kind of database."""

from collections.abc import Iterator

import pytest

from tests.figures_world import Story


@pytest.fixture
def story(database_url: str) -> Iterator[Story]:
    made = Story(database_url)
    made.tell()
    yield made
    made.close()
