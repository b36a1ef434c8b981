"""Deciding for customers: taking a ticket, rating it."""

from contract.catalogue import Service
from contract.events import Event, Lane, TicketCalled, TicketIssued, TicketRated
from edge.errors import Refused, Unknown
from edge.hall import calling, check, find
from edge.hall.commands import IssueTicket, RateTicket
from edge.hall.issuing import closed
from edge.hall.numbering import next_number, printed, ticket_id
from edge.hall.state import CounterState, Ratable, State, Ticket
from edge.hall.view import Closed
from edge.hall.waits import ahead, estimate, staffing

_CLOSED: dict[Closed, str] = {
    "no_day": "no business day has begun yet",
    "suspended": "the hall is suspended",
    "before_opening": "the hall is not open yet",
    "after_last_ticket": "the time of the last ticket is over for today",
    "cap_reached": "today's tickets are all given out",
    "numbers_used_up": "today's numbers are used up",
}


def issue(state: State, command: IssueTicket, at: int) -> tuple[Event, ...]:
    service = find.service(state, command.service)
    _check_class(state, command.priority_class)
    source = check.text(command.source, "source")
    token = check.token(command.token)
    if token in state.by_token or token in state.ratable:
        raise Refused("This token was used before: take a fresh one.", "token", "token_used")
    desk = _walk_up_desk(state, command) if command.counter is not None else None
    why_not = closed(state, service, at)
    if why_not is not None:
        raise Refused(f"No ticket for {service.id}: {_CLOSED[why_not]}.", "service", why_not)
    issued = _issued(state, command, service, source if desk is None else f"counter:{desk.id}")
    if desk is None or desk.status != "idle":
        return (issued,)
    return issued, *_called_at_once(state, issued, desk, at)


def _check_class(state: State, wanted: str | None) -> None:
    known = [each.id for each in find.catalogue(state).priority_classes]
    if wanted is not None and wanted not in known:
        text = f"No priority class {wanted!r} here; there are: {', '.join(known) or 'none'}."
        raise Unknown(text, "priority_class", "unknown_class")


def _walk_up_desk(state: State, command: IssueTicket) -> CounterState:
    counter = find.counter(state, command.counter or "")
    desk = find.open_desk(state, counter.id)
    if not any(command.service in group for group in counter.serves):
        raise Refused(f"Counter {counter.id} does not serve {command.service}.", "counter", "not_served_there")
    return desk


def _issued(state: State, command: IssueTicket, service: Service, source: str) -> TicketIssued:
    plan, n = state.plan, next_number(state, service)
    assert plan is not None and n is not None  # closed() has said so
    lane: Lane = "ordinary" if command.priority_class is None else "priority"
    lanes = [state.tickets[id_].lane for id_ in state.queues[service.id]]
    before = ahead(lane, lanes.count("priority"), lanes.count("ordinary"), state.rules)
    number = printed(service, n)
    return TicketIssued(
        ticket=ticket_id(plan.day, number),
        day=plan.day,
        number=number,
        n=n,
        service=service.id,
        lane=lane,
        priority_class=command.priority_class,
        token=command.token,
        source=source,
        ahead=before,
        wait=estimate(service, state.totals.get(service.id), before, staffing(state).get(service.id)),
    )


def _called_at_once(state: State, issued: TicketIssued, desk: CounterState, at: int) -> tuple[Event, ...]:
    """The walk-up's call, when the counter would call nobody else now (S1-4 holds at the window too)."""
    counter = find.counter(state, desk.id)
    waiting = calling.waiting_in(state)
    if calling.choose(counter, waiting, state.rules) is not None:
        return ()
    waiting.free[issued.service][issued.lane == "ordinary"].append(
        Ticket(
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
        )
    )
    chosen = calling.choose(counter, waiting, state.rules)
    assert chosen is not None
    return (TicketCalled(issued.ticket, issued.number, desk.id, find.desk_clerk(desk), chosen[1]),)


def rate(state: State, command: RateTicket, at: int) -> tuple[Event, ...]:
    level = check.number(command.level, "level", 1, 5)
    source = check.text(command.source, "source")
    if command.token is not None:
        rated = _by_token(state, command.token, at)
    else:
        rated = _by_counter(state, command.counter or "", at)
    if rated.level is not None:
        raise Refused("This visit has been rated already; thank you.", "token", "already_rated")
    return (TicketRated(rated.ticket, rated.counter, rated.clerk, rated.service, level, source),)


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
    if rated is None or at > desk.rate_until:
        raise Refused(f"Nobody to rate at counter {desk.id} now.", "counter", "nothing_to_rate")
    return rated
