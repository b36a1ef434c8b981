"""Facts of slips, devices, clock and epoch, applied."""

from collections.abc import Callable

import msgspec

from contract.events import (
    ClockSynced,
    DeviceFailed,
    DeviceRecovered,
    EpochBegun,
    NodeStarted,
    SlipFailed,
    SlipLeftToStaff,
    SlipPrinted,
    SlipStarted,
)
from edge.hall import roster, shares
from edge.hall.state import State


def epoch_begun(state: State, event: EpochBegun, at: int) -> None:
    state.number_floor, state.floor_at = max(state.number_floor, event.number_floor), at
    state.floor_known = dict(state.numbers)
    if event.reason != "new":
        state.papers_lost_at = at
    shares.epoch_ended(state)


def node_started(state: State, event: NodeStarted, at: int) -> None:
    state.boot_at = state.boot_at if event.on else at
    state.node, state.epoch = event.node, event.epoch
    state.aside = event.aside
    state.far |= event.aside


def clock_synced(state: State, event: ClockSynced, at: int) -> None:
    """The wall was set: what this boot has measured moves along, so that waits stay as long as they were (F16).

    Moments of the plan that the wrong clock had reached too early fire again in their own time.
    """
    shift, since = event.at - at, state.boot_at
    state.at = event.at
    state.boot_at += shift
    state.due_after = min(state.due_after, event.at)

    def moved(time: int) -> int:
        return time + shift if time >= since else time

    for ticket in state.tickets.values():
        ticket.issued_at, ticket.waiting_since = moved(ticket.issued_at), moved(ticket.waiting_since)
        if ticket.held == "slot" and ticket.status == "waiting":
            # slots are moments of the calendar, nothing this boot has measured
            ticket.waiting_since = max(ticket.issued_at, ticket.slot_at or 0)
        ticket.called_at = None if ticket.called_at is None else moved(ticket.called_at)
        ticket.started_at = None if ticket.started_at is None else moved(ticket.started_at)
        ticket.ended_at = None if ticket.ended_at is None else moved(ticket.ended_at)
        ticket.suspended_at = moved(ticket.suspended_at)
    for desk in state.counters.values():
        desk.since, desk.last_at, desk.rung_at = moved(desk.since), moved(desk.last_at), moved(desk.rung_at)
        entry = state.ratable.get(desk.rate_token or "")
        desk.rate_until += shift if entry is not None and entry.at >= since else 0
    for entry in state.ratable.values():
        entry.until += shift if entry.at >= since else 0
        entry.at = moved(entry.at)
    state.recent = [msgspec.structs.replace(call, at=moved(call.at)) for call in state.recent]
    _move_lists(state, moved)
    roster.clock_set(state, event)


def _move_lists(state: State, moved: Callable[[int], int]) -> None:
    state.papers_lost_at, state.calm_at = moved(state.papers_lost_at), moved(state.calm_at)
    state.floor_at = moved(state.floor_at)
    state.self_test_at = moved(state.self_test_at)
    for alarm in state.alarms.values():
        alarm.at = moved(alarm.at)
    if state.emergency is not None:
        state.emergency.at = moved(state.emergency.at)
    for kept in state.checklists.values():
        kept.closed_at = moved(kept.closed_at)
        for tick in kept.ticks.values():
            tick.at = moved(tick.at)


def slip_started(state: State, event: SlipStarted, at: int) -> None:
    ticket = state.tickets[event.ticket]
    ticket.slip = "started"
    ticket.slips += 1
    staff_done(state, ticket.id)


def slip_printed(state: State, event: SlipPrinted, at: int) -> None:
    state.tickets[event.ticket].slip = "printed"


def slip_failed(state: State, event: SlipFailed, at: int) -> None:
    state.tickets[event.ticket].slip = "failed"


def slip_left(state: State, event: SlipLeftToStaff, at: int) -> None:
    """Staff are not asked for one whose customer came to the counter while the printer was tried."""
    ticket = state.tickets[event.ticket]
    ticket.slip = "staff"
    staff_done(state, ticket.id)
    if ticket.status not in ("serving", "done", "voided"):
        state.slips_left.append(ticket.id)


def staff_done(state: State, ticket: str) -> None:
    """Nobody need look for this ticket's customer any more: the slip comes, or is not needed."""
    if ticket in state.slips_left:
        state.slips_left.remove(ticket)


def device_failed(state: State, event: DeviceFailed, at: int) -> None:
    state.failed_devices[event.device] = event.cause


def device_recovered(state: State, event: DeviceRecovered, at: int) -> None:
    state.failed_devices.pop(event.device, None)
