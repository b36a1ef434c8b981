"""Deciding about a chosen number (特呼): the exception to the rule, by right and with a reason (S1-4).

It may be any that waits, is deferred, or was passed, of a service the counter serves; a passed one uses
up its return. Who is at the counter is finished or passed first, as by "next".
"""

from contract.catalogue import Counter
from contract.events import Event, TicketCalled, Why
from edge.errors import Refused
from edge.hall import check, find, returning, rights
from edge.hall.calling import line_length
from edge.hall.commands import CallChosen
from edge.hall.decide_counters import ended_by_next
from edge.hall.decide_safety import check_calm
from edge.hall.line_order import waiting_in
from edge.hall.state import State, Ticket


def call_chosen(state: State, command: CallChosen, at: int) -> tuple[Event, ...]:
    desk = find.open_desk(state, command.counter)
    if desk.status == "paused":
        raise Refused(f"Counter {desk.id} is paused: resume first.", "counter", "counter_paused")
    check_calm(state)
    clerk = find.desk_clerk(desk)
    rights.chooser(state, clerk)
    reason = check.said(command.reason, "reason")
    ticket = find.by_number(state, command.number)
    counter = find.counter(state, desk.id)
    rank = _rank(counter, ticket)
    _check_callable(state, counter, ticket, at)
    ended = ended_by_next(state, desk, at)
    group = counter.serves[rank]
    count = line_length(counter.id, group, waiting_in(ended.after, at))
    why = Why("chosen", "+".join(group), rank, count + (ticket.status == "passed"), reason=reason)
    return *ended.events, TicketCalled(ticket.id, ticket.number, desk.id, clerk, why)


def _rank(counter: Counter, ticket: Ticket) -> int:
    for rank, group in enumerate(counter.serves):
        if ticket.service in group:
            return rank
    text = f"Counter {counter.id} does not serve {ticket.service}, which {ticket.number} is for."
    raise Refused(text, "number", "not_served_there")


def _check_callable(state: State, counter: Counter, ticket: Ticket, at: int) -> None:
    if ticket.status == "passed":
        against = returning.why_not(state, ticket, at)
        if against is not None:
            raise Refused(against[1], "number", against[0])
        return
    if ticket.status != "waiting":
        text = f"Ticket {ticket.number} is {ticket.status}; only one that waits or was passed can be called."
        raise Refused(text, "number", "not_waiting")
    if ticket.counter not in (None, counter.id):
        text = f"Ticket {ticket.number} was sent to counter {ticket.counter} and is called there only."
        raise Refused(text, "number", "waits_elsewhere")
