"""Finding what a command names, or refusing it with the field at fault."""

from contract.catalogue import Catalogue, Counter, Service
from contract.matters import Matter
from edge.errors import Refused, Unknown
from edge.hall.state import CounterState, State, Ticket


def catalogue(state: State) -> Catalogue:
    """Raises Refused "no_catalogue" before the first one was taken."""
    if state.catalogue is None:
        raise Refused("The hall has no catalogue yet: load its configuration first.", code="no_catalogue")
    return state.catalogue


def service(state: State, service_id: str, field: str = "service") -> Service:
    for found in catalogue(state).services:
        if found.id == service_id:
            return found
    known = ", ".join(each.id for each in catalogue(state).services)
    raise Unknown(f"No service {service_id!r} here; there are: {known}.", field, "unknown_service")


def priority_class(state: State, class_: str | None, field: str = "priority_class") -> str | None:
    """A published class, or none wanted."""
    known = [each.id for each in catalogue(state).priority_classes]
    if class_ is not None and class_ not in known:
        text = f"No priority class {class_!r} here; there are: {', '.join(known) or 'none'}."
        raise Unknown(text, field, "unknown_class")
    return class_


def counter(state: State, counter_id: str, field: str = "counter") -> Counter:
    for found in catalogue(state).counters:
        if found.id == counter_id:
            return found
    known = ", ".join(each.id for each in catalogue(state).counters)
    raise Unknown(f"No counter {counter_id!r} here; there are: {known}.", field, "unknown_counter")


def desk(state: State, counter_id: str, field: str = "counter") -> CounterState:
    """The counter as it stands."""
    return state.counters[counter(state, counter_id, field).id]


def open_desk(state: State, counter_id: str) -> CounterState:
    """The same, when a clerk is logged in there; raises Refused "counter_closed" otherwise."""
    found = desk(state, counter_id)
    if found.status == "closed":
        raise Refused(f"Counter {counter_id} is closed: log in first.", "counter", "counter_closed")
    return found


def ticket_at(state: State, desk_: CounterState, *allowed: str) -> Ticket:
    """The ticket at the counter, when its status is one of `allowed`; raises Refused otherwise."""
    if desk_.ticket is None:
        raise Refused(f"Counter {desk_.id} has no ticket: call one first.", "counter", "no_ticket")
    found = state.tickets[desk_.ticket]
    if found.status not in allowed:
        text = f"Ticket {found.number} at counter {desk_.id} is {found.status}; this needs {' or '.join(allowed)}."
        raise Refused(text, "counter", f"not_{allowed[0]}")
    return found


def matter(state: State, matter_id: str, service_id: str, field: str = "matter") -> Matter:
    """Published, and done at the windows of that service; raises Unknown, and Refused "other_service"."""
    found = state.shelf.matters.get(matter_id)
    if found is None:
        known = ", ".join(each.id for each in state.shelf.of_service(service_id)) or "none"
        text = f"No matter {matter_id!r} is published here; at {service_id} there are: {known}."
        raise Unknown(text, field, "unknown_matter")
    if found.service != service_id:
        text = f"{found.id} is done at the windows of {found.service}: it cannot be had at {service_id}."
        raise Refused(text, field, "other_service")
    return found


def customer(state: State, counter_id: str) -> tuple[CounterState, Ticket]:
    """Who is called or served at an open counter; raises Refused where nobody is."""
    found = open_desk(state, counter_id)
    return found, ticket_at(state, found, "serving", "called")


def by_number(state: State, number: str, field: str = "number") -> Ticket:
    """By number as printed (today's, or one carried over from the day before) or by ticket id."""
    wanted = number.strip().upper()
    today = f"{state.plan.day.replace('-', '')}-{wanted}" if state.plan else wanted
    found = state.tickets.get(wanted) or state.tickets.get(today)
    if found is None and wanted in state.carried:
        found = state.tickets.get(state.carried[wanted])
    if found is None:
        raise Unknown(f"No ticket {number.strip()!r} today.", field, "unknown_ticket")
    return found


def desk_clerk(desk_: CounterState) -> str:
    """Who is logged in; an open counter always has a clerk."""
    if desk_.clerk is None:
        raise Refused(f"Counter {desk_.id} is closed: log in first.", "counter", "counter_closed")
    return desk_.clerk
