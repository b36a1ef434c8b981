"""Who may use the console: names, argon2 passwords, roles."""

import hashlib
import time
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from central.db.engine import writing
from central.db.tables import User
from central.errors import Invalid, Refused, Unknown

Role = Literal["admin", "office", "viewer"]
ROLES: tuple[Role, ...] = ("admin", "office", "viewer")
SHORTEST_PASSWORD = 10

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("a password that nobody has")
"""Checked for unknown names, so that the time of the answer does not tell which names exist."""


def create_user(engine: Engine, name: str, password: str, role: Role = "viewer") -> int:
    """Adds a user and gives its id. Raises Invalid naming the field, Refused where the name is taken."""
    _check(name, password, role)
    with Session(writing(engine)) as session, session.begin():
        if session.scalar(select(User).where(User.name == name)) is not None:
            raise Refused(f"there is a user {name!r} already; choose another name", "name")
        user = User(
            name=name, password_hash=_hasher.hash(password), role=role, active=True, created_at=time.time_ns() // 10**6
        )
        session.add(user)
        session.flush()
        return user.id


def set_password(engine: Engine, name: str, password: str) -> None:
    """Changes a password; every session opened with the old one ends. Raises Unknown, Invalid."""
    _check(name, password, "viewer")
    with Session(writing(engine)) as session, session.begin():
        user = session.scalar(select(User).where(User.name == name))
        if user is None:
            raise Unknown(f"there is no user {name!r}", "name")
        user.password_hash = _hasher.hash(password)


def _check(name: str, password: str, role: str) -> None:
    if not name or len(name) > 64 or name != name.strip() or not name.isprintable():
        raise Invalid("a name has 1 to 64 printable characters and no blanks around it", "name")
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(f"a password has at least {SHORTEST_PASSWORD} characters", "password")
    if role not in ROLES:
        raise Invalid(f"role is one of {', '.join(ROLES)}", "role")


def verify(session: Session, name: str, password: str) -> User | None:
    """The active user with this name and password, or None. Takes the same time for a name nobody has."""
    user = session.scalar(select(User).where(User.name == name))
    try:
        _hasher.verify(user.password_hash if user else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return None
    return user if user is not None and user.active else None


def stamp(user: User) -> str:
    """What ties a session to the password it was opened with; it says nothing about the password."""
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]
