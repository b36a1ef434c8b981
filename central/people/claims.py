"""PURE: what the claims of somebody signed on elsewhere make him here: roles, halls, a name; or nothing."""

from collections.abc import Mapping
from typing import Any

from central.people.staffing import LONGEST_NAME, Wanted

Table = Mapping[str, tuple[str, ...]]
_ROOM = LONGEST_NAME - 6
"""Characters of a name that may get a number behind it."""


def groups(claims: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """The values of the claim at `path` ("groups", or "realm_access.roles" for one inside another)."""
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return (found,)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def wanted(claims: Mapping[str, Any], path: str, roles: Table, halls: Table) -> Wanted | None:
    """The account to make; None where no group of his has a role here."""
    his = groups(claims, path)
    given = tuple(dict.fromkeys(role for group in his for role in roles.get(group, ())))
    if not given:
        return None
    limited = tuple(dict.fromkeys(hall for group in his for hall in halls.get(group, ())))
    return Wanted(given, limited, _line(claims.get("name")))


def login_name(claims: Mapping[str, Any]) -> str:
    """What the account is called: the name used there, else the address, else the subject."""
    named = (_line(claims.get(key)) for key in ("preferred_username", "email", "sub"))
    return next(name for name in named if name)[:_ROOM]


def _line(text: object) -> str:
    return " ".join("".join(filter(str.isprintable, text)).split())[:LONGEST_NAME] if isinstance(text, str) else ""
