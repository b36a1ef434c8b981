"""Changing who works here: roles, halls, access. Nobody raises himself, and somebody always manages people."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from central import audit
from central.audit import Actor
from central.db.tables import Hall, Post, User
from central.errors import Forbidden, Invalid, Refused, Unknown
from central.people.roles import expanded, may
from central.people.scope import Staff

LONGEST_NAME = 64


class Wanted(msgspec.Struct, frozen=True):
    """An account as it is to be."""

    roles: tuple[str, ...] = ()
    halls: tuple[str, ...] = ()
    display_name: str = ""
    post: str | None = None
    active: bool = True


def change(connection: Connection, user: int, wanted: Wanted, by: Staff, *, at: int) -> bool:
    """False where nothing differs. Raises Invalid naming the field, Forbidden, Refused, Unknown."""
    # All accounts are locked: of two who would remove each other at once, the second finds itself the last.
    everybody = {row.id: row for row in connection.execute(select(User).order_by(User.id).with_for_update())}
    row = everybody.get(user)
    if row is None:
        raise Unknown("There is no such account.", "name")
    new = checked(connection, wanted)
    before, after = audit.changed({name: getattr(row, name) for name in new}, new)
    if not after:
        return False
    _check_reach(by, row.halls)
    _check_reach(by, wanted.halls)
    if row.name == by.name and set(after) & {"roles", "halls", "active"}:
        raise Refused("Your own roles, halls and access are changed by somebody else who manages people.", "roles")
    _check_somebody_is_left(everybody, row.id, new)
    connection.execute(update(User).where(User.id == user).values(after))
    actor = Actor(by.name, by.source)
    audit.record(connection, actor, "user.changed", "user", row.name, at=at, before=before, after=after)
    return True


def checked(connection: Connection, wanted: Wanted) -> dict[str, Any]:
    """The values of the account's row. Raises Invalid naming the field."""
    return {
        "roles": list(known_roles(wanted.roles)),
        "halls": known_halls(connection, wanted.halls),
        "display_name": _name(wanted.display_name),
        "post": _post(connection, wanted.post),
        "active": wanted.active,
    }


def known_roles(names: Collection[str]) -> tuple[str, ...]:
    """Roles and bundles as roles. Raises Invalid."""
    try:
        return expanded(names)
    except ValueError:
        raise Invalid("There is no such role: choose among those listed.", "roles") from None


def known_halls(connection: Connection, halls: Collection[str]) -> list[str]:
    """The same, sorted, each once. Raises Invalid where one is not known."""
    if set(halls) - set(connection.scalars(select(Hall.id))):
        raise Invalid("There is no such hall: choose among those listed.", "halls")
    return sorted(set(halls))


def may_manage(by: Staff, halls: Collection[str]) -> bool:
    """Whether somebody who manages people for some halls may touch an account of `halls` (empty: all)."""
    return by.may("people.edit") and (not by.halls or (bool(halls) and set(halls) <= set(by.halls)))


def _check_reach(by: Staff, halls: Collection[str]) -> None:
    if not may_manage(by, halls):
        raise Forbidden("You manage people for your own halls only.", "halls")


def _check_somebody_is_left(everybody: Mapping[int, Row[Any]], user: int, new: Mapping[str, Any]) -> None:
    others = [row for id_, row in everybody.items() if id_ != user]
    left = any(row.active and _manages(row.roles, row.halls) for row in others)
    if not left and not (new["active"] and _manages(new["roles"], new["halls"])):
        raise Refused("This is the last account that manages people everywhere: give that to another first.", "roles")


def _manages(roles: Collection[str], halls: Collection[str]) -> bool:
    return may(roles, "people.edit") and not halls


def _name(text: str) -> str:
    name = " ".join(text.split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid("A name has 64 printable characters at most.", "display_name")
    return name


def _post(connection: Connection, post: str | None) -> str | None:
    if not post:
        return None
    if connection.scalar(select(Post.id).where(Post.id == post)) is None:
        raise Invalid("There is no such post: choose one of the list.", "post")
    return post
