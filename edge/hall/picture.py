"""The read-only picture of the hall, taken after every commit: cheap, since every press waits for it."""

from contract.catalogue import Service
from edge.hall import calling
from edge.hall.counters_picture import Counters
from edge.hall.house_picture import alarms, checklists
from edge.hall.issuing import closed
from edge.hall.state import State
from edge.hall.view import EMPTY, HallView, ServiceView
from edge.hall.waits import Staff, ahead, estimate, staffing


def picture(state: State, at: int) -> HallView:
    """The hall at `at` (ms). Shares nothing with the state that later changes."""
    catalogue = state.catalogue
    if catalogue is None:
        return EMPTY
    waiting = calling.waiting_in(state)
    staff = staffing(state)
    services = tuple([_service(state, each, waiting, staff.get(each.id), at) for each in catalogue.services])
    return HallView(
        state.seq,
        at,
        catalogue.version,
        catalogue.hall,
        catalogue.name,
        state.plan,
        any(each.closed is None for each in services),
        state.suspended,
        services,
        Counters(state, catalogue, waiting, at).views(),
        tuple(state.recent),
        tuple([state.tickets[id_].number for id_ in state.slips_left]),
        dict(state.failed_devices),
        emergency=state.emergency.kind if state.emergency is not None else None,
        alarms=alarms(state),
        checklists=checklists(state, catalogue),
        self_test=dict(state.self_test),
        self_test_at=state.self_test_at,
    )


def _service(state: State, service: Service, waiting: calling.Waiting, staff: Staff | None, at: int) -> ServiceView:
    queue, totals = state.queues[service.id], state.totals[service.id]
    priority = len(waiting.free[service.id][0])
    before = ahead("ordinary", priority, len(queue) - priority, state.rules)
    tickets = state.tickets
    return ServiceView(
        service.id,
        service.letter,
        service.name,
        service.zone,
        len(queue),
        min([tickets[id_].waiting_since for id_ in queue], default=None),
        estimate(service, totals, before, staff),
        totals.issued,
        totals.served,
        totals.passed,
        closed(state, service, at),
    )
