"""Suspending and resuming a hall from the console."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from central.db.tables import DirectiveRow


def order(visitor: Any, **form: str) -> Any:
    return visitor.post("/console/orders", data={**form, "csrftoken": visitor.token("/console/orders")})


def newest(engine: Engine) -> DirectiveRow:
    with Session(engine) as session:
        return session.scalars(select(DirectiveRow).order_by(DirectiveRow.key.desc())).first()  # type: ignore[return-value]


def test_an_order_becomes_a_directive_and_wakes_the_ingest(visit: Callable, engine: Engine, woken: Any) -> None:
    answer = order(visit("office"), hall="hall-002", what="suspend", reason="  no   power ")
    assert "The order is on its way" in answer.text
    assert "no power" in answer.text
    row = newest(engine)
    assert (row.node, row.type, row.issued_by, row.outcome) == ("node-002", "HallSuspended", "office", None)
    assert msgspec.json.decode(row.data) == {"reason": "no power"}
    assert woken.times == 1
    order(visit("office"), hall="hall-002", what="resume")
    assert newest(engine).type == "HallResumed"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"hall": "hall-002", "what": "suspend", "reason": " "}, "Give the reason"),
        ({"hall": "nowhere", "what": "resume"}, "there is no hall nowhere"),
        ({"hall": "hall-002", "what": "suspend", "reason": "x" * 201}, "at most 200 characters"),
    ],
)
def test_an_order_that_cannot_be_given_says_why_and_changes_nothing(
    visit: Callable, engine: Engine, woken: Any, form: dict[str, str], said: str
) -> None:
    before = newest(engine).key
    assert said in order(visit("boss"), **form).text
    assert newest(engine).key == before
    assert woken.times == 0


def test_an_order_from_another_site_is_refused(visit: Callable, engine: Engine) -> None:
    before = newest(engine).key
    boss = visit("boss")
    form = {"hall": "hall-002", "what": "suspend", "reason": "forged"}
    assert boss.post("/console/orders", data=form).status_code == 403
    assert boss.post("/console/orders", data={**form, "csrftoken": "made up"}).status_code == 403
    assert newest(engine).key == before
