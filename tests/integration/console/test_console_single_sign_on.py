"""Single sign-on against a real provider: who is let in, as what, and every answer that is not."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from central.config import Oidc
from central.console import mount
from central.console.people.accounts import create_user
from central.console.people.single_sign_on import SingleSignOn, single_sign_on
from central.db.tables import AuditRow, User
from central.errors import ConfigError
from central.live import Live
from tests import console_world as world
from tests.integration.console.conftest import Visitor
from tests.oidc_provider import CLIENT, SECRET, Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.stop()


@pytest.fixture
def oidc(provider: Provider) -> Oidc:
    return Oidc(
        issuer=provider.issuer,
        client_id=CLIENT,
        name="Town account",
        roles={"hotline": ("operator",), "bosses": ("admin",)},
        halls={"hotline": ("hall-001",)},
    )


@pytest.fixture
def app(engine: Engine, feed: Live, oidc: Oidc) -> FastAPI:
    made = FastAPI()
    mount(made, engine, feed, world.SETTINGS, elsewhere=SingleSignOn(oidc, SECRET))
    return made


@pytest.fixture
def visitor(visit: Callable) -> Visitor:
    return visit(None)  # type: ignore[no-any-return]


def go(visitor: Visitor, start: str = "/console/login/oidc") -> httpx.Response:
    """To the provider and back, as a browser goes."""
    away = visitor.get(start, follow_redirects=False)
    assert away.status_code == 302, away.text
    back = httpx.get(away.headers["location"], timeout=60)
    assert back.status_code == 302
    return visitor.get(back.headers["location"], follow_redirects=False)


def accounts(engine: Engine) -> dict[str, User]:
    with Session(engine) as session:
        return {user.name: user for user in session.scalars(select(User))}


def trail(engine: Engine, action: str) -> list[AuditRow]:
    with Session(engine) as session:
        return list(session.scalars(select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.id)))


@pytest.mark.clause("S4-55")
def test_somebody_known_elsewhere_comes_in_with_the_roles_of_his_groups(
    visitor: Visitor, visit: Callable, engine: Engine, provider: Provider
) -> None:
    assert "Log in with Town account" in visitor.get("/console/login").text
    assert go(visitor).headers["location"] == "http://127.0.0.1/console/"
    assert visitor.get("/console/").status_code == 200
    assert visitor.get("/console/orders").status_code == 403
    made = accounts(engine)["lixia"]
    assert (made.roles, made.halls, made.display_name) == (["operator"], ["hall-001"], "李霞")
    assert made.oidc_subject == f"{provider.issuer}|u-77"
    (line,) = [one for one in trail(engine, "user.created") if one.subject_id == "lixia"]
    assert line.after is not None and line.after["oidc_subject"] == made.oidc_subject
    assert visit(None).log_in("lixia", "") == 400, "there is no password to guess"
    assert visit(None).log_in("lixia", "a password that nobody has") == 400


def test_pkce_state_and_nonce_are_new_every_time(visitor: Visitor, provider: Provider) -> None:
    go(visitor)
    visitor.cookies.delete("hallkeeper_console")
    go(visitor)
    first, second = provider.asked
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 20
        assert first[name] != second[name]
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == "http://127.0.0.1/console/login/oidc/back"


def test_the_second_time_it_is_the_same_account_and_its_roles_are_those_given_here(
    visitor: Visitor, engine: Engine, provider: Provider
) -> None:
    go(visitor)
    with Session(engine) as session, session.begin():
        session.execute(update(User).where(User.name == "lixia").values(roles=["reviewer"]))
    provider.user["preferred_username"] = "li.xia"
    assert go(visitor).status_code == 303
    assert set(accounts(engine)) == {"boss", "office", "guest", "lixia"}
    assert accounts(engine)["lixia"].roles == ["reviewer"]


def test_a_name_that_is_taken_here_is_another_person(visitor: Visitor, engine: Engine, provider: Provider) -> None:
    create_user(engine, "lixia", world.PASSWORD, "admin")
    go(visitor)
    assert visitor.get("/console/people").status_code == 403
    assert accounts(engine)["lixia-2"].roles == ["operator"]
    assert accounts(engine)["lixia"].oidc_subject is None
    provider.user["sub"] = "u-78"
    go(visitor)
    assert accounts(engine)["lixia-3"].oidc_subject == f"{provider.issuer}|u-78"


@pytest.mark.parametrize("groups", [None, [], ["canteen"], "canteen", {"hotline": 1}, [7]])
def test_without_a_role_here_nobody_comes_in_and_is_told_why(
    visitor: Visitor, engine: Engine, provider: Provider, groups: object
) -> None:
    provider.user["groups"] = groups
    answer = go(visitor)
    assert answer.status_code == 403
    assert "none of your groups has access here" in answer.text
    assert visitor.get("/console/", follow_redirects=False).status_code == 303
    assert "lixia" not in accounts(engine)
    assert [line.actor for line in trail(engine, "user.login_refused")] == ["lixia"]


def test_who_lost_the_group_or_whose_account_is_closed_stays_out(
    visitor: Visitor, engine: Engine, provider: Provider
) -> None:
    go(visitor)
    provider.user["groups"] = ["canteen"]
    assert go(visitor).status_code == 403
    assert visitor.get("/console/", follow_redirects=False).status_code == 303, "the session before ended too"
    provider.user["groups"] = ["hotline"]
    assert go(visitor).status_code == 303
    with Session(engine) as session, session.begin():
        session.execute(update(User).where(User.name == "lixia").values(active=False))
    assert visitor.get("/console/", follow_redirects=False).status_code == 303
    answer = go(visitor)
    assert answer.status_code == 403
    assert "This account is closed" in answer.text


def _set(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda claims: claims.update(values)


NOW = int(time.time())


@pytest.mark.parametrize(
    "spoil",
    [
        _set(nonce="another"),
        lambda claims: claims.pop("nonce"),
        _set(aud="another client"),
        _set(aud="another client", azp=CLIENT),
        lambda claims: claims.pop("aud"),
        _set(azp="another client"),
        _set(iss="http://127.0.0.1:9"),
        lambda claims: claims.pop("iss"),
        lambda claims: claims.pop("sub"),
        _set(exp=NOW - 3600, iat=NOW - 7200),
        lambda claims: claims.pop("exp"),
        _set(iat=NOW + 86_400),
        _set(nbf=NOW + 86_400),
    ],
    ids=[
        "nonce",
        "no nonce",
        "audience",
        "audience with azp",
        "no audience",
        "azp",
        "issuer",
        "no issuer",
        "no subject",
        "expired",
        "no expiry",
        "issued later",
        "not yet",
    ],
)
def test_an_id_token_that_is_not_for_this_login_opens_nothing(
    visitor: Visitor, engine: Engine, provider: Provider, spoil: Callable[[dict[str, Any]], None]
) -> None:
    provider.spoil = spoil
    answer = go(visitor)
    assert answer.status_code == 422
    assert "was not completed" in answer.text
    assert visitor.get("/console/", follow_redirects=False).status_code == 303
    assert "lixia" not in accounts(engine)


def test_a_key_the_provider_does_not_publish_signs_nothing(
    visitor: Visitor, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger, encode = RSAKey.generate_key(2048, parameters={"kid": provider.key.kid}), jwt.encode
    monkeypatch.setattr("tests.oidc_provider.jwt.encode", lambda header, claims, key: encode(header, claims, stranger))
    assert go(visitor).status_code == 422
    monkeypatch.undo()
    assert go(visitor).status_code == 303


def test_an_unsigned_token_and_none_at_all_open_nothing(
    visitor: Visitor, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1LTc3In0."
    monkeypatch.setattr("tests.oidc_provider.jwt.encode", lambda *_: unsigned)
    assert go(visitor).status_code == 422
    provider.no_id_token = True
    assert go(visitor).status_code == 422


def test_a_new_key_of_the_provider_is_fetched(visitor: Visitor, provider: Provider) -> None:
    assert go(visitor).status_code == 303
    provider.new_key()
    assert go(visitor).status_code == 303


def test_an_answer_nobody_asked_for_is_refused(visitor: Visitor, visit: Callable, provider: Provider) -> None:
    other = visit(None)
    away = other.get("/console/login/oidc", follow_redirects=False)
    back = httpx.get(away.headers["location"], timeout=60).headers["location"]
    assert visitor.get(back, follow_redirects=False).status_code == 422, "the state belongs to another browser"
    for query in ("", "?code=x", "?state=x&code=y", "?error=access_denied&error_description=<script>alert(1)</script>"):
        answer = visitor.get("/console/login/oidc/back" + query, follow_redirects=False)
        assert answer.status_code == 422
        assert "<script>alert(1)" not in answer.text
    assert other.get(back, follow_redirects=False).status_code == 303
    assert other.get(back, follow_redirects=False).status_code == 422, "an answer works once"


@pytest.mark.parametrize("way", ["elsewhere", "by password"])
def test_logging_in_begins_a_new_session_with_nothing_of_the_one_before(visitor: Visitor, way: str) -> None:
    visitor.get("/console/login/oidc?next=/console/today", follow_redirects=False)
    before = visitor.cookies["hallkeeper_console"]
    if way == "elsewhere":
        go(visitor)
    else:
        assert visitor.log_in("boss") == 303
    inside = visitor.cookies["hallkeeper_console"].strip('"')
    assert set(json.loads(base64.b64decode(inside.partition(".")[0]))) == {"user", "stamp", "since"}
    visitor.cookies.delete("hallkeeper_console")
    visitor.cookies.set("hallkeeper_console", before, path="/console")
    assert visitor.get("/console/", follow_redirects=False).status_code == 303, "the cookie of before opens nothing"


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("http://127.0.0.1/console/today", "http://127.0.0.1/console/today"),
        ("/console/today", "/console/today"),
        ("https://evil.example/", "http://127.0.0.1/console/"),
        ("//evil.example/", "http://127.0.0.1/console/"),
        ("/\\evil.example/", "http://127.0.0.1/console/"),
        ("javascript:alert(1)", "http://127.0.0.1/console/"),
    ],
)
def test_it_leads_to_the_page_asked_for_and_to_no_other_site(visitor: Visitor, asked: str, reached: str) -> None:
    start = str(httpx.URL("/console/login/oidc", params={"next": asked}))
    assert go(visitor, start).headers["location"] == reached


def test_a_provider_that_is_away_is_said_and_passwords_still_work(visitor: Visitor, provider: Provider) -> None:
    away = visitor.get("/console/login/oidc", follow_redirects=False)
    back = httpx.get(away.headers["location"], timeout=60).headers["location"]
    provider.stop()
    assert visitor.get(back, follow_redirects=False).status_code == 503
    answer = visitor.get("/console/login", follow_redirects=False)
    assert answer.status_code == 200
    assert visitor.log_in("boss") == 303


def test_a_provider_that_never_answered_is_said(visitor: Visitor, provider: Provider) -> None:
    provider.stop()
    answer = visitor.get("/console/login/oidc", follow_redirects=False)
    assert answer.status_code == 503
    assert "cannot be reached" in answer.text


def test_without_a_provider_there_is_no_button(engine: Engine, feed: Live) -> None:
    plain = FastAPI()
    mount(plain, engine, feed, world.SETTINGS)
    assert "login/oidc" not in Visitor(plain).get("/console/login").text
    assert single_sign_on(Oidc()) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"issuer": "http://login.example.org"}, "oidc.issuer"),
        ({"issuer": "login.example.org"}, "oidc.issuer"),
        ({"client_id": ""}, "oidc.client_id"),
        ({"scopes": "profile"}, "oidc.scopes"),
        ({"roles": {}}, "oidc.roles"),
        ({"roles": {"x": ("king",)}}, "oidc.roles"),
        ({"client_secret": "a", "client_secret_file": "b"}, "oidc.client_secret"),
    ],
)
def test_a_configuration_that_cannot_work_is_said_at_the_start(change: dict[str, Any], field: str) -> None:
    right = {"issuer": "https://login.example.org", "client_id": CLIENT, "roles": {"x": ("operator",)}}
    with pytest.raises(ConfigError) as refusal:
        single_sign_on(Oidc(**(right | change)))
    assert refusal.value.field == field
