"""Lets in who signed on elsewhere: found by issuer and subject, made on the first login if a group has a role here."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from central import audit
from central.audit import Actor
from central.config import Oidc
from central.db.engine import writing
from central.db.tables import User
from central.errors import Forbidden
from central.people import claims as c
from central.people.staffing import Wanted, checked

NO_ROLE = "You are known there, but none of your groups has access here: ask who manages people."
CLOSED = "This account is closed: ask who manages people."
TRIES = 8
"""So many people of one name may come for the first time at one instant."""


def admit(engine: Engine, oidc: Oidc, claims: Mapping[str, Any], *, source: str, at: int) -> User:
    """The account. `claims` are those of a checked ID token. Roles are given once; later they are changed here.

    Raises Forbidden where no group of his has a role here any more, or the account is closed; on record either way.
    """
    for _ in range(TRIES - 1):
        try:
            return _admitted(engine, oidc, claims, source, at)
        except IntegrityError:
            continue  # made meanwhile: he himself in another window, or somebody of his name
    return _admitted(engine, oidc, claims, source, at)


def _admitted(engine: Engine, oidc: Oidc, claims: Mapping[str, Any], source: str, at: int) -> User:
    """One transaction. Raises IntegrityError where another one made that account, or took its name, first."""
    subject = f"{claims['iss']}|{claims['sub']}"
    wanted = c.wanted(claims, oidc.claim, oidc.roles, oidc.halls)
    actor = Actor(c.login_name(claims), source)
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        found = session.scalar(select(User).where(User.oidc_subject == subject))
        if wanted is None or (found is not None and not found.active):
            refusal = Forbidden(NO_ROLE if wanted is None else CLOSED)
            seen = {"groups": list(c.groups(claims, oidc.claim))}
            audit.record(session.connection(), actor, "user.login_refused", "user", subject, at=at, after=seen)
        elif found is not None:
            return found
        else:
            return _made(session, subject, wanted, claims, actor, at)
    raise refusal


def _made(session: Session, subject: str, wanted: Wanted, claims: Mapping[str, Any], actor: Actor, at: int) -> User:
    values = checked(session.connection(), wanted)
    name = _free_name(session.connection(), c.login_name(claims))
    user = User(name=name, password_hash="", oidc_subject=subject, created_at=at, **values)
    session.add(user)
    session.flush()
    audit.record(
        session.connection(), actor, "user.created", "user", name, at=at, after=values | {"oidc_subject": subject}
    )
    return user


def _free_name(connection: Connection, name: str) -> str:
    """Somebody of the same name here is somebody else: never joined, the newcomer gets a number."""
    taken = set(connection.scalars(select(User.name).where(User.name.startswith(name, autoescape=True))))
    numbered = (f"{name}-{n}" for n in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one not in taken)
