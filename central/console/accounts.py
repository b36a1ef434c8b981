"""Who may use the console: names, argon2 passwords, roles, halls. Every change is in the audit trail."""

import hashlib
import time
from collections.abc import Collection, Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from central import audit
from central.audit import SYSTEM, Actor
from central.db.engine import writing
from central.db.tables import Hall, User
from central.errors import Invalid, Refused, Unknown
from central.people import roles as known_roles

SHORTEST_PASSWORD = 10

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("a password that nobody has")
"""Checked for unknown names, so that the time of the answer does not tell which names exist."""


def create_user(
    engine: Engine,
    name: str,
    password: str,
    *roles: str,
    halls: Sequence[str] = (),
    display_name: str = "",
    by: Actor = SYSTEM,
) -> int:
    """Adds a user and gives its id; `roles` are those of central/people/roles.py, or its bundles.

    Raises Invalid naming the field, Refused where the name is taken.
    """
    _check(name, password)
    with Session(writing(engine)) as session, session.begin():
        if session.scalar(select(User).where(User.name == name)) is not None:
            raise Refused(f"there is a user {name!r} already; choose another name", "name")
        now = time.time_ns() // 10**6
        user = User(
            name=name,
            password_hash=_hasher.hash(password),
            roles=list(expanded(roles)),
            halls=known_halls(session.connection(), halls),
            display_name=display_name,
            active=True,
            created_at=now,
        )
        session.add(user)
        session.flush()
        after = {"roles": user.roles, "halls": user.halls, "display_name": display_name}
        audit.record(session.connection(), by, "user.created", "user", name, at=now, after=after)
        return user.id


def set_password(engine: Engine, name: str, password: str, by: Actor = SYSTEM) -> None:
    """Changes a password; every session opened with the old one ends. Raises Unknown, Invalid."""
    _check(name, password)
    with Session(writing(engine)) as session, session.begin():
        user = session.scalar(select(User).where(User.name == name))
        if user is None:
            raise Unknown(f"there is no user {name!r}", "name")
        user.password_hash = _hasher.hash(password)
        audit.record(session.connection(), by, "user.password_set", "user", name, at=time.time_ns() // 10**6)


def expanded(roles: Collection[str]) -> tuple[str, ...]:
    """Roles and bundles as roles. Raises Invalid."""
    try:
        return known_roles.expanded(roles)
    except ValueError as error:
        listed = ", ".join((*known_roles.BUNDLES, *known_roles.STAFF_ROLES))
        raise Invalid(f"{error} is no role of the staff; roles are {listed}", "role") from None


def known_halls(connection: Connection, halls: Sequence[str]) -> list[str]:
    """The same, sorted, each once. Raises Invalid where one is not known."""
    known = set(connection.scalars(select(Hall.id)))
    for hall in halls:
        if hall not in known:
            raise Invalid(f"there is no hall {hall!r}", "halls")
    return sorted(set(halls))


def _check(name: str, password: str) -> None:
    if not name or len(name) > 64 or name != name.strip() or not name.isprintable():
        raise Invalid("a name has 1 to 64 printable characters and no blanks around it", "name")
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(f"a password has at least {SHORTEST_PASSWORD} characters", "password")


def verify(session: Session, name: str, password: str) -> User | None:
    """The active user with this name and password, or None. Takes the same time for a name nobody has."""
    user = session.scalar(select(User).where(User.name == name))
    try:
        _hasher.verify(user.password_hash if user and user.password_hash else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return None
    return user if user is not None and user.password_hash and user.active else None


def stamp(user: User) -> str:
    """What ties a session to the password it was opened with; it says nothing about the password."""
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]
