"""Accounts on either database: made, changed, let in from elsewhere."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, select

from central.config import Oidc
from central.console.people.accounts import create_user, set_password
from central.db.engine import engine, writing
from central.db.migrate import upgrade
from central.db.tables import AuditRow, User
from central.errors import Forbidden, Refused
from central.people import single_sign_on
from central.people.scope import Staff
from central.people.single_sign_on import TRIES, admit
from central.people.staffing import Wanted, change, checked

PASSWORD = "a good long password"
BOSS = Staff("boss", ("security-admin",))
OIDC = Oidc(issuer="https://login.example.org", client_id="x", roles={"hotline": ("operator",)})
LI = {"iss": OIDC.issuer, "sub": "7", "preferred_username": "li", "groups": ["hotline"]}


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    made = engine(database_url)
    upgrade(made)
    yield made
    made.dispose()


def test_accounts_are_made_changed_and_let_in_on_either_database(database: Engine) -> None:
    create_user(database, "boss", PASSWORD, "security-admin")
    clerk = create_user(database, "clerk", PASSWORD, "window-clerk")
    set_password(database, "clerk", PASSWORD + "!")
    with writing(database).begin() as connection:
        assert change(connection, clerk, Wanted(("reviewer",)), BOSS, at=5)
        assert not change(connection, clerk, Wanted(("reviewer",)), BOSS, at=6)
        with pytest.raises(Refused):
            change(connection, 1, Wanted(("security-admin", "hall-head")), BOSS, at=7)
    first = admit(database, OIDC, LI, source="10.0.0.7", at=8)
    assert (first.name, first.roles, first.password_hash) == ("li", ["operator"], "")
    assert admit(database, OIDC, LI, source="10.0.0.7", at=9).id == first.id
    with pytest.raises(Forbidden):
        admit(database, OIDC, LI | {"groups": []}, source="10.0.0.7", at=10)
    with database.connect() as connection:
        roles = connection.execute(select(User.name, User.roles).order_by(User.id)).all()
        trail = connection.execute(select(AuditRow.action, AuditRow.actor).order_by(AuditRow.id)).all()
    assert [tuple(row) for row in roles] == [
        ("boss", ["security-admin"]), ("clerk", ["reviewer"]), ("li", ["operator"]),
    ]  # fmt: skip
    assert [tuple(row) for row in trail] == [
        ("user.created", "system"), ("user.created", "system"), ("user.password_set", "system"),
        ("user.changed", "boss"), ("user.created", "li"), ("user.login_refused", "li"),
    ]  # fmt: skip


def at_one_instant(
    database: Engine, people: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> list[tuple[int, str]]:
    """All log in at once; where the database lets them, all have looked before any of them is made."""
    together, looked = threading.Barrier(len(people)), threading.local()

    def all_have_looked(*wanted: Any) -> Any:
        if database.dialect.name != "sqlite" and not getattr(looked, "met", False):  # SQLite lets in one writer
            looked.met = True
            together.wait(timeout=60)
        return checked(*wanted)

    monkeypatch.setattr(single_sign_on, "checked", all_have_looked)

    def come(claims: dict[str, Any]) -> tuple[int, str]:
        made = admit(database, OIDC, claims, source="10.0.0.7", at=8)
        return made.id, made.name

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(come, people))


@pytest.mark.parametrize("windows", [2, 6])
def test_one_person_for_the_first_time_in_several_windows_at_once_is_one_account(
    database: Engine, windows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = at_one_instant(database, [LI] * windows, monkeypatch)
    assert len(set(came)) == 1 and came[0][1] == "li"
    with database.connect() as connection:
        assert connection.scalars(select(User.name)).all() == ["li"]
        assert connection.scalars(select(AuditRow.action)).all() == ["user.created"]


@pytest.mark.parametrize("people", [2, TRIES])
def test_people_of_one_name_who_come_for_the_first_time_at_once_are_accounts_of_their_own(
    database: Engine, people: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = at_one_instant(database, [LI | {"sub": str(n)} for n in range(people)], monkeypatch)
    assert {name for _, name in came} == {"li", *(f"li-{n}" for n in range(2, people + 1))}
    with database.connect() as connection:
        subjects = set(connection.scalars(select(User.oidc_subject)))
        assert subjects == {f"{OIDC.issuer}|{n}" for n in range(people)}
        assert connection.scalars(select(AuditRow.action)).all() == ["user.created"] * people
