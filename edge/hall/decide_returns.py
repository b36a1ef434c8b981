"""Deciding what brings a ticket back or sends it on: restore, transfer, undo."""

from typing import Literal

from contract.events import Event, StepUndone, TicketRestored, TicketTransferred
from edge.errors import Invalid, Refused
from edge.hall import check, find, returning, undoing
from edge.hall.commands import Restore, Transfer, Undo
from edge.hall.places import index_behind, original_index
from edge.hall.state import CounterState, State, Ticket


def restore(state: State, command: Restore, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    ticket = find.by_number(state, command.number)
    against = returning.why_not(state, ticket, at)
    if against is not None:
        raise Refused(against[1], "number", against[0])
    if not any(ticket.service in group for group in find.counter(state, desk.id).serves):
        text = f"Counter {desk.id} does not serve {ticket.service}, which {ticket.number} is for."
        raise Refused(text, "number", "not_served_there")
    after = index_behind(state, ticket.service, ticket.lane, state.rules.return_after)
    return (TicketRestored(ticket.id, ticket.number, after, find.desk_clerk(desk)),)


def transfer(state: State, command: Transfer, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    ticket = find.ticket_at(state, desk, "serving", "called")
    service = find.service(state, command.to_service, "to_service")
    _check_target(state, command, ticket, desk)
    place = command.place or state.rules.transfer_place
    if place not in ("original", "end"):
        raise Invalid('place must be "original" or "end".', "place", "bad_place")
    queue = state.queues[service.id]
    position = original_index(state, service.id, ticket) if place == "original" else len(queue)
    return (
        TicketTransferred(
            ticket=ticket.id,
            number=ticket.number,
            counter=desk.id,
            from_service=ticket.service,
            to_service=service.id,
            to_counter=command.to_counter,
            position=position,
            place=place,
            reason=None if command.reason is None else check.said(command.reason, "reason"),
        ),
    )


def _check_target(state: State, command: Transfer, ticket: Ticket, desk: CounterState) -> None:
    if command.to_counter is None or command.to_counter == desk.id:
        if command.to_service == ticket.service:
            text = f"Ticket {ticket.number} is there already: name another service or counter."
            raise Refused(text, "to_service", "same_queue")
        if command.to_counter is None:
            return
    target = find.desk(state, command.to_counter, "to_counter")
    if not any(command.to_service in group for group in find.counter(state, target.id).serves):
        text = f"Counter {target.id} does not serve {command.to_service}."
        raise Refused(text, "to_counter", "not_served_there")
    if target.status == "closed":
        text = f"Counter {target.id} is closed: nobody would call {ticket.number} there."
        raise Refused(text, "to_counter", "counter_closed")


def undo(state: State, command: Undo, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    against = undoing.why_not(state, desk, at)
    if against is not None:
        raise Refused(against[1], "counter", against[0])
    assert desk.last is not None and desk.last_step is not None
    back_to: Literal["called", "serving"] = "called" if desk.last_step == "pass" else "serving"
    return (StepUndone(desk.last, desk.id, desk.last_step, back_to, returned=desk.ticket),)
