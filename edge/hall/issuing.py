"""Whether a service gives tickets now."""

from contract.catalogue import Service
from contract.events import DayPlan
from edge.hall.numbering import next_number
from edge.hall.state import State
from edge.hall.view import Closed


def last_ticket(plan: DayPlan, service: str) -> int:
    """When the service stops issuing; a service newer than the plan stops with the last of the others."""
    found = plan.last_ticket.get(service)
    return found if found is not None else max(plan.last_ticket.values(), default=plan.closes_at)


def closed(state: State, service: Service, at: int) -> Closed | None:
    """Why no ticket can be had at `at` (ms); None: it can."""
    plan = state.plan
    if plan is None:
        return "no_day"
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
