"""The service desk in the hall's picture."""

from edge.hall.state import State
from edge.hall.view import DeskView, EnquiryView


def desk(state: State) -> DeskView:
    waiting = tuple([EnquiryView(each.id, each.by, each.at) for each in state.enquiries.values()])
    totals = state.desk
    return DeskView(waiting, totals.solved, totals.routed, totals.gone, totals.late)
