"""Deciding about checklists: a line looked at, a list closed (S2-3)."""

from contract.catalogue import Checklist
from contract.events import ChecklistClosed, ChecklistTicked, DayPlan, Event
from edge.errors import Refused, Unknown
from edge.hall import check, find
from edge.hall.commands import CloseChecklist, TickItem
from edge.hall.state import ListState, State


def due_at(state: State, plan: DayPlan) -> int:
    """When the day's lists should be closed, ms (opening.deadline)."""
    return plan.opens_at - state.rules.checklist_before_s * 1000


def tick(state: State, command: TickItem, at: int) -> tuple[Event, ...]:
    """A line may be looked at again until the list is closed."""
    wanted, plan = _list(state, command.checklist), _day(state)
    by = check.text(command.by, "by")
    if command.item not in (item.id for item in wanted.items):
        raise Unknown(f"No line {command.item!r} in checklist {wanted.id}.", "item", "unknown_item")
    note = check.said(command.note, "note") if command.note.strip() or not command.ok else ""
    _check_open(state, wanted.id)
    return (ChecklistTicked(plan.day, wanted.id, command.item, command.ok, note, by),)


def close(state: State, command: CloseChecklist, at: int) -> tuple[Event, ...]:
    wanted, plan = _list(state, command.checklist), _day(state)
    by = check.text(command.by, "by")
    _check_open(state, wanted.id)
    looked_at = state.checklists.get(wanted.id, ListState()).ticks
    left = [item.id for item in wanted.items if item.id not in looked_at]
    if left:
        raise Refused(f"Not looked at yet: {', '.join(left)}.", "checklist", "items_left")
    return (ChecklistClosed(plan.day, wanted.id, by, late=at > due_at(state, plan)),)


def _list(state: State, id_: str) -> Checklist:
    for found in find.catalogue(state).checklists:
        if found.id == id_:
            return found
    raise Unknown(f"No checklist {id_!r} here.", "checklist", "unknown_checklist")


def _day(state: State) -> DayPlan:
    if state.plan is None:
        raise Refused("No business day has begun yet.", code="no_day")
    return state.plan


def _check_open(state: State, id_: str) -> None:
    known = state.checklists.get(id_)
    if known is not None and known.closed_by is not None:
        raise Refused(f"Checklist {id_} was closed today by {known.closed_by}.", "checklist", "checklist_closed")
