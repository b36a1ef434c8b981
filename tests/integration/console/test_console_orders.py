"""Suspending and resuming a hall from the console."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from central.db.tables import DirectiveRow
from tests import console_world as world


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


def test_an_emergency_is_declared_and_ended_and_its_outcome_shown(visit: Callable, engine: Engine, woken: Any) -> None:
    office = visit("office")
    answer = order(office, hall="hall-002", what="emergency", kind="fire", sure="1")
    assert "The order is on its way" in answer.text
    row = newest(engine)
    assert (row.node, row.type, row.kind) == ("node-002", "EmergencyDeclared", "command")
    assert msgspec.json.decode(row.data) == {"kind": "fire", "by": "office"}
    order(office, hall="hall-002", what="calm")
    assert msgspec.json.decode(newest(engine).data) == {"by": "office"} and woken.times == 2
    with Session(engine) as session, session.begin():
        session.execute(update(DirectiveRow).where(DirectiveRow.key == row.key).values(outcome="done", detail=""))
    table = office.get("/console/orders").text.split("Newest orders")[1]
    assert "emergency over" in table and ">fire<" in table and ">done<" in table
    assert "Xihu Government Hall 1" in table


def test_emergencies_that_last_are_named(visit: Callable, engine: Engine) -> None:
    assert "hk-lasting" not in visit("office").get("/console/orders").text
    world.alarms(engine)
    lasting = visit("office").get("/console/orders").text.split("hk-lasting")[1].split("</ul>")[0]
    assert "fire" in lasting and "Xihu Government Hall 1" in lasting and "power failure" not in lasting


@pytest.mark.parametrize("form", [{"what": "party"}, {"what": "emergency", "kind": "boredom", "sure": "1"}])
def test_an_order_nobody_offers_is_refused(visit: Callable, engine: Engine, form: dict[str, str]) -> None:
    before = newest(engine).key
    assert order(visit("boss"), hall="hall-002", **form).status_code == 400
    assert newest(engine).key == before


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"hall": "hall-002", "what": "emergency", "kind": "fire"}, "tick the box"),
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
