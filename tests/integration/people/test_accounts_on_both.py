"""Accounts on either database: made, changed, let in from elsewhere."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select

from central.config import Oidc
from central.console.people.accounts import create_user, set_password
from central.db.engine import engine, writing
from central.db.migrate import upgrade
from central.db.tables import AuditRow, User
from central.errors import Forbidden, Refused
from central.people.scope import Staff
from central.people.single_sign_on import admit
from central.people.staffing import Wanted, change

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
