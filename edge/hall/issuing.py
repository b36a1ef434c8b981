"""Whether a service gives tickets now, and what every new ticket has in common."""

from typing import Any

from contract.catalogue import Service
from contract.events import DayPlan, Lane, TicketIssued
from edge.errors import Refused
from edge.hall import check
from edge.hall.numbering import next_number, printed, ticket_id
from edge.hall.state import State
from edge.hall.view import Closed


def last_ticket(plan: DayPlan, service: str) -> int:
    """When the service stops issuing; a service newer than the plan stops with the last of the others."""
    found = plan.last_ticket.get(service)
    return found if found is not None else max(plan.last_ticket.values(), default=plan.closes_at)


CLOSED: dict[Closed, str] = {
    "no_day": "no business day has begun yet",
    "emergency": "there is an emergency",
    "suspended": "the hall is suspended",
    "before_opening": "the hall is not open yet",
    "after_last_ticket": "the time of the last ticket is over for today",
    "cap_reached": "today's tickets are all given out",
    "numbers_used_up": "today's numbers are used up",
}
NEVER_FOR_BOOKED: frozenset[Closed] = frozenset({"before_opening", "after_last_ticket", "cap_reached"})
"""What does not keep a booked customer out: the booking was a promise."""


def closed(state: State, service: Service, at: int) -> Closed | None:
    """Why no ticket can be had at `at` (ms); None: it can."""
    plan = state.plan
    if plan is None:
        return "no_day"
    if state.emergency is not None:
        return "emergency"
    if state.suspended is not None:
        return "suspended"
    if at < plan.opens_at:
        return "before_opening"
    if at >= last_ticket(plan, service.id):
        return "after_last_ticket"
    totals = state.totals.get(service.id)
    if service.cap is not None and totals is not None and totals.issued >= service.cap:
        return "cap_reached"
    return "numbers_used_up" if next_number(state, service) is None else None


def refuse(service: Service, why_not: Closed) -> Refused:
    return Refused(f"No ticket for {service.id}: {CLOSED[why_not]}.", "service", why_not)


def fresh(state: State, token: str) -> str:
    """A token nobody has; raises Refused "token_used"."""
    checked = check.token(token)
    if checked in state.by_token or checked in state.ratable:
        raise Refused("This token was used before: take a fresh one.", "token", "token_used")
    return checked


def draft(state: State, service: Service, lane: Lane, **rest: Any) -> TicketIssued:
    """A ticket with the next number; there must be one. `rest`: the other fields of the event."""
    plan, n = state.plan, next_number(state, service)
    assert plan is not None and n is not None, "closed() has said so"
    number = printed(service, n)
    return TicketIssued(
        ticket=ticket_id(plan.day, number),
        day=plan.day,
        number=number,
        n=n,
        service=service.id,
        lane=lane,
        **rest,
    )
