"""Calls to make: who, why, until when; the number for whom it is needed; the outcome, and the next try."""

from typing import Any

import pytest
from sqlalchemy import Row, select

from central.db.engine import writing
from central.db.tables import AuditRow, ContactTask
from central.notices.outbox import announce
from central.notices.sender import Sender
from tests.booking_world import HOUR
from tests.desk_visitor import Clerk
from tests.desk_world import DeskWorld


def task(world: DeskWorld) -> Row[Any]:
    with world.engine.connect() as connection:
        return connection.execute(select(*ContactTask.__table__.columns)).one()


@pytest.mark.clause("S0-28")
def test_an_important_matter_is_confirmed_by_telephone(world: DeskWorld) -> None:
    row = world.booked(1, matter="transfer", flags=("disabled",))
    operator = Clerk(world, "operator")
    listed = operator.page("/calls").text
    assert "confirm by telephone" in listed and "important matter, disabled" in listed
    assert "138****0001" in listed and "13800000001" not in listed
    page = f"/calls/{task(world).id}"
    shown = operator.fill(f"{page}/number", page, {}).text
    assert "138 0000 0001" in shown
    with world.engine.connect() as connection:
        looked = connection.execute(select(AuditRow).where(AuditRow.action == "person.viewed")).one()
    assert (looked.actor, looked.subject_id) == ("operator", row.code) and looked.purpose.startswith("call: task")
    done = operator.fill(f"{page}/outcome", page, {"outcome": "confirmed", "note": "comes with her son"})
    assert "Done with it." in done.text and "Nobody is to be called." in done.text
    after = task(world)
    assert (after.state, after.outcome, after.note, after.by) == ("done", "confirmed", "comes with her son", "operator")


def test_a_number_of_another_country_is_dialled_with_it(world: DeskWorld) -> None:
    world.booked(1, matter="transfer", phone="+1 312 555 0100")
    page = f"/calls/{task(world).id}"
    shown = Clerk(world, "operator").fill(f"{page}/number", page, {}).text
    assert 'href="tel:+13125550100"' in shown


@pytest.mark.clause("S0-28")
def test_who_does_not_answer_is_tried_again_and_what_is_overdue_is_marked(world: DeskWorld) -> None:
    world.booked(1, matter="transfer")
    first = task(world)
    world.booked(2, matter="transfer", slot=world.slots("estate")[-1].id)
    operator, page = Clerk(world, "operator"), f"/calls/{first.id}"
    assert "try again in half an hour" in operator.fill(f"{page}/outcome", page, {"outcome": "no_answer"}).text
    listed = operator.page("/calls").text
    assert "last 09:00, again from 09:30" in listed
    assert listed.index("138****0002") < listed.index("138****0001"), "who can be tried now comes first"
    assert "overdue" not in listed
    world.at = first.due_at + HOUR
    listed = operator.page("/calls").text
    assert listed.count("overdue") == 2 and listed.index("138****0001") < listed.index("138****0002")


@pytest.mark.clause("S0-24")
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "returned to be mended: no gateway is configured"), ("zh", "退回补正：未配置短信网关")],
)
def test_who_could_not_be_written_to_is_on_the_list_with_what_he_was_to_hear(
    world: DeskWorld, language: str, said: str
) -> None:
    returned = world.booked(1, id_number="1")
    with writing(world.engine).begin() as connection:
        announce(connection, world.vault, "booking.returned", returned, at=world.at)
    Sender(world.engine, world.vault, {}).run("sms", world.at)
    clerk = Clerk(world, "operator", language)
    assert said in clerk.page("/calls").text and said in clerk.page(f"/calls/{task(world).id}").text


def test_an_outcome_nobody_knows_is_refused_and_the_note_stays(world: DeskWorld) -> None:
    world.booked(1, matter="transfer")
    operator, page = Clerk(world, "operator"), f"/calls/{task(world).id}"
    answer = operator.fill(f"{page}/outcome", page, {"outcome": "shrug", "note": "what was said"})
    assert answer.status_code == 422 and "what was said" in answer.text
    assert task(world).tries == 0


def test_only_who_does_tasks_in_this_hall_sees_them(world: DeskWorld) -> None:
    world.booked(1, matter="transfer")
    page = f"/calls/{task(world).id}"
    assert Clerk(world, "receptionist").page("/calls").status_code == 403
    elsewhere = Clerk(world, "elsewhere")
    assert "Nobody is to be called." in elsewhere.page("/calls").text and elsewhere.page(page).status_code == 404
