"""Checklists and the self-test of the devices, applied."""

from contract.events import ChecklistClosed, ChecklistTicked, DevicesTested
from edge.hall.state import ListState, State, Tick


def ticked(state: State, event: ChecklistTicked, at: int) -> None:
    kept = state.checklists.setdefault(event.checklist, ListState())
    kept.ticks[event.item] = Tick(event.ok, event.note, event.by, at)


def closed(state: State, event: ChecklistClosed, at: int) -> None:
    kept = state.checklists.setdefault(event.checklist, ListState())
    kept.closed_by, kept.closed_at = event.by, at


def tested(state: State, event: DevicesTested, at: int) -> None:
    state.self_test, state.self_test_at = dict(event.results), at
