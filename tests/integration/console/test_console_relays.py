"""Messages to departments on the console: sent by who may, followed, closed; the directory kept."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from central import live
from central.console import mount
from central.console.people.accounts import create_user
from central.db.engine import writing
from central.db.tables import Contact, Hall, OutboxRow, Relay, RelayTo
from central.notices.sender import Sender
from central.people.staffing import Wanted
from tests import console_world
from tests.notices_world import NoticesWorld

NOW = time.time_ns() // 1_000_000
LOANS = {"name": "信贷窗口", "hall": "bank", "channel": "email", "address": "loans@example.org", "language": "zh"}


@pytest.fixture
def world(tmp_path: Path) -> NoticesWorld:
    return NoticesWorld(f"sqlite:///{tmp_path / 'centre.db'}")


@pytest.fixture
def engine(world: NoticesWorld) -> Engine:
    """In the place of the console's own small world."""
    with writing(world.database).begin() as connection:
        connection.execute(insert(Hall).values(id="other", name={"zh": "别处"}, created_at=NOW))
    for name, role, halls in (("head", "hall-head", ("bank",)), ("desk", "receptionist", ("bank",)),
                              ("far", "hall-head", ("other",))):  # fmt: skip
        wanted = Wanted(roles=(role,), halls=halls, display_name="", post=None, active=True)
        create_user(world.database, name, console_world.PASSWORD, wanted=wanted)
    create_user(world.database, "guest", console_world.PASSWORD, "viewer")
    return world.database


@pytest.fixture
def app(engine: Engine, world: NoticesWorld, feed: live.Live) -> FastAPI:
    made = FastAPI()
    sender = Sender(engine, world.vault, {}, public_url="https://halls.example.org")
    mount(made, engine, feed, console_world.SETTINGS, notices=sender)
    return made


def rows(engine: Engine, table: Any) -> list[Any]:
    with Session(engine) as session:
        return list(session.scalars(select(table)))


def post(visitor: Any, page: str, token_of: str = "/console/relays", **form: Any) -> Any:
    return visitor.post(page, data={**form, "csrftoken": visitor.token(token_of)})


@pytest.mark.clause("S3-8")
def test_the_reception_passes_a_message_on_and_follows_it_to_its_end(
    visit: Callable, engine: Engine, world: NoticesWorld
) -> None:
    head, desk = visit("head"), visit("desk")
    assert "The contact is kept" in post(head, "/console/contacts/new", **LOANS).text
    [contact] = rows(engine, Contact)
    page = post(desk, "/console/relays", kind="message", hall="bank", text="请回电 <王>", to=str(contact.id))
    assert "The message is on its way" in page.text and "请回电 &lt;王&gt;" in page.text
    assert "not yet acknowledged" in page.text
    [message] = rows(engine, OutboxRow)
    assert "https://halls.example.org/r/" in message.variables["body"]
    [relay] = rows(engine, Relay)
    where = f"/console/relays/{relay.id}"
    page = post(desk, f"{where}/answer", contact=str(contact.id), feedback="三点回电")
    assert "It is noted" in page.text and "三点回电" in page.text and "noted by desk" in page.text
    assert "Say what came of it" in post(desk, f"{where}/close", result="").text
    assert "The message is closed" in post(desk, f"{where}/close", result="客户已知悉").text
    assert rows(engine, Relay)[0].closed_by == "desk" and rows(engine, RelayTo)[0].feedback == "三点回电"


def test_what_is_wrong_is_named_and_nothing_typed_is_lost(visit: Callable, engine: Engine) -> None:
    answer = post(visit("desk"), "/console/relays", kind="message", hall="bank", text="请回电", code="nobody")
    assert answer.status_code == 422 and 'id="to-fault"' in answer.text and "请回电</textarea>" in answer.text
    assert 'value="nobody"' in answer.text and rows(engine, Relay) == []


def test_nobody_passes_on_or_closes_what_is_of_other_halls(visit: Callable, engine: Engine) -> None:
    post(visit("head"), "/console/contacts/new", **LOANS)
    desk, far = visit("desk"), visit("far")
    post(desk, "/console/relays", kind="mail", hall="bank", text="急件", to="1")
    assert post(far, "/console/relays", kind="mail", hall="bank", text="x", to="1").status_code == 403
    assert "急件" not in far.get("/console/relays").text
    assert post(far, "/console/relays/1/close", result="x").status_code == 404
    assert far.get("/console/contacts/1").status_code == 404
    assert visit("guest").get("/console/relays").status_code == 403
    assert desk.get("/console/contacts").status_code == 403, "the reception reads the directory where it sends"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"address": "x"}, "address"),
        ({"hall": ""}, "hall"),
        ({"department": "none"}, "department"),
    ],
)
def test_a_contact_that_cannot_be_kept(visit: Callable, engine: Engine, wrong: dict[str, str], field: str) -> None:
    answer = post(visit("head"), "/console/contacts/new", **(LOANS | wrong))
    assert answer.status_code in (403, 422) and f'id="{field}-fault"' in answer.text and rows(engine, Contact) == []
