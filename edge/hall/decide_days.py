"""Deciding what time brings: the moments of the day and the change from one day to the next."""

from contract.events import (
    DayClosed,
    DayStarted,
    Event,
    HallResumed,
    HallSuspended,
    TicketVoided,
    TimePassed,
)
from edge.errors import Invalid, Refused
from edge.hall import check, find
from edge.hall.commands import PassTime, ResumeHall, SuspendHall
from edge.hall.due import last_due, ran_ahead
from edge.hall.sheet import sheet
from edge.hall.state import State, Ticket


def pass_time(state: State, command: PassTime, at: int) -> tuple[Event, ...]:
    """A moment of the running day; the change of the day; or, on the same day, its times changed."""
    find.catalogue(state)
    plan, running = command.plan, state.plan
    if not plan.starts_at <= at < plan.ends_at:
        raise Invalid(f"The plan of {plan.day} does not hold the moment {at}.", "plan", "bad_plan")
    if running is None:
        return (DayStarted(plan),)
    due = last_due(state, at)
    told: tuple[Event, ...] = () if due is None else (TimePassed(due),)
    if at >= running.ends_at or ran_ahead(state, at):
        void = _left_behind(state)
        voided = tuple(TicketVoided(ticket.id, ticket.number, "day_end") for ticket in void)
        return *told, *voided, DayClosed(running.day, sheet(state, void)), DayStarted(plan)
    if plan.day == running.day and plan != running:
        return *told, DayStarted(plan)
    if not told:
        raise Refused("Nothing is due at this time.", "at", "not_due")
    return told


def _left_behind(state: State) -> list[Ticket]:
    """Who is void when the day ends.

    With nobody at any counter: all who wait and all passed. Somebody still working: everybody stays
    (F17), but numbers passed on a day before this one have had their day.
    """
    working = any(desk.status != "closed" for desk in state.counters.values())
    today = state.plan.day if state.plan else ""
    passed = [state.tickets[id_] for id_ in state.passed]
    if working:
        return [ticket for ticket in passed if ticket.day != today]
    return [state.tickets[id_] for queue in state.queues.values() for id_ in queue] + passed


def suspend(state: State, command: SuspendHall, at: int) -> tuple[Event, ...]:
    reason, by = check.text(command.reason, "reason", 200), check.text(command.by, "by")
    if state.suspended is not None:
        raise Refused("The hall is suspended already.", code="already_suspended")
    return (HallSuspended(reason, by),)


def resume(state: State, command: ResumeHall, at: int) -> tuple[Event, ...]:
    by = check.text(command.by, "by")
    if state.suspended is None:
        raise Refused("The hall is not suspended.", code="not_suspended")
    return (HallResumed(by),)
