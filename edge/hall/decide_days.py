"""Deciding what time brings: the moments of the day and the change from one day to the next."""

from contract.events import (
    CounterClosed,
    DayClosed,
    DayStarted,
    Event,
    HallResumed,
    HallSuspended,
    TicketVoided,
    TimePassed,
)
from edge.errors import Invalid, Refused
from edge.hall import check, decide_desk, find, roster
from edge.hall.commands import PassTime, ResumeHall, SuspendHall
from edge.hall.due import last_due, ran_ahead
from edge.hall.sheet import sheet
from edge.hall.state import State, Ticket
from edge.hall.warnings import due_events

FORGOTTEN_MS = 2 * 3_600_000
"""A clerk idle or on a break for this long when the business day ends has forgotten to log out."""


def pass_time(state: State, command: PassTime, at: int) -> tuple[Event, ...]:
    """A moment of the running day; the change of the day; or, on the same day, its times changed.

    What the counters' clocks bring at the end of the day is asked for again behind it, and counts for the next.
    """
    find.catalogue(state)
    plan, running = command.plan, state.plan
    if not plan.starts_at <= at < plan.ends_at:
        raise Invalid(f"The plan of {plan.day} does not hold the moment {at}.", "plan", "bad_plan")
    if running is None:
        return (DayStarted(plan),)
    due = last_due(state, at)
    told: tuple[Event, ...] = () if due is None else (TimePassed(due),)
    if at >= running.ends_at or ran_ahead(state, at):
        return *told, *_end_of_day(state, at), DayStarted(plan)
    told = *told, *roster.voids(state, at), *due_events(state, at)
    if plan.day == running.day and plan != running:
        return *told, DayStarted(plan)
    if not told:
        raise Refused("Nothing is due at this time.", "at", "not_due")
    return told


def _end_of_day(state: State, at: int) -> tuple[Event, ...]:
    """Forgotten logins and enquiries ended, who is left behind void, and the sheet of it all."""
    assert state.plan is not None, "the day that ends has a plan"
    void = _left_behind(state, at)
    voided = tuple(TicketVoided(ticket.id, ticket.number, "day_end") for ticket in void)
    unanswered = decide_desk.left_open(state, at)
    return *_forgotten(state, at), *unanswered, *voided, DayClosed(state.plan.day, sheet(state, void))


def _working(state: State, at: int) -> bool:
    """Whether anybody still works: has a customer, or moved within the last hours."""
    return any(
        desk.status in ("called", "serving") or (desk.status != "closed" and at - desk.since < FORGOTTEN_MS)
        for desk in state.counters.values()
    )


def _forgotten(state: State, at: int) -> tuple[Event, ...]:
    """Clerks who went home without logging out."""
    if _working(state, at):
        return ()
    return tuple(
        CounterClosed(desk.id, desk.clerk or "") for desk in state.counters.values() if desk.status != "closed"
    )


def _left_behind(state: State, at: int) -> list[Ticket]:
    """Who is void when the day ends.

    With nobody working: all who wait, all passed and every suspended case. Somebody still working:
    everybody stays (F17), but numbers passed on a day before this one have had their day.
    """
    today = state.plan.day if state.plan else ""
    passed = [state.tickets[id_] for id_ in state.passed]
    if _working(state, at):
        return [ticket for ticket in passed if ticket.day != today]
    queues = (*state.queues.values(), *state.booked.values(), *state.deferred.values(), state.suspended_cases)
    return [state.tickets[id_] for queue in queues for id_ in queue] + passed


def suspend(state: State, command: SuspendHall, at: int) -> tuple[Event, ...]:
    """Also of a suspended hall, where the reason is another now."""
    reason, by = check.said(command.reason, "reason"), check.text(command.by, "by")
    if state.suspended == reason:
        raise Refused("The hall is suspended already.", code="already_suspended")
    return (HallSuspended(reason, by),)


def resume(state: State, command: ResumeHall, at: int) -> tuple[Event, ...]:
    by = check.text(command.by, "by")
    if state.suspended is None:
        raise Refused("The hall is not suspended.", code="not_suspended")
    return (HallResumed(by),)
