"""The house in the hall's picture: open alarms, and the day's checklists."""

from contract.catalogue import Catalogue, Checklist
from edge.hall.decide_lists import due_at
from edge.hall.state import ListState, State
from edge.hall.view import AlarmView, ListView


def alarms(state: State) -> tuple[AlarmView, ...]:
    """Open ones, oldest first."""
    return tuple([AlarmView(each.id, each.kind, each.place, each.at) for each in state.alarms.values()])


def crowded(state: State) -> bool:
    return any(each.kind == "crowd" for each in state.alarms.values())


def checklists(state: State, catalogue: Catalogue) -> tuple[ListView, ...]:
    return tuple([_list(state, each) for each in catalogue.checklists])


_UNTOUCHED = ListState()


def _list(state: State, checklist: Checklist) -> ListView:
    """Lines looked at are counted by the list as it is now."""
    kept = state.checklists.get(checklist.id, _UNTOUCHED)
    looked_at = [item.id for item in checklist.items if item.id in kept.ticks]
    return ListView(
        checklist.id,
        checklist.name,
        len(checklist.items),
        len(looked_at),
        tuple([item for item in looked_at if not kept.ticks[item].ok]),
        kept.closed_by,
        kept.closed_at,
        due_at(state, state.plan) if state.plan is not None else 0,
    )
