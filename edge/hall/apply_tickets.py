"""Tickets in the queues, applied: issued, restored, transferred, void, rated."""

from contract.events import TicketIssued, TicketRated, TicketRestored, TicketTransferred, TicketVoided
from edge.hall import places
from edge.hall.apply_counters import leave, measure
from edge.hall.apply_facts import staff_done
from edge.hall.state import State, Ticket


def issued(state: State, event: TicketIssued, at: int) -> None:
    place = places.take_end(state)
    state.tickets[event.ticket] = Ticket(
        id=event.ticket,
        day=event.day,
        number=event.number,
        service=event.service,
        lane=event.lane,
        priority_class=event.priority_class,
        token=event.token,
        status="waiting",
        issued_at=at,
        waiting_since=at,
        ahead=event.ahead,
        wait=event.wait,
        arrival=place,
        order=place,
    )
    state.by_token[event.token] = event.ticket
    state.queues[event.service].append(event.ticket)
    state.numbers[event.number.rstrip("0123456789")] = event.n
    state.totals[event.service].issued += 1


def restored(state: State, event: TicketRestored, at: int) -> None:
    ticket = state.tickets[event.ticket]
    state.passed.remove(ticket.id)
    wait_again(state, ticket, at)
    ticket.returns += 1
    places.insert(state, ticket, event.after, places.return_wish(state, ticket))


def transferred(state: State, event: TicketTransferred, at: int) -> None:
    ticket = state.tickets[event.ticket]
    if ticket.started_at is not None:
        measure(state, ticket.service, at - ticket.started_at)
    desk = leave(state, event.counter, at)
    desk.last, desk.last_step = None, None
    ticket.service = event.to_service
    ticket.directed = event.to_counter is not None
    ticket.counter = event.to_counter
    wait_again(state, ticket, at)
    wish = ticket.arrival if event.place == "original" else places.take_end(state)
    places.insert(state, ticket, event.position, wish)


def wait_again(state: State, ticket: Ticket, at: int) -> None:
    """Everything of the last call is over; a ticket sent to one counter keeps waiting for it while it is open."""
    to = state.counters.get(ticket.counter or "")
    if not ticket.directed or to is None or to.status == "closed":
        ticket.directed, ticket.counter = False, None
    ticket.status, ticket.waiting_since, ticket.calls = "waiting", at, 0
    ticket.clerk = ticket.called_at = ticket.started_at = ticket.ended_at = ticket.why = None


def voided(state: State, event: TicketVoided, at: int) -> None:
    ticket = state.tickets[event.ticket]
    if ticket.status == "waiting":
        state.queues[ticket.service].remove(ticket.id)
    if ticket.status == "passed":
        state.passed.remove(ticket.id)
    ticket.status, ticket.ended_at = "voided", at
    staff_done(state, ticket.id)
    state.totals[ticket.service].voided += 1


def rated(state: State, event: TicketRated, at: int) -> None:
    """Counted on the sheet of the day the service ended in, and on no other."""
    ticket = state.tickets.get(event.ticket)
    if ticket is not None:
        ticket.level = event.level
    entry = next((each for each in state.ratable.values() if each.ticket == event.ticket), None)
    if entry is None:
        return
    entry.level = event.level
    totals = state.totals.get(event.service)
    if totals is not None and state.plan is not None and entry.day == state.plan.day:
        level = str(event.level)
        totals.ratings[level] = totals.ratings.get(level, 0) + 1
