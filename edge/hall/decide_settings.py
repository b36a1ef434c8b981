"""Deciding about new settings: a catalogue or rules that would break the hall are refused whole."""

from contract.catalogue import Catalogue, Rules
from contract.events import CatalogueChanged, Event, RulesChanged
from edge.errors import Invalid, Refused
from edge.hall import check
from edge.hall.catalogue_check import consistent
from edge.hall.commands import ChangeCatalogue, ChangeRules
from edge.hall.state import State, Ticket

_BOUNDS: dict[str, tuple[int, int]] = {
    "priority": (1, 20),
    "ordinary": (1, 20),
    "return_after": (0, 99),
    "returns_max": (0, 9),
    "undo_within_s": (0, 3600),
    "reprint_within_s": (0, 86_400),
    "rating_within_s": (0, 3600),
    "rating_token_days": (0, 30),
    "rings": (1, 20),
    "ring_s": (1, 600),
    "eta_window": (1, 200),
    "limit_s": (1, 86_400),
    "limit_complex_s": (1, 86_400),
    "warn_before_s": (0, 86_400),
    "idle_alert_s": (10, 86_400),
    "pause_max_s": (10, 86_400),
    "return_within_s": (0, 86_400),
    "ageing_s": (0, 86_400),
    "checkin_open_s": (0, 86_400),
    "grace_s": (0, 86_400),
    "insert_after": (0, 99),
    "busy_s": (0, 86_400),
    "move_back_s": (60, 7200),
    "move_backs_max": (0, 9),
    "self_test_before_s": (0, 14_400),
    "checklist_before_s": (0, 14_400),
}
_CHOICES: dict[str, tuple[str, ...]] = {
    "transfer_place": ("original", "end"),
    "ring": ("clerk", "auto"),
    "choose": ("clerk", "supervisor", "nobody"),
    "booked": ("priority", "ordinary"),
    "verify": ("remind", "require"),
}


def within_bounds(rules: Rules) -> None:
    """Raises Invalid naming the rule and its bounds."""
    for name, (least, most) in _BOUNDS.items():
        check.number(getattr(rules, name), f"rules.{name}", least, most)
    for name, choices in _CHOICES.items():
        if getattr(rules, name) not in choices:
            raise Invalid(f"rules.{name} must be one of {', '.join(choices)}.", f"rules.{name}", f"bad_{name}")


def fitting(rules: Rules, catalogue: Catalogue) -> None:
    """Raises Invalid where a rule names what the catalogue does not have."""
    known = [each.id for each in catalogue.priority_classes]
    if rules.fallback_class is not None and rules.fallback_class not in known:
        text = f"rules.fallback_class: no priority class {rules.fallback_class!r}; there are: {', '.join(known)}."
        raise Invalid(text, "rules.fallback_class", "bad_fallback_class")


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
