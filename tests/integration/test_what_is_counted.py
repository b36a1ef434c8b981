"""What the office's menu and its alerts count every few seconds is looked up, however many bookings there were."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from central.alerts import office
from central.console.menu.waiting_query import waiting
from central.db import migrate
from central.db.engine import engine
from central.people.roles import ROLES
from central.people.scope import Staff

GROWING = ("bookings", "verdicts")
"""Tables with a row for all that ever was."""


@pytest.fixture
def database(tmp_path: Any) -> Iterator[Engine]:
    made = engine(f"sqlite:///{tmp_path / 'centre.db'}")
    migrate.upgrade(made)
    yield made
    made.dispose()


def test_nothing_that_grows_is_read_from_end_to_end(database: Engine) -> None:
    asked: list[tuple[str, Any]] = []

    @event.listens_for(database, "before_cursor_execute")
    def _note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    with database.connect() as connection:
        for halls in ((), ("east", "west")):
            waiting(connection, Staff("boss", tuple(ROLES), halls))
        office.excess(connection)
        office.copies(connection, 1_000_000)
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values) for sql, values in list(asked)]
        steps = [row[3] for plan in plans for row in plan]
    assert len(plans) == 6
    for table in GROWING:
        found = [step for step in steps if table in step]
        assert found
        # an index of few rows may be read whole
        assert [step for step in found if step.startswith("SCAN") and "INDEX ix_bookings_un" not in step] == []
