"""Alerts on the console: acknowledged by who may, and persons named for halls."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from central import live
from central.console import mount, shown
from central.console.people.accounts import create_user
from central.db.engine import writing
from central.db.tables import Alert, AuditRow, Hall, OutboxRow, Watcher
from central.notices.outbox import ADDRESS
from central.notices.sender import Sender
from central.people.staffing import Wanted
from tests import console_world
from tests.notices_world import NoticesWorld

NOW = time.time_ns() // 1_000_000
PERSON = {"name": "王主任", "hall": "bank", "channel": "email", "address": "wang@example.org", "language": "zh"}


@pytest.fixture
def world(tmp_path: Path) -> NoticesWorld:
    return NoticesWorld(f"sqlite:///{tmp_path / 'centre.db'}")


@pytest.fixture
def engine(world: NoticesWorld) -> Engine:
    """In the place of the console's own small world: `head` of one hall, `far` of another, an auditor."""
    with writing(world.database).begin() as connection:
        connection.execute(insert(Hall).values(id="other", name={"zh": "别处"}, created_at=NOW))
    for name, role, halls in (
        ("head", "hall-head", ("bank",)),
        ("far", "hall-head", ("other",)),
        ("chief", "hall-head", ()),
    ):
        wanted = Wanted(roles=(role,), halls=halls, display_name="", post=None, active=True)
        create_user(world.database, name, console_world.PASSWORD, wanted=wanted)
    create_user(world.database, "guest", console_world.PASSWORD, "viewer")
    return world.database


@pytest.fixture
def app(engine: Engine, world: NoticesWorld, feed: live.Live) -> FastAPI:
    made = FastAPI()
    mount(made, engine, feed, console_world.SETTINGS, notices=Sender(engine, world.vault, {}))
    return made


def rows(engine: Engine, table: Any) -> list[Any]:
    with Session(engine) as session:
        return list(session.scalars(select(table).order_by(table.id)))


def post(visitor: Any, page: str, **form: Any) -> Any:
    return visitor.post(page, data={**form, "csrftoken": visitor.token("/console/alerts")})


def begin(engine: Engine, hall: str = "bank") -> int:
    facts = {"node": "n1", "since": NOW - 600_000}
    with writing(engine).begin() as connection:
        made = (
            insert(Alert).values(hall=hall, kind="offline", about="n1", facts=facts, began_at=NOW).returning(Alert.id)
        )
        return int(connection.execute(made).scalar_one())


def test_one_person_sees_to_an_alert_and_it_is_on_record(visit: Callable, engine: Engine) -> None:
    alert, head = begin(engine), visit("head")
    page = head.get("/console/alerts").text
    assert "hall offline" in page and "I see to it" in page and "nobody is named for it" in page
    assert "You have acknowledged the alert" in post(head, f"/console/alerts/{alert}/acknowledged").text
    [row] = rows(engine, Alert)
    assert row.acknowledged_by == "head" and row.acknowledged_at
    assert "Somebody else has acknowledged it" in post(visit("chief"), f"/console/alerts/{alert}/acknowledged").text
    assert rows(engine, Alert)[0].acknowledged_by == "head"
    assert [one.actor for one in rows(engine, AuditRow) if one.action == "alert.acknowledged"] == ["head"]


def test_an_alert_is_shown_in_the_time_of_its_hall(visit: Callable, engine: Engine) -> None:
    with writing(engine).begin() as connection:
        connection.execute(update(Hall).where(Hall.id == "bank").values(timezone="Pacific/Auckland"))
    begin(engine)
    page = visit("head").get("/console/alerts").text
    assert shown.moment(NOW, "Pacific/Auckland", seconds=False) in page
    assert shown.moment(NOW, "Asia/Shanghai", seconds=False) not in page


def test_nobody_sees_to_the_alerts_of_other_halls(visit: Callable, engine: Engine) -> None:
    alert = begin(engine)
    far = visit("far")
    assert "hall offline" not in far.get("/console/alerts").text
    assert "of a hall that is not yours" in post(far, f"/console/alerts/{alert}/acknowledged").text
    assert rows(engine, Alert)[0].acknowledged_by is None
    for page in ("/console/alerts", "/console/watchers"):
        assert visit("guest").get(page).status_code == 403


def test_a_person_is_named_changed_and_tried(visit: Callable, engine: Engine, world: NoticesWorld) -> None:
    head = visit("head")
    quiet = {"quiet_from": "22:00", "quiet_to": "07:00"}
    assert "Saved" in post(head, "/console/watchers/new", **PERSON, **quiet, kinds=["offline", "device"]).text
    [row] = rows(engine, Watcher)
    assert (row.name, row.hall, row.channel, row.kinds, row.quiet_from) == (
        "王主任", "bank", "email", ["offline", "device"], "22:00",
    )  # fmt: skip
    assert world.vault.open(row.address, row.address_kid, ADDRESS) == b"wang@example.org"
    page = head.get("/console/watchers").text
    assert "w***@example.org" in page and "wang@example.org" not in page
    changed = {**PERSON, "address": "", "name": "李主任", "active": "1"}
    assert "Saved" in post(head, f"/console/watchers/{row.id}", **changed).text
    [after] = rows(engine, Watcher)
    assert (after.name, after.address, after.active) == ("李主任", row.address, True)
    assert "on its way" in post(head, f"/console/watchers/{row.id}/trial").text
    [message] = rows(engine, OutboxRow)
    assert (message.event, message.channel) == ("alert.trial", "email") and "测试消息" in message.variables["body"]
    trail = [one for one in rows(engine, AuditRow) if one.subject == "watcher"]
    assert [one.action for one in trail] == ["watcher.named", "watcher.changed"]
    assert "wang@example.org" not in str([(one.before, one.after) for one in trail])


@pytest.mark.parametrize(
    ("channel", "address", "kept"),
    [
        ("sms", "+86 138-1234-5678", "13812345678"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d-aaaa", "wecombot://0a1b2c3d-aaaa/"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=abc12345678", "dingtalk://abc12345678/"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/abcd-1234", "feishu://abcd-1234/"),
    ],
)
def test_every_way_to_a_person(
    visit: Callable, engine: Engine, world: NoticesWorld, channel: str, address: str, kept: str
) -> None:
    assert (
        "Saved"
        in post(visit("head"), "/console/watchers/new", **{**PERSON, "channel": channel, "address": address}).text
    )
    [row] = rows(engine, Watcher)
    assert world.vault.open(row.address, row.address_kid, ADDRESS).decode() == kept
    assert address[-8:-4] not in row.address_masked


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"name": " "}, "name", "Give a name"),
        ({"address": "wang"}, "address", "no e-mail address"),
        ({"address": ""}, "address", "Say where the messages go"),
        ({"channel": "sms"}, "address", "no telephone number"),
        ({"channel": "wecom", "address": "https://evil.example.org/?key=0a1b2c3d"}, "address", "no webhook address"),
        ({"quiet_from": "22:00"}, "quiet_to", "need a beginning and an end"),
        ({"quiet_from": "24:00", "quiet_to": "07:00"}, "quiet_from", "written like 22:00"),
        ({"hall": "other"}, "hall", "for your own halls only"),
        ({"hall": ""}, "hall", "for your own halls only"),
        ({"kinds": ["party"]}, "kinds", "Choose among those listed"),
    ],
)
def test_what_is_wrong_is_named_beside_its_field_and_nothing_is_lost(
    visit: Callable, engine: Engine, wrong: dict[str, Any], field: str, said: str
) -> None:
    answer = post(visit("head"), "/console/watchers/new", **(PERSON | wrong))
    assert answer.status_code in (403, 422) and said in answer.text and f'id="{field}-fault"' in answer.text
    assert rows(engine, Watcher) == []


def test_the_persons_of_other_halls_are_not_mine_to_change(visit: Callable, engine: Engine) -> None:
    post(visit("chief"), "/console/watchers/new", **PERSON)
    far = visit("far")
    assert "王主任" not in far.get("/console/watchers").text
    assert far.get("/console/watchers/1").status_code == 404
    assert post(far, "/console/watchers/1/trial").status_code == 404 and rows(engine, OutboxRow) == []
