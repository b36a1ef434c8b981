"""The house in the hall's picture: open alarms, the day's checklists, slips it may have forgotten."""

from contract.catalogue import Catalogue, Checklist
from edge.hall.decide_lists import due_at
from edge.hall.numbering import printed
from edge.hall.state import ListState, State
from edge.hall.view import AlarmView, ListView, LostView


def alarms(state: State) -> tuple[AlarmView, ...]:
    """Open ones, oldest first."""
    return tuple([AlarmView(each.id, each.kind, each.place, each.at) for each in state.alarms.values()])


def crowded(state: State) -> bool:
    return any(each.kind == "crowd" for each in state.alarms.values())


def checklists(state: State, catalogue: Catalogue) -> tuple[ListView, ...]:
    return tuple([_list(state, each) for each in catalogue.checklists])


def lost(state: State, catalogue: Catalogue) -> LostView | None:
    """The numbers below the floor of the day's new epoch that were not issued in what is left of the one before."""
    ranges = []
    for service in catalogue.services:
        first = max(service.first, state.floor_known.get(service.letter, 0) + 1)
        last = min(service.last, state.number_floor)
        if first <= last:
            ranges.append((printed(service, first), printed(service, last)))
    return LostView(state.floor_at, tuple(ranges)) if ranges else None


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
