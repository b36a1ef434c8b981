"""Who gets into the console, and what they may do there."""

import time
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from central.console import ConsoleSettings, mount
from central.console.people.accounts import create_user, set_password
from central.db.tables import DirectiveRow, User
from central.errors import ConfigError, Invalid, Refused
from central.live import Live
from tests import console_world as world

PAGES = (
    "/",
    "/today",
    "/nodes",
    "/orders",
    "/tickets/list",
    "/events/list",
    "/live/stream",
    "/today/export?table=hours",
)


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_anything_without_logging_in(visit: Callable, page: str) -> None:
    answer = visit(None).get("/console" + page, follow_redirects=False)
    assert answer.status_code == 303
    assert "/console/login?" in answer.headers["location"]


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(visit: Callable) -> None:
    visitor = visit(None)
    answers = []
    for name in ("boss", "nobody"):
        form = {"username": name, "password": "wrong", "csrftoken": visitor.token()}
        answer = visitor.post("/console/login", data=form)
        assert answer.status_code == 400
        assert "Name or password is wrong." in answer.text
        answers.append(answer.text.replace(visitor.token(), ""))
    assert visitor.get("/console/", follow_redirects=False).status_code == 303


def test_after_too_many_wrong_passwords_even_the_right_one_has_to_wait(visit: Callable) -> None:
    visitor = visit(None)
    for _ in range(world.SETTINGS.tries):
        assert visitor.log_in("boss", "wrong") == 400
    form = {"username": "boss", "password": world.PASSWORD, "csrftoken": visitor.token()}
    answer = visitor.post("/console/login", data=form, follow_redirects=False)
    assert answer.status_code == 400
    assert "Too many wrong passwords" in answer.text
    assert visitor.log_in("office") == 303


def test_logging_in_asks_for_the_form_token(visit: Callable) -> None:
    form = {"username": "boss", "password": world.PASSWORD}
    assert visit(None).post("/console/login", data=form, follow_redirects=False).status_code == 403


def test_login_leads_to_no_other_site(visit: Callable) -> None:
    visitor = visit(None)
    form = {"username": "boss", "password": world.PASSWORD, "csrftoken": visitor.token()}
    answer = visitor.post("/console/login?next=https://evil.example/", data=form, follow_redirects=False)
    assert answer.headers["location"].startswith("http://127.0.0.1/console")


def test_the_session_cookie_is_kept_from_scripts_and_over_https_from_plain_lines(engine: Engine, feed: Live) -> None:
    for https in (False, True):
        app = FastAPI()
        mount(app, engine, feed, ConsoleSettings(secret=world.SETTINGS.secret, https=https))
        visitor = TestClient(app, base_url="https://office.example" if https else "http://127.0.0.1")
        page = visitor.get("/console/login").text
        token = page.split('name="csrftoken" value="')[1].split('"')[0]
        form = {"username": "boss", "password": world.PASSWORD, "csrftoken": token}
        answer = visitor.post("/console/login", data=form, follow_redirects=False)
        cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("hallkeeper_console="))
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "path=/console" in cookie
        assert ("secure" in cookie) is https


def test_a_changed_password_or_a_closed_account_ends_the_session(visit: Callable, engine: Engine) -> None:
    boss, guest = visit("boss"), visit("guest")
    assert boss.get("/console/today", follow_redirects=False).status_code == 200
    set_password(engine, "boss", "another good password")
    assert boss.get("/console/today", follow_redirects=False).status_code == 303
    with Session(engine) as session, session.begin():
        session.execute(update(User).where(User.name == "guest").values(active=False))
    assert guest.get("/console/today", follow_redirects=False).status_code == 303
    assert visit(None).log_in("guest") == 400


def test_a_session_does_not_last_for_ever(visit: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    boss = visit("boss")
    later = time.time() + world.SETTINGS.session_hours * 3600 + 5
    monkeypatch.setattr("central.console.people.login.time.time", lambda: later)
    assert boss.get("/console/today", follow_redirects=False).status_code == 303


def test_logging_out_ends_it(visit: Callable) -> None:
    boss = visit("boss")
    boss.post("/console/logout", data={"csrftoken": boss.token("/console/")})
    assert boss.get("/console/today", follow_redirects=False).status_code == 303


def test_a_viewer_may_look_but_not_order(visit: Callable, engine: Engine) -> None:
    guest = visit("guest")
    page = guest.get("/console/")
    assert "Suspend and resume" not in page.text
    assert guest.get("/console/orders").status_code == 403
    form = {"hall": "hall-001", "what": "suspend", "reason": "a joke", "csrftoken": guest.token("/console/")}
    before = directives(engine)
    assert guest.post("/console/orders", data=form).status_code == 403
    assert directives(engine) == before


def directives(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(DirectiveRow)) or 0


@pytest.mark.parametrize(
    ("name", "password", "role", "field"),
    [
        ("", world.PASSWORD, "admin", "name"),
        (" boss2", world.PASSWORD, "admin", "name"),
        ("new\n", world.PASSWORD, "admin", "name"),
        ("new", "short", "admin", "password"),
        ("new", world.PASSWORD, "king", "roles"),
    ],
)
def test_an_account_that_cannot_be_is_refused_naming_the_field(
    engine: Engine, name: str, password: str, role: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        create_user(engine, name, password, role)
    assert refusal.value.field == field


def test_a_name_is_given_once_and_the_password_is_not_stored(engine: Engine) -> None:
    with pytest.raises(Refused):
        create_user(engine, "boss", world.PASSWORD, "viewer")
    with Session(engine) as session:
        stored = session.scalar(select(User.password_hash).where(User.name == "boss"))
    assert stored is not None
    assert stored.startswith("$argon2id$")
    assert world.PASSWORD not in stored


def test_a_secret_too_short_to_sign_with_is_refused(engine: Engine, feed: Live) -> None:
    with pytest.raises(ConfigError):
        mount(FastAPI(), engine, feed, ConsoleSettings(secret="short"))
