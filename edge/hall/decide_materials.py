"""Deciding about the materials a customer has brought: received, complete, genuine, valid (S0-31, S1-24, S2-11)."""

import re
from datetime import date

from contract.events import Event, MaterialCheck, MaterialsChecked
from contract.matters import ToBring
from edge.errors import Invalid, Unknown
from edge.hall import find
from edge.hall.commands import CheckMaterials
from edge.hall.state import State, Ticket

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def wanted(state: State, ticket: Ticket) -> tuple[ToBring, ...]:
    """The list of the matter, fixed or booked; else the service's."""
    matter = state.shelf.matters.get(ticket.matter or "")
    if matter is not None:
        return matter.materials
    known = {each.id: each for each in find.catalogue(state).materials}
    listed = find.service(state, ticket.service).materials
    return tuple(ToBring(id=each, name=known[each].name, original=known[each].original) for each in listed)


def check_materials(state: State, command: CheckMaterials, at: int) -> tuple[Event, ...]:
    desk, ticket = find.customer(state, command.counter)
    listed = wanted(state, ticket)
    _known(ticket, [each.id for each in listed], (*command.seen, *(each.material for each in command.checks)))
    checks = {each.material: _dated(each) for each in command.checks}
    if command.checks:
        today = state.plan.day if state.plan is not None else ""
        fine = {each.id for each in listed if each.id in checks and passes(checks[each.id], each.original, today)}
    else:
        fine = set(command.seen)
    matter = state.shelf.matters.get(ticket.matter or "")
    return (
        MaterialsChecked(
            ticket.id,
            desk.id,
            find.desk_clerk(desk),
            tuple(each.id for each in listed if each.id in fine),
            tuple(each.id for each in listed if each.id not in fine),
            matter.id if matter is not None else None,
            matter.version if matter is not None else 0,
            tuple(checks[each.id] for each in listed if each.id in checks),
        ),
    )


def passes(check: MaterialCheck, original: bool, today: str) -> bool:
    """Whether nothing is wrong with it. `original`: a copy does not do; what expired before `today` is not valid."""
    received = check.received == "original" or (check.received == "copy" and not original)
    current = check.expiry is None or check.expiry >= today
    return received and check.complete and check.genuine and check.valid and current


def _known(ticket: Ticket, ids: list[str], named: tuple[str, ...]) -> None:
    for each in named:
        if each not in ids:
            named_by, known = ticket.matter or ticket.service, ", ".join(ids) or "nothing"
            text = f"{each!r} is not on the list of {named_by}; it has: {known}."
            raise Unknown(text, "seen", "unknown_material")
    if len(set(named)) < len(named):
        raise Invalid("A material is named twice.", "checks", "named_twice")


def _dated(check: MaterialCheck) -> MaterialCheck:
    """Raises Invalid for a day that no calendar has."""
    if check.expiry is not None:
        try:
            found = date.fromisoformat(check.expiry) if _DAY.fullmatch(check.expiry) else None
        except ValueError:
            found = None
        if found is None:
            raise Invalid(f"expiry must be a day YYYY-MM-DD, not {check.expiry!r}.", "expiry", "bad_expiry")
    return check
