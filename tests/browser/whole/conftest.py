"""The whole system as real programs: broker, centre, one hall on simulated devices."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hallkeeper.programs import Programs
from hallkeeper.system import Layout, System, free_port

HALL = "bank-branch"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder: Path = tmp_path_factory.mktemp("system")
    made = System(folder, Layout(free_port(), free_port(), {HALL: free_port()}))
    made.enrol()
    with Programs(folder / "logs") as programs:
        for program in made.programs():
            programs.start(program)
        yield made
