"""What the page behind a slip's code shows of one ticket, by the slip's token. Nothing of anybody else."""

from typing import Literal

import msgspec

from contract.catalogue import Counter, Text
from contract.events import Wait, Why
from edge.hall import calling, decide_moves, find
from edge.hall.line_order import waiting_in
from edge.hall.numbering import number_of
from edge.hall.state import Ratable, State, Status, Ticket
from edge.hall.waits import estimate, not_before, staffing


class Progress(msgspec.Struct, frozen=True):
    number: str
    service: Text
    status: Status
    ahead: int | None
    """People called before it, if nobody else came; None: it does not wait."""
    wait: Wait | None
    """Seconds from now; None too where no counter is open."""
    counter: Text | None
    """Where it is called or served, or was served last."""
    zone: Text | None
    """Waiting area."""
    moves_left: int
    can_move_back: bool
    may_rate: bool
    rated: int | None
    """The level given to the service done last, 5 best."""
    done: tuple[Text, ...]
    then: tuple[Text, ...]
    """Services of a journey done before the present one, and still to come."""
    day: str
    slot_at: int | None = None
    """Start of the booked slot, ms."""
    held: Literal["", "slot", "deferred"] = ""
    """While waiting: booked and on time; late while it was busy."""
    suspended: Literal["", "papers_out", "papers_kept", "step"] = ""


def progress(state: State, token: str, at: int) -> Progress | None:
    """At `at` (ms); None for a token this hall does not know. One of a day before shows its rating only."""
    ticket = state.tickets.get(state.by_token.get(token, ""))
    rated = state.ratable.get(token)
    if ticket is None:
        return None if rated is None else _past(state, rated, at)
    waits = ticket.status == "waiting"
    ahead = _ahead(state, ticket, at) if waits else None
    return Progress(
        number=ticket.number,
        service=_service_name(state, ticket.service),
        status=ticket.status,
        ahead=ahead,
        wait=None if ahead is None else _wait(state, ticket, ahead, at),
        counter=None if waits else _counter_name(state, ticket.counter),
        zone=_zone_name(state, ticket.service),
        moves_left=max(0, state.rules.move_backs_max - ticket.moves),
        can_move_back=decide_moves.why_not(state, ticket, at) is None,
        may_rate=_may_rate(rated, at),
        rated=ticket.level if rated is None else rated.level,
        done=tuple(_service_name(state, each) for each in ticket.stages),
        then=tuple(_service_name(state, each) for each in ticket.then),
        day=ticket.day,
        slot_at=ticket.slot_at,
        held=ticket.held if waits else "",
        suspended=ticket.suspended,
    )


def called_because(ticket: Ticket) -> Why | None:
    """The rule's decision behind the last call of the ticket (S1-4); None: not called since it waits."""
    return ticket.why


def _past(state: State, rated: Ratable, at: int) -> Progress:
    return Progress(
        number=number_of(rated.ticket),
        service=_service_name(state, rated.service),
        status="done",
        ahead=None,
        wait=None,
        counter=_counter_name(state, rated.counter),
        zone=None,
        moves_left=0,
        can_move_back=False,
        may_rate=_may_rate(rated, at),
        rated=rated.level,
        done=(),
        then=(),
        day=rated.day,
    )


def _ahead(state: State, ticket: Ticket, at: int) -> int:
    """Its place as a counter with this service alone would call; others' services are not counted."""
    waiting = waiting_in(state, at)
    alone = Counter(ticket.counter or "", {}, ((ticket.service,),))
    most = calling.line_length(alone.id, alone.serves[0], waiting)
    line = calling.upcoming(alone, waiting, state.rules, most)
    return next((place for place, each in enumerate(line) if each.id == ticket.id), most)


def _wait(state: State, ticket: Ticket, ahead: int, at: int) -> Wait | None:
    service = find.service(state, ticket.service)
    found = estimate(service, state.totals.get(service.id), ahead, staffing(state).get(service.id))
    return not_before(found, (ticket.slot_at or 0) - at) if ticket.held == "slot" else found


def _may_rate(rated: Ratable | None, at: int) -> bool:
    return rated is not None and rated.level is None and at <= rated.until


def _service_name(state: State, id_: str) -> Text:
    """By its id where it is no longer offered."""
    services = state.catalogue.services if state.catalogue else ()
    return next((each.name for each in services if each.id == id_), {"en": id_})


def _counter_name(state: State, id_: str | None) -> Text | None:
    counters = state.catalogue.counters if state.catalogue else ()
    return next((each.name for each in counters if each.id == id_), None)


def _zone_name(state: State, service: str) -> Text | None:
    """The zone's own name, or its bare label where the catalogue lists no zones."""
    catalogue = state.catalogue
    zone = next((each.zone for each in (catalogue.services if catalogue else ()) if each.id == service), None)
    if catalogue is None or zone is None:
        return None
    return next((each.name for each in catalogue.zones if each.id == zone), {"zh": zone, "en": zone})
