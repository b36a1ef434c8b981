"""Deciding about new settings: a catalogue or rules that would break the hall are refused whole."""

from collections.abc import Iterator

from contract.catalogue import Catalogue, Rules
from contract.events import CatalogueChanged, Event, RulesChanged
from contract.rule_bounds import Fault, faults
from edge.errors import Invalid, Refused
from edge.hall.catalogue_check import consistent
from edge.hall.commands import ChangeCatalogue, ChangeRules
from edge.hall.state import State, Ticket


def within_bounds(rules: Rules) -> None:
    """Raises Invalid naming the rule and its bounds."""
    _first(faults(rules))


def fitting(rules: Rules, catalogue: Catalogue) -> None:
    """Raises Invalid where a rule is out of bounds, or names what the catalogue does not have."""
    _first(faults(rules, catalogue))


def _first(found: Iterator[Fault]) -> None:
    for fault in found:
        raise Invalid(fault.text, f"rules.{fault.rule}", f"bad_{fault.rule}")


def change_rules(state: State, command: ChangeRules, at: int) -> tuple[Event, ...]:
    within_bounds(command.rules)
    if state.catalogue is not None:
        fitting(command.rules, state.catalogue)
    return (RulesChanged(command.rules),)


def change_catalogue(state: State, command: ChangeCatalogue, at: int) -> tuple[Event, ...]:
    new = command.catalogue
    consistent(new)
    if state.catalogue is not None:
        if new.version <= state.catalogue.version:
            text = f"Version {new.version} is not newer than {state.catalogue.version}, which is in force."
            raise Refused(text, "catalogue.version", "old_version")
        _check_counters(state, new)
        _check_tickets(state, new)
    return (CatalogueChanged(new),)


def _check_counters(state: State, new: Catalogue) -> None:
    kept = {each.id for each in new.counters}
    for desk in state.counters.values():
        if desk.id not in kept and desk.status != "closed":
            text = f"Counter {desk.id} is open and missing from the new catalogue: log out there first."
            raise Refused(text, "catalogue.counters", "counter_open")


def _check_tickets(state: State, new: Catalogue) -> None:
    """Everybody in the hall must still be called by somebody, and every suspended case must still go on."""
    services = {each.id for each in new.services}
    served = {each.id: {service for group in each.serves for service in group} for each in new.counters}
    anywhere = set[str]().union(*served.values())
    for ticket in state.tickets.values():
        if ticket.status in ("done", "voided"):
            continue
        if ticket.service not in services:
            raise _people(ticket, f"service {ticket.service} is missing from the new catalogue")
        if ticket.status not in ("waiting", "suspended"):
            continue
        if ticket.service not in anywhere:
            raise _people(ticket, f"no counter of the new catalogue serves {ticket.service}")
        bound = ticket.counter if ticket.suspended != "papers_out" else None
        if bound and ticket.service not in served.get(bound, ()):
            raise _people(ticket, f"counter {bound} would no longer serve {ticket.service}")


def _people(ticket: Ticket, cause: str) -> Refused:
    return Refused(f"Ticket {ticket.number} is {ticket.status}, but {cause}.", "catalogue.services", "people_waiting")
