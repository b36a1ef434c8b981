"""Deciding for customers: taking a ticket, rating it."""

from contract.catalogue import Service
from contract.events import Event, Lane, TicketCalled, TicketIssued, TicketRated, Why
from edge.errors import Refused, Unknown
from edge.hall import calling, check, find, journeys, ratings
from edge.hall.commands import IssueTicket, RateTicket
from edge.hall.issuing import closed, draft, fresh, refuse
from edge.hall.line_order import waiting_in
from edge.hall.places import end_of
from edge.hall.state import CounterState, Ratable, State, Ticket
from edge.hall.waits import ahead, estimate, lanes_of, staffing


def issue(state: State, command: IssueTicket, at: int) -> tuple[Event, ...]:
    service = find.service(state, command.service)
    class_ = _class_of(state, command)
    source = check.text(command.source, "source")
    fresh(state, command.token)
    desk = _walk_up_desk(state, command) if command.counter is not None else None
    why_not = closed(state, service, at)
    if why_not is not None:
        raise refuse(service, why_not)
    issued = _issued(state, command, service, class_, source if desk is None else f"counter:{desk.id}")
    if desk is None or desk.status != "idle":
        return (issued,)
    return issued, *_called_at_once(state, issued, desk, at)


def _class_of(state: State, command: IssueTicket) -> str | None:
    """The published class asked for; after a failure at the kiosk that of `rules.fallback_class`."""
    wanted = find.priority_class(state, command.priority_class)
    known = [each.id for each in find.catalogue(state).priority_classes]
    failed = wanted is None and command.cause is not None and command.counter is None
    return state.rules.fallback_class if failed and state.rules.fallback_class in known else wanted


def _walk_up_desk(state: State, command: IssueTicket) -> CounterState:
    counter = find.counter(state, command.counter or "")
    desk = find.open_desk(state, counter.id)
    if not state.rules.adhoc:
        text = "No tickets are written at the window here: please take one at the kiosk."
        raise Refused(text, "counter", "adhoc_off")
    if not any(command.service in group for group in counter.serves):
        raise Refused(f"Counter {counter.id} does not serve {command.service}.", "counter", "not_served_there")
    return desk


def _issued(state: State, command: IssueTicket, service: Service, class_: str | None, source: str) -> TicketIssued:
    lane: Lane = "ordinary" if class_ is None else "priority"
    before = ahead(lane, *lanes_of(state, service.id), state.rules)
    then = journeys.journey(state, command.journey, service.id).services[1:] if command.journey is not None else ()
    return draft(
        state,
        service,
        lane,
        priority_class=class_,
        token=command.token,
        source=source,
        ahead=before,
        wait=estimate(service, state.totals.get(service.id), before, staffing(state).get(service.id)),
        journey=command.journey,
        then=then,
        cause=None if command.cause is None else check.said(command.cause, "cause"),
    )


def _called_at_once(state: State, issued: TicketIssued, desk: CounterState, at: int) -> tuple[Event, ...]:
    """The walk-up's call, when the counter would call nobody else now (S1-4 holds at the window too)."""
    counter = find.counter(state, desk.id)
    waiting = waiting_in(state, at)
    others = calling.choose(counter, waiting, state.rules)
    if others is not None and not _gives_way(*others, at):
        return ()
    waiting.free[issued.service][issued.lane == "ordinary"].append(_as_waiting(state, issued, at))
    chosen = calling.choose(counter, waiting, state.rules)
    if chosen is None or chosen[0].id != issued.ticket:
        return ()
    return (TicketCalled(issued.ticket, issued.number, desk.id, find.desk_clerk(desk), chosen[1]),)


def _gives_way(ticket: Ticket, why: Why, at: int) -> bool:
    """Whether the rule puts it behind everybody who waits: deferred, or booked for later."""
    return why.policy == "deferred" or (ticket.held == "slot" and (ticket.slot_at or 0) > at)


def _as_waiting(state: State, issued: TicketIssued, at: int) -> Ticket:
    place = end_of(state)
    return Ticket(
        id=issued.ticket,
        day=issued.day,
        number=issued.number,
        service=issued.service,
        lane=issued.lane,
        priority_class=issued.priority_class,
        token=issued.token,
        status="waiting",
        issued_at=at,
        waiting_since=at,
        arrival=place,
        order=place,
    )


def rate(state: State, command: RateTicket, at: int) -> tuple[Event, ...]:
    level = check.number(command.level, "level", 1, 5)
    source = check.text(command.source, "source")
    tags, comment = ratings.said(command)
    if command.token is not None:
        # the centre has looked at its own clock: what it took in time is recorded whenever it comes
        rated = _by_token(state, command.token, 0 if source == "centre" else at)
    else:
        rated = _by_counter(state, command.counter or "", at)
    if rated.level is not None:
        raise Refused("This visit has been rated already; thank you.", "token", "already_rated")
    about = (rated.ticket, rated.counter, rated.clerk, rated.service)
    return (TicketRated(*about, level, source, tags, comment, rated.stage),)


def _by_token(state: State, token: str, at: int) -> Ratable:
    rated = state.ratable.get(token)
    if rated is None and token in state.by_token:
        raise Refused("This ticket can be rated once it has been served.", "token", "not_finished")
    if rated is None:
        raise Unknown("No visit belongs to this code.", "token", "unknown_token")
    if at > rated.until:
        raise Refused("The time for rating this visit is over.", "token", "rating_closed")
    return rated


def _by_counter(state: State, counter: str, at: int) -> Ratable:
    desk = find.desk(state, counter)
    rated = state.ratable.get(desk.rate_token or "")
    if rated is None or rated.counter != desk.id or at > desk.rate_until:
        raise Refused(f"Nobody to rate at counter {desk.id} now.", "counter", "nothing_to_rate")
    return rated
