"""A hall known to the centre, and a phone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.centre import CentreBench
from tests.public_world import PublicWorld
from tests.site_world import Site


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Site]:
    bench = CentreBench(f"sqlite:///{tmp_path}/centre.db")
    yield Site(bench)
    bench.close()


Scan = Callable[..., str]


@pytest.fixture
def scan(hall: Site) -> Scan:
    """The page of a slip by its number, in English."""

    def scanning(number: str = "A001", lang: str = "en") -> str:
        answer = hall.phone().get(f"/t/bank/TOKEN{number}?lang={lang}")
        assert answer.status_code == 200, answer.text
        return answer.text

    return scanning


@pytest.fixture
def public(tmp_path: Path) -> Iterator[PublicWorld]:
    """The whole public site over two halls."""
    made = PublicWorld(f"sqlite:///{tmp_path}/public.db")
    yield made
    made.close()
