"""The read-only picture of the hall, taken after every commit: cheap, since every press waits for it."""

from edge.hall.counters_picture import Counters
from edge.hall.desk_picture import desk
from edge.hall.house_picture import alarms, checklists, crowded, lost
from edge.hall.line_order import waiting_in
from edge.hall.services_picture import roster, services
from edge.hall.state import State
from edge.hall.view import EMPTY, HallView


def picture(state: State, at: int) -> HallView:
    """The hall at `at` (ms). Shares nothing with the state that later changes."""
    catalogue = state.catalogue
    if catalogue is None:
        return EMPTY
    offered = services(state, catalogue, at)
    return HallView(
        state.seq,
        at,
        catalogue.version,
        catalogue.hall,
        catalogue.name,
        state.plan,
        any(each.closed is None for each in offered),
        state.suspended,
        offered,
        Counters(state, catalogue, waiting_in(state, at), at).views(),
        tuple(state.recent),
        tuple([state.tickets[id_].number for id_ in state.slips_left]),
        dict(state.failed_devices),
        emergency=state.emergency.kind if state.emergency is not None else None,
        alarms=alarms(state),
        crowded=crowded(state),
        checklists=checklists(state, catalogue),
        self_test=dict(state.self_test),
        self_test_at=state.self_test_at,
        roster=roster(state),
        desk=desk(state),
        lost=lost(state, catalogue),
    )
