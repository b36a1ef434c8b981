"""Who may log in to the console: names and argon2 passwords. Every change is in the audit trail."""

import hashlib

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from central import audit
from central.audit import SYSTEM, Actor
from central.clock import wall_ms
from central.db.engine import writing
from central.db.tables import User
from central.errors import Invalid, Refused, Unknown
from central.people.staffing import Wanted, checked

LONGEST_NAME = 64
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 256

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("a password that nobody has")
"""Checked for unknown names, so that the time of the answer does not tell which names exist."""


def create_user(
    engine: Engine, name: str, password: str, *roles: str, wanted: Wanted | None = None, by: Actor = SYSTEM
) -> int:
    """Adds a user and gives its id. `roles`: those of central/people/roles.py, or its bundles; or all in `wanted`.

    Raises Invalid naming the field, Refused where the name is taken.
    """
    _check_name(name)
    _check_password(password)
    hashed, now = _hasher.hash(password), wall_ms()
    with Session(writing(engine)) as session, session.begin():
        if session.scalar(select(User).where(User.name == name)) is not None:
            raise Refused("There is an account of this name already; choose another.", "name")
        values = checked(session.connection(), wanted or Wanted(roles))
        user = User(name=name, password_hash=hashed, created_at=now, **values)
        session.add(user)
        session.flush()
        audit.record(session.connection(), by, "user.created", "user", name, at=now, after=values)
        return user.id


def set_password(engine: Engine, name: str, password: str, by: Actor = SYSTEM) -> str:
    """Changes a password; every session opened with the old one ends. Gives the new stamp. Raises Unknown, Invalid."""
    _check_password(password)
    hashed = _hasher.hash(password)
    with Session(writing(engine)) as session, session.begin():
        user = session.scalar(select(User).where(User.name == name))
        if user is None:
            raise Unknown("There is no such account.", "name")
        user.password_hash = hashed
        audit.record(session.connection(), by, "user.password_set", "user", name, at=wall_ms())
        return stamp(user)


def _check_name(name: str) -> None:
    if not name or len(name) > LONGEST_NAME or name != name.strip() or not name.isprintable():
        raise Invalid("A name has 1 to 64 printable characters and no blanks around it.", "name")


def _check_password(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid("A password has 10 to 256 characters.", "password")


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
