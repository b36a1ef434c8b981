"""One whole system a module: broker, centre, one hall on the shipped example, open round the clock."""

from collections.abc import Iterator

import pytest

from tests.faults.whole.programs import Office, written


@pytest.fixture(scope="module")
def unstarted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Enrolled; nothing runs yet."""
    system = written(tmp_path_factory.mktemp("office"))
    system.enrol()
    with Office(system) as office:
        yield office


@pytest.fixture(scope="module")
def office(unstarted: Office) -> Office:
    """Everything runs; a test that kills something starts it again."""
    unstarted.start()
    return unstarted
