"""The API over a bookable hall, on each kind of database."""

from collections.abc import Iterator

import pytest

from tests.api_world import ApiWorld


@pytest.fixture
def api(database_url: str) -> Iterator[ApiWorld]:
    made = ApiWorld(database_url)
    yield made
    made.close()
