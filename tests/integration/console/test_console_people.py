"""Accounts on the console: made, changed, closed, each by who may and on record."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from central.console.people.accounts import create_user
from central.db.engine import writing
from central.db.tables import AuditRow, User
from central.errors import Refused
from central.people.scope import Staff
from central.people.staffing import Wanted, change
from tests import console_world as world

NEW = {
    "name": "lixia", "password": "a good long password", "display_name": "李霞", "roles": ["operator", "reviewer"],
    "halls": ["hall-001"],
}  # fmt: skip


def account(engine: Engine, name: str) -> User:
    with Session(engine) as session:
        found = session.scalar(select(User).where(User.name == name))
    assert found is not None
    return found


def trail(engine: Engine, action: str) -> list[AuditRow]:
    with Session(engine) as session:
        return list(session.scalars(select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.id)))


def send(visitor: Any, page: str, form: dict[str, Any]) -> Any:
    return visitor.post(page, data={**form, "csrftoken": visitor.token("/console/people")}, follow_redirects=False)


def page_of(engine: Engine, name: str) -> str:
    return f"/console/people/{account(engine, name).id}"


@pytest.mark.clause("S0-2")
@pytest.mark.clause("S4-55")
def test_an_account_is_made_with_roles_and_halls_and_may_then_do_just_that(visit: Callable, engine: Engine) -> None:
    boss = visit("boss")
    assert send(boss, "/console/people/new", NEW).status_code == 303
    assert "李霞" in boss.get("/console/people").text
    made = account(engine, "lixia")
    assert (made.roles, made.halls, made.display_name) == (["reviewer", "operator"], ["hall-001"], "李霞")
    (line,) = [one for one in trail(engine, "user.created") if one.subject_id == "lixia"]
    assert (line.actor, line.source) == ("boss", "testclient")
    assert line.after is not None and line.after["roles"] == ["reviewer", "operator"]
    assert "password" not in str(line.after)
    visitor = visit(None)
    assert visitor.log_in("lixia", NEW["password"]) == 303
    for page in ("/orders", "/today", "/people", "/audit", "/events/list"):
        assert visitor.get("/console" + page).status_code == 403
    assert visitor.get("/console/").status_code == 200


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"name": ""}, "name", "A name has 1 to 64"),
        ({"name": "boss"}, "name", "an account of this name already"),
        ({"password": "short"}, "password", "A password has 10 to 256"),
        ({"roles": ["king"]}, "roles", "no such role"),
        ({"roles": ["customer"]}, "roles", "no such role"),
        ({"halls": ["nowhere"]}, "halls", "no such hall"),
        ({"display_name": "x" * 65}, "display_name", "64 printable"),
        ({"post": "nobody"}, "post", "no such post"),
    ],
)
def test_what_was_wrong_is_named_beside_its_field_and_nothing_typed_is_lost(
    visit: Callable, engine: Engine, change: dict[str, Any], field: str, sentence: str
) -> None:
    answer = send(visit("boss"), "/console/people/new", NEW | {"post": ""} | change)
    assert answer.status_code in (409, 422)
    assert re.search(f'id="{field}-fault">[^<]*{sentence}', answer.text)
    if field != "display_name":
        assert "李霞" in answer.text
    assert "a good long password" not in answer.text, "a password is never sent back"
    assert len(trail(engine, "user.created")) == 3


@pytest.mark.clause("S0-3")
def test_a_change_is_on_record_with_both_sides_and_holds_at_once(visit: Callable, engine: Engine) -> None:
    boss, guest = visit("boss"), visit("guest")
    assert guest.get("/console/audit").status_code == 200
    form = {"display_name": "Guest", "roles": ["cleaner"], "active": "1"}
    assert send(boss, page_of(engine, "guest"), form).status_code == 303
    assert guest.get("/console/audit").status_code == 403
    (line,) = trail(engine, "user.changed")
    assert line.before == {"roles": ["auditor"], "display_name": ""}
    assert line.after == {"roles": ["cleaner"], "display_name": "Guest"}
    assert send(boss, page_of(engine, "guest"), form).status_code == 303
    assert len(trail(engine, "user.changed")) == 1, "the same again is no change"
    assert send(boss, page_of(engine, "guest"), form | {"active": ""}).status_code == 303
    assert guest.get("/console/", follow_redirects=False).status_code == 303, "a closed account is out at once"
    assert visit(None).log_in("guest") == 400


def test_a_new_password_ends_the_sessions_of_the_old_one(visit: Callable, engine: Engine) -> None:
    boss, guest = visit("boss"), visit("guest")
    page = page_of(engine, "guest")
    assert send(boss, page + "/password", {"password": "short"}).status_code == 422
    assert send(boss, page + "/password", {"password": "a better long password"}).status_code == 303
    assert guest.get("/console/", follow_redirects=False).status_code == 303
    assert visit(None).log_in("guest", "a better long password") == 303
    assert [(one.actor, one.subject_id, one.after) for one in trail(engine, "user.password_set")] == [
        ("boss", "guest", None)
    ]


def test_ones_own_password_is_changed_by_who_knows_it(visit: Callable, engine: Engine) -> None:
    guest, elsewhere = visit("guest"), visit("guest")

    def ask(old: str, new: str) -> Any:
        form = {"old": old, "password": new, "csrftoken": guest.token("/console/account")}
        return guest.post("/console/account", data=form, follow_redirects=False)

    answer = ask("a guess of mine", "a better long password")
    assert answer.status_code == 422 and 'id="old-fault">This is not your present' in answer.text
    assert 'id="password-fault">A password has 10' in ask(world.PASSWORD, "short").text
    assert ask(world.PASSWORD, "a better long password").status_code == 303
    assert guest.get("/console/account").status_code == 200, "this session goes on"
    assert elsewhere.get("/console/account", follow_redirects=False).status_code == 303, "the others end"
    assert visit(None).log_in("guest", "a better long password") == 303
    for _ in range(world.SETTINGS.tries):
        ask("a guess of mine", "another long password")
    assert "Too many wrong passwords" in ask("a better long password", "another long password").text
    assert [line.actor for line in trail(engine, "user.password_set")] == ["guest"]


@pytest.mark.clause("S4-55")
def test_nobody_raises_himself(visit: Callable, engine: Engine) -> None:
    create_user(engine, "second", world.PASSWORD, "security-admin")
    second = visit("second")
    page = page_of(engine, "second")
    answer = send(second, page, {"roles": ["security-admin", "hall-head"], "active": "1"})
    assert answer.status_code == 409
    assert "changed by somebody else" in answer.text
    assert send(second, page, {"roles": ["security-admin"], "active": ""}).status_code == 409
    assert send(second, page, {"roles": ["security-admin"], "active": "1", "display_name": "Zwei"}).status_code == 303


def test_of_two_who_would_remove_each_other_at_once_one_stays(engine: Engine) -> None:
    create_user(engine, "second", world.PASSWORD, "security-admin")
    create_user(engine, "local", world.PASSWORD, wanted=Wanted(("security-admin",), ("hall-001",)))
    # Both pages were opened before; the second who saves finds itself the last.
    boss, second = Staff("boss", ("security-admin",)), Staff("second", ("security-admin",))
    with writing(engine).begin() as connection:
        assert change(connection, account(engine, "second").id, Wanted(("auditor",)), boss, at=0)
    for wanted in (Wanted(("auditor",)), Wanted(("security-admin",), active=False)):
        with pytest.raises(Refused, match="last account"), writing(engine).begin() as connection:
            change(connection, account(engine, "boss").id, wanted, second, at=0)
    assert account(engine, "boss").roles == ["hall-head", "security-admin", "system-admin"]


def test_who_manages_one_halls_people_sees_and_makes_only_those(visit: Callable, engine: Engine) -> None:
    create_user(engine, "local", world.PASSWORD, wanted=Wanted(("security-admin",), ("hall-001",)))
    create_user(engine, "clerk", world.PASSWORD, wanted=Wanted(("window-clerk",), ("hall-001",)))
    local = visit("local")
    page = local.get("/console/people").text
    assert "clerk" in page and "office" not in page
    assert local.get(page_of(engine, "office")).status_code == 404
    assert send(local, page_of(engine, "boss") + "/password", {"password": "a better long password"}).status_code == 404
    for halls in ([], ["hall-002"], ["hall-001", "hall-002"]):
        answer = send(local, "/console/people/new", NEW | {"halls": halls})
        assert answer.status_code == 403
        assert "your own halls only" in answer.text
    assert send(local, "/console/people/new", NEW).status_code == 303
    form = {"roles": ["window-clerk"], "halls": ["hall-002"], "active": "1"}
    assert send(local, page_of(engine, "clerk"), form).status_code == 403


@pytest.mark.parametrize("name", ["office", "guest"])
def test_without_the_right_there_are_no_accounts_to_see_or_change(visit: Callable, engine: Engine, name: str) -> None:
    visitor = visit(name)
    assert "/console/people" not in visitor.get("/console/").text
    for page in ("/console/people", "/console/people/new", page_of(engine, "boss")):
        assert visitor.get(page).status_code == 403
    form = NEW | {"csrftoken": visitor.token("/console/")}
    assert visitor.post("/console/people/new", data=form, follow_redirects=False).status_code == 403
    assert visitor.post(page_of(engine, name), data=form, follow_redirects=False).status_code == 403


def test_without_the_form_token_nothing_happens(visit: Callable, engine: Engine) -> None:
    assert visit("boss").post("/console/people/new", data=NEW, follow_redirects=False).status_code == 403
    assert len(trail(engine, "user.created")) == 3
