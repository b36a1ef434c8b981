"""The services of the hall's picture, and the roster in numbers."""

from collections import Counter as Tally

from contract.catalogue import Catalogue, Service
from edge.hall.issuing import closed
from edge.hall.state import State
from edge.hall.view import RosterView, ServiceView
from edge.hall.waits import Staff, ahead, estimate, lanes_of, staffing


def services(state: State, catalogue: Catalogue, at: int) -> tuple[ServiceView, ...]:
    staff, open_ = staffing(state), _open_counters(state, catalogue)
    return tuple([_service(state, each, staff.get(each.id), open_.get(each.id, ()), at) for each in catalogue.services])


def roster(state: State) -> RosterView:
    """Of today: who is still to come, who is here, whose booking is void or was cancelled too late."""
    today = state.plan.day if state.plan else ""
    found = Tally([each.status for each in state.bookings.values() if each.day == today])
    late = sum([each.cancelled_here for each in state.bookings.values() if each.day == today])
    return RosterView(found["booked"], found["arrived"], found["void"], late)


def _open_counters(state: State, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Service to the open counters that serve it."""
    found: dict[str, tuple[str, ...]] = {}
    for counter in catalogue.counters:
        if state.counters[counter.id].status != "closed":
            for service in (each for group in counter.serves for each in group):
                found[service] = (*found.get(service, ()), counter.id)
    return found


def _service(state: State, service: Service, staff: Staff | None, served_by: tuple[str, ...], at: int) -> ServiceView:
    """Everybody who waits counts: in the queue, booked, deferred."""
    totals, tickets = state.totals[service.id], state.tickets
    booked, deferred = state.booked.get(service.id, []), state.deferred.get(service.id, [])
    everybody = [*state.queues[service.id], *booked, *deferred]
    before = ahead("ordinary", *lanes_of(state, service.id), state.rules)
    return ServiceView(
        service.id,
        service.letter,
        service.name,
        service.zone,
        len(everybody),
        min([tickets[id_].waiting_since for id_ in everybody], default=None),
        estimate(service, totals, before, staff),
        totals.issued,
        totals.served,
        totals.passed,
        closed(state, service, at),
        len(booked),
        len(deferred),
        served_by,
    )
