"""Keys and webhooks on the console: made and shown once, revoked, and what was sent seen and sent again."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from central import live
from central.api import keys
from central.audit import SYSTEM
from central.console import mount
from central.console.people.accounts import create_user
from central.db.engine import writing
from central.db.tables import ApiKey, AuditRow, Webhook, WebhookDelivery
from central.hooks import register
from central.hooks.address import Allowed
from central.people.staffing import Wanted
from tests import console_world
from tests.booking_world import World

SECRET = re.compile(r'id="secret">([^<]+)<')


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(f"sqlite:///{tmp_path / 'centre.db'}", halls=("hall", "other"))
    create_user(made.engine, "boss", console_world.PASSWORD, "admin")
    create_user(made.engine, "office", console_world.PASSWORD, "office")
    create_user(made.engine, "guest", console_world.PASSWORD, "viewer")
    far = Wanted(roles=("system-admin",), halls=("other",), display_name="", post=None, active=True)
    create_user(made.engine, "far", console_world.PASSWORD, wanted=far)
    return made


@pytest.fixture
def engine(world: World) -> Engine:
    """In the place of the console's own small world."""
    return world.engine


@pytest.fixture
def app(world: World) -> FastAPI:
    made = FastAPI()
    mount(made, world.engine, live.Live(), console_world.SETTINGS, desk=world.desk, hooks=Allowed())
    return made


def send(visitor: Any, page: str, **form: Any) -> Any:
    return visitor.post(f"/console{page}", data={**form, "csrftoken": visitor.token("/console/keys")})


def rows(engine: Engine, table: Any) -> list[Any]:
    with Session(engine) as session:
        return list(session.scalars(select(table)))


def test_a_key_is_made_and_shown_once(visit: Callable, engine: Engine, world: World) -> None:
    boss = visit("boss")
    answer = send(boss, "/keys/new", name="city app", channel="app", halls=["hall"], per_minute="60")
    secret = SECRET.search(answer.text)
    assert secret is not None and answer.headers["Cache-Control"] == "no-store"
    found = keys.find(engine, secret[1], at=world.at)
    assert found is not None and (found.name, found.channel, found.halls, found.per_minute) == (
        "city app", "app", ("hall",), 60,
    )  # fmt: skip
    for page in ("/keys", f"/keys/{found.id}"):
        shown = boss.get(f"/console{page}").text
        assert "city app" in shown and secret[1] not in shown
    (line,) = [line for line in rows(engine, AuditRow) if line.action == "api_key.created"]
    assert line.actor == "boss" and secret[1] not in repr(line.after)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": ""}, "A name has 1 to 64"),
        ({"channel": "fax"}, "The channel is one of"),
        ({"per_minute": "many"}, "Give a number of requests"),
        ({"per_minute": "0"}, "Give a number of requests"),
        ({"halls": ["nowhere"]}, "There is no such hall"),
    ],
)
def test_what_is_wrong_with_a_new_key_is_said_beside_it(
    visit: Callable, engine: Engine, form: dict[str, Any], said: str
) -> None:
    answer = send(visit("boss"), "/keys/new", **{"name": "n", "channel": "app", "per_minute": "60"} | form)
    assert answer.status_code == 422 and said in answer.text
    assert rows(engine, ApiKey) == []


@pytest.mark.fault("F52")
def test_a_hostile_name_is_shown_harmless(visit: Callable, engine: Engine) -> None:
    boss = visit("boss")
    send(boss, "/keys/new", name="<i>=CMD()</i>", channel="app", per_minute="60")
    for page in ("/keys", "/keys/1"):
        shown = boss.get(f"/console{page}").text
        assert "&lt;i&gt;=CMD()" in shown and "<i>=CMD" not in shown


def test_a_key_is_revoked_by_who_knows_what_it_does(visit: Callable, engine: Engine, world: World) -> None:
    id_, secret = keys.add(engine, "partner", "partner", SYSTEM, at=world.at)
    boss = visit("boss")
    assert "Tick that" in send(boss, f"/keys/{id_}/revoke").text
    assert keys.find(engine, secret, at=world.at) is not None
    assert "revoked" in send(boss, f"/keys/{id_}/revoke", sure="1").text
    assert keys.find(engine, secret, at=world.at) is None


def test_another_key_takes_the_place_of_one(visit: Callable, engine: Engine, world: World) -> None:
    id_, old = keys.add(engine, "partner", "partner", SYSTEM, at=world.at, halls=["hall"])
    boss = visit("boss")
    assert SECRET.search(send(boss, f"/keys/{id_}/renew").text) is None, "nobody knew what that does"
    new = SECRET.search(send(boss, f"/keys/{id_}/renew", sure="1").text)
    assert new is not None and keys.find(engine, old, at=world.at) is None
    found = keys.find(engine, new[1], at=world.at)
    assert found is not None and (found.id, found.halls) == (id_, ("hall",))
    assert [line.actor for line in rows(engine, AuditRow) if line.action == "api_key.renewed"] == ["boss"]


def test_a_key_gets_other_halls_and_another_allowance(visit: Callable, engine: Engine, world: World) -> None:
    id_, _ = keys.add(engine, "partner", "partner", SYSTEM, at=world.at, halls=["hall"])
    boss = visit("boss")
    refused = send(boss, f"/keys/{id_}", halls=["other"], per_minute="1000000")
    assert refused.status_code == 422 and 'value="1000000"' in refused.text and "from 1 to 100000" in refused.text
    assert "The key is changed" in send(boss, f"/keys/{id_}", halls=["hall", "other"], per_minute="600").text
    (row,) = rows(engine, ApiKey)
    assert (row.halls, row.per_minute) == (["hall", "other"], 600)
    (line,) = [line for line in rows(engine, AuditRow) if line.action == "api_key.changed"]
    assert line.before == {"halls": ["hall"], "per_minute": 120}
    assert send(visit("far"), f"/keys/{id_}", halls=["other"], per_minute="1").status_code == 404


@pytest.mark.fault("F51")
def test_keys_are_for_who_may_manage_them_and_of_their_halls(visit: Callable, engine: Engine, world: World) -> None:
    id_, _ = keys.add(engine, "partner", "partner", SYSTEM, at=world.at, halls=["hall"])
    for name in ("office", "guest"):
        assert visit(name).get("/console/keys").status_code == 403
    far = visit("far")
    assert "No key yet" in far.get("/console/keys").text
    assert far.get(f"/console/keys/{id_}").status_code == 404
    assert send(far, f"/keys/{id_}/revoke", sure="1").status_code == 404
    assert "your own halls" in send(far, "/keys/new", name="n", channel="app", per_minute="60").text
    assert "your own halls" in send(far, "/keys/new", name="n", channel="app", per_minute="60", halls=["hall"]).text
    assert SECRET.search(send(far, "/keys/new", name="n", channel="app", per_minute="60", halls=["other"]).text)
    assert [key.active for key in rows(engine, ApiKey)] == [True, True]


def test_a_webhook_is_registered_tried_and_switched(visit: Callable, engine: Engine, world: World) -> None:
    id_, _ = keys.add(engine, "partner", "partner", SYSTEM, at=world.at)
    boss, page = visit("boss"), f"/keys/{id_}"
    refused = send(boss, f"{page}/webhooks", url="http://10.0.0.1/")
    assert refused.status_code == 422 and "Address: only https is sent to." in refused.text
    assert 'value="http://10.0.0.1/"' in refused.text, "what was typed is still there"
    made = send(boss, f"{page}/webhooks", url="https://example.org/in", events=["booking.cancelled"])
    secret = SECRET.search(made.text)
    assert secret is not None and secret[1].startswith("whsec_")
    (hook,) = rows(engine, Webhook)
    assert (hook.api_key, hook.url, hook.events, hook.active) == (
        id_, "https://example.org/in", ["booking.cancelled"], True,
    )  # fmt: skip
    assert "A trial message" in send(boss, f"{page}/webhooks/{hook.id}/test").text
    assert [one.type for one in rows(engine, WebhookDelivery)] == ["webhook.test"]
    send(boss, f"{page}/webhooks/{hook.id}/off")
    assert not rows(engine, Webhook)[0].active and rows(engine, WebhookDelivery)[0].state == "given_up"
    send(boss, f"{page}/webhooks/{hook.id}/on")
    assert rows(engine, Webhook)[0].active
    assert send(boss, f"{page}/webhooks/{hook.id}/explode").status_code == 404
    assert send(boss, f"{page}/webhooks/99/off").status_code == 404


def delivery(world: World, hall: str = "hall") -> str:
    """A booking of a partner, told to its webhook."""
    with writing(world.engine).begin() as connection:
        key = connection.scalar(select(ApiKey.id)) or keys.add(world.engine, "partner", "partner", SYSTEM, at=1)[0]
        hook, _ = register.add(
            connection, world.vault, key, "https://example.org/<in>", [], SYSTEM, at=world.at, allowed=Allowed()
        )  # fmt: skip
        connection.execute(
            WebhookDelivery.__table__.insert().values(
                id=f"msg_{hall}", webhook=hook.id, type="booking.confirmed", payload={"data": {"x": "</pre><b>"}},
                hall=hall, code="K7PM29QX4TWA", state="given_up", tries=9, next_at=1, created_at=world.at,
                error="timeout 10",
            )
        )  # fmt: skip
    return f"msg_{hall}"


def test_what_was_sent_is_seen_and_sent_again(visit: Callable, engine: Engine, world: World) -> None:
    keys.add(engine, "partner", "partner", SYSTEM, at=world.at)
    id_ = delivery(world)
    boss = visit("boss")
    page = boss.get("/console/deliveries").text
    assert "K7PM-29QX-4TWA" in page and "no answer within 10 s" in page and "9 tries" in page
    assert "</pre><b>" not in page and "example.org/<in>" not in page
    for filters, there in (
        ("code=k7pm-29", True), ("code=AAAA", False), ("state=given_up", True), ("state=delivered", False),
        ("hall=hall", True), ("hall=other", False), ("type=booking.confirmed", True), ("type=booking.moved", False),
        ("key=1", True), ("key=99", False), ("key=x%00", True), ("since=2026-11-23&until=2026-11-23", True),
        ("since=2026-11-24", False), ("before=msg_a", False), ("before=%00", True),
    ):  # fmt: skip
        assert ("K7PM-29QX-4TWA" in boss.get(f"/console/deliveries?{filters}").text) is there, filters
    assert boss.get("/console/deliveries?since=yesterday").status_code == 422
    guest = visit("guest")
    assert "K7PM" in guest.get("/console/deliveries").text and "Send again" not in guest.get("/console/deliveries").text
    form = {"csrftoken": guest.token("/console/deliveries")}
    assert guest.post(f"/console/deliveries/{id_}/again", data=form).status_code == 403
    assert "sent again" in send(boss, f"/deliveries/{id_}/again").text
    (row,) = rows(engine, WebhookDelivery)
    assert (row.state, row.tries, row.error) == ("waiting", 0, "")
    assert any(line.action == "delivery.retried" and line.actor == "boss" for line in rows(engine, AuditRow))


def test_messages_of_other_halls_are_not_seen(visit: Callable, engine: Engine, world: World) -> None:
    keys.add(engine, "partner", "partner", SYSTEM, at=world.at)
    id_ = delivery(world)
    far = visit("far")
    assert "K7PM" not in far.get("/console/deliveries").text
    assert "There is no such message" in send(far, f"/deliveries/{id_}/again").text
    assert rows(engine, WebhookDelivery)[0].state == "given_up"
    assert visit(None).get("/console/deliveries", follow_redirects=False).status_code == 303
