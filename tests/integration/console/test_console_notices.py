"""Notices on the console: what was sent, sending again, and the office's own words."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from central.console.people.accounts import create_user
from central.db.engine import writing
from central.db.tables import AuditRow, Hall, NoticeTemplate, OutboxRow
from central.notices.outbox import announce
from central.notices.sender import Sender
from central.people.staffing import Wanted
from contract.person import Person
from tests import console_world
from tests.notices_world import NoticesWorld

NOW = time.time_ns() // 1_000_000


@pytest.fixture
def world(tmp_path: Path) -> NoticesWorld:
    return NoticesWorld(f"sqlite:///{tmp_path / 'centre.db'}")


@pytest.fixture
def engine(world: NoticesWorld) -> Engine:
    """In the place of the console's own small world."""
    create_user(world.database, "office", console_world.PASSWORD, "office")
    create_user(world.database, "guest", console_world.PASSWORD, "viewer")
    clerk = Wanted(roles=("window-clerk",), halls=(), display_name="", post=None, active=True)
    create_user(world.database, "clerk", console_world.PASSWORD, wanted=clerk)
    with writing(world.database).begin() as connection:
        connection.execute(insert(Hall).values(id="other", name={"zh": "别处"}, created_at=NOW))
    elsewhere = Wanted(roles=("hall-head",), halls=("other",), display_name="", post=None, active=True)
    create_user(world.database, "far", console_world.PASSWORD, wanted=elsewhere)
    return world.database


def tell(world: NoticesWorld, event: str = "booking.confirmed", person: Person | None = None) -> None:
    id_ = world.book(person) if person else world.book()
    with writing(world.database).begin() as connection:
        announce(connection, world.vault, event, world.booking(id_), at=NOW)


def post(visitor: Any, page: str, **form: str) -> Any:
    return visitor.post(page, data={**form, "csrftoken": visitor.token("/console/outbox")})


def rows(engine: Engine, table: Any) -> list[Any]:
    with Session(engine) as session:
        return list(session.scalars(select(table)))


def test_what_was_sent_is_found_by_state_and_code_and_nobodys_address_is_shown(
    world: NoticesWorld, visit: Callable, engine: Engine
) -> None:
    for event in ("booking.confirmed", "booking.cancelled"):
        tell(world, event)
    Sender(world.database, world.vault, {}).run("email", NOW)
    office = visit("office")
    page = office.get("/console/outbox").text
    assert "138****5678" in page and "l***@example.org" in page and "13812345678" not in page
    assert "CODE-0001" in page and "No mail server is configured" in page and "no mail server is configured" in page
    assert "CODE-0001" not in office.get("/console/outbox?code=code-0002").text
    assert "138****5678" not in office.get("/console/outbox?state=dropped").text
    assert office.get("/console/outbox?since=yesterday").status_code == 422


def test_one_that_failed_is_sent_again_by_who_may(world: NoticesWorld, visit: Callable, engine: Engine) -> None:
    tell(world, person=Person("李明", phone="13812345678"))
    [before] = rows(engine, OutboxRow)
    office = visit("office")
    assert "not one that can be sent again" in post(office, f"/console/outbox/{before.id}/again").text
    with writing(engine).begin() as connection:
        connection.execute(update(OutboxRow).values(state="failed", failures=2, tries=5, error="gone"))
    guest = visit("guest")
    assert "Send again" not in guest.get("/console/outbox").text
    assert post(guest, f"/console/outbox/{before.id}/again").status_code == 403
    assert "Send again" in office.get("/console/outbox").text
    assert "sent again within seconds" in post(office, f"/console/outbox/{before.id}/again").text
    [row] = rows(engine, OutboxRow)
    assert (row.state, row.tries, row.failures, row.error) == ("waiting", 0, 0, "") and row.message != before.message
    assert [one.actor for one in rows(engine, AuditRow) if one.action == "notice.retried"] == ["office"]
    assert "There is no such notice" in post(office, "/console/outbox/999/again").text


def test_each_sees_the_notices_of_his_halls_only(world: NoticesWorld, visit: Callable, engine: Engine) -> None:
    tell(world)
    assert "138****5678" not in visit("far").get("/console/outbox").text
    for page in ("/console/outbox", "/console/wording"):
        assert visit("clerk").get(page).status_code == 403


def test_the_office_words_a_notice_in_its_own_way(world: NoticesWorld, visit: Callable, engine: Engine) -> None:
    office, page = visit("office"), "/console/wording/booking.confirmed/sms/zh"
    own = "您好！{date} {time} 请到 {hall} 办理{matter}，预约码 {code}。[{notes}]"
    preview = post(office, page, what="preview", body=own)
    assert "您好！8月3日 周一 09:00–09:30 请到 城东政务服务大厅" in preview.text and rows(engine, NoticeTemplate) == []
    assert "The text is kept" in post(office, page, what="save", body=own, gateway_id="SMS_1").text
    [row] = rows(engine, NoticeTemplate)
    assert (row.event, row.channel, row.language, row.body, row.gateway_id) == (
        "booking.confirmed", "sms", "zh", own, "SMS_1",
    )  # fmt: skip
    assert "The built-in text is used again" in post(office, page, what="reset").text
    assert rows(engine, NoticeTemplate) == []
    trail = [one for one in rows(engine, AuditRow) if one.action == "template.changed"]
    assert [one.after["body"] for one in trail] == [own, ""] and trail[1].before["body"] == own


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("您的预约 {cod}", "{cod} is not known in this notice"),
        ("您的预约 {code}", "This notice must say {date}, {time}, {hall}, {matter}, {notes}"),
        ("{code}{date}{time}{hall}{matter}{notes}[", "A bracket without its other half"),
        ("{code}{date}{time}{hall}{matter}{notes}" + "x" * 500, "At most 500 characters"),
    ],
)
def test_a_text_that_leaves_out_what_the_clause_asks_for_is_refused(
    visit: Callable, engine: Engine, body: str, said: str
) -> None:
    answer = post(visit("office"), "/console/wording/booking.confirmed/sms/zh", what="save", body=body)
    assert answer.status_code == 422 and said in answer.text and 'aria-describedby="body-fault"' in answer.text
    assert body in answer.text, "nothing typed is lost"
    assert rows(engine, NoticeTemplate) == []


def test_there_are_no_other_notices(visit: Callable, engine: Engine) -> None:
    for page in ("nothing/sms/zh", "booking.confirmed/fax/zh", "booking.confirmed/sms/fr"):
        assert visit("office").get(f"/console/wording/{page}").status_code == 404
