"""Who may do what the rules keep for some. With no clerks in the catalogue anybody may."""

from contract.catalogue import Role
from edge.errors import Refused, Unknown
from edge.hall import find
from edge.hall.state import State


def role_of(state: State, clerk: str, field: str) -> Role | None:
    """None where the catalogue lists no clerks. Raises Unknown for one it does not list."""
    known = find.catalogue(state).clerks
    if not known:
        return None
    for each in known:
        if each.id == clerk:
            return each.role
    raise Unknown(f"No clerk {clerk!r} in this hall.", field, "unknown_clerk")


def supervisor(state: State, clerk: str, field: str, what: str) -> None:
    """Raises Refused "no_right" for anybody else; `what` is what they wanted to do."""
    if role_of(state, clerk, field) not in (None, "supervisor"):
        raise Refused(f"Only a supervisor may {what}.", field, "no_right")


def receptionist(state: State, clerk: str, field: str, what: str) -> None:
    """The same for what a receptionist may do too."""
    if role_of(state, clerk, field) == "clerk":
        raise Refused(f"Only a receptionist or a supervisor may {what}.", field, "no_right")


def chooser(state: State, clerk: str) -> None:
    """Whether the clerk may call a chosen number (`rules.choose`)."""
    match state.rules.choose:
        case "nobody":
            raise Refused("No number is called by choice in this hall.", "counter", "choosing_off")
        case "supervisor":
            supervisor(state, clerk, "counter", "call a chosen number")
        case _:
            pass
