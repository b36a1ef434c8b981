"""Tickets in the queues, applied: issued, restored, transferred, void, rated."""

from contract.events import (
    TicketForwarded,
    TicketIssued,
    TicketMovedBack,
    TicketRated,
    TicketRestored,
    TicketTransferred,
    TicketVoided,
)
from edge.hall import places
from edge.hall.apply_cases import begin_anew
from edge.hall.apply_counters import leave, measure
from edge.hall.apply_facts import staff_done
from edge.hall.clocks import handled
from edge.hall.roster import key_of
from edge.hall.state import Booking, State, Ticket


def issued(state: State, event: TicketIssued, at: int) -> None:
    place = places.take_end(state)
    booking = _booked(state, event)
    ticket = Ticket(
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
        booking=event.booking,
        slot_at=event.slot_at,
        name=event.name,
        then=event.then,
        matter=booking.matter if booking is not None else None,
        answers=booking.answers if booking is not None else {},
    )
    state.tickets[ticket.id] = ticket
    state.by_token[event.token] = ticket.id
    _line_up(state, ticket, event, at)
    state.numbers[event.number.rstrip("0123456789")] = event.n
    state.totals[event.service].issued += 1


def _booked(state: State, event: TicketIssued) -> Booking | None:
    return state.bookings.get(key_of(event.booking)) if event.booking is not None else None


def _line_up(state: State, ticket: Ticket, event: TicketIssued, at: int) -> None:
    match event.place:
        case "slot":
            # the wait of who is booked begins with the slot (requirements.md §9)
            ticket.held, ticket.waiting_since = "slot", max(at, event.slot_at or 0)
            places.hold(state, ticket)
        case "deferred":
            ticket.held = "deferred"
            places.hold(state, ticket)
        case "inserted":
            # the wish counts from an empty place, else its own late arrival would be its order
            ticket.order = 0
            wish = places.wish_behind(state, ticket, state.rules.insert_after) or ticket.arrival
            places.insert(state, ticket, event.after, wish)
        case _:
            state.queues[ticket.service].append(ticket.id)


def restored(state: State, event: TicketRestored, at: int) -> None:
    ticket = state.tickets[event.ticket]
    places.take_out(state, ticket)
    wait_again(state, ticket, at)
    ticket.returns += 1
    places.insert(state, ticket, event.after, places.wish_behind(state, ticket, state.rules.return_after))


def moved_back(state: State, event: TicketMovedBack, at: int) -> None:
    """Its wait begins anew: what was given away is not the hall's, and makes nobody old (calling.py, rule 1)."""
    ticket = state.tickets[event.ticket]
    places.take_out(state, ticket)
    ticket.moves, ticket.waiting_since = event.moves, at
    queue = state.queues[ticket.service]
    if event.after < len(queue):
        wish = state.tickets[queue[event.after - 1]].order + 1 if event.after else ticket.order
    else:
        wish = places.take_end(state)
    places.insert(state, ticket, event.after, wish)


def transferred(state: State, event: TicketTransferred, at: int) -> None:
    ticket = state.tickets[event.ticket]
    if ticket.started_at is not None:
        measure(state, ticket.service, handled(ticket, at))
    if event.to_service != event.from_service:
        begin_anew(ticket)
    desk = leave(state, event.counter, at)
    desk.last, desk.last_step = None, None
    if event.to_service != ticket.service:
        begin_anew(ticket)
    ticket.service = event.to_service
    ticket.directed = event.to_counter is not None
    ticket.counter = event.to_counter
    wait_again(state, ticket, at)
    wish = ticket.arrival if event.place == "original" else places.take_end(state)
    places.insert(state, ticket, event.position, wish)


def forwarded(state: State, event: TicketForwarded, at: int) -> None:
    """On to the next service; nothing has been seen, accepted, told or rated there yet."""
    ticket = state.tickets[event.ticket]
    ticket.stages, ticket.then, ticket.service = (*ticket.stages, event.from_service), event.then, event.to_service
    ticket.directed, ticket.level = False, None
    begin_anew(ticket)
    wait_again(state, ticket, at)
    original = state.rules.transfer_place == "original"
    places.insert(state, ticket, event.position, ticket.arrival if original else places.take_end(state))


def wait_again(state: State, ticket: Ticket, at: int) -> None:
    """Everything of the last call is over; a ticket sent to one counter keeps waiting for it while it is open."""
    to = state.counters.get(ticket.counter or "")
    if not ticket.directed or to is None or to.status == "closed":
        ticket.directed, ticket.counter = False, None
    ticket.status, ticket.waiting_since, ticket.calls, ticket.held = "waiting", at, 0, ""
    ticket.suspended_ms = 0
    ticket.clerk = ticket.called_at = ticket.started_at = ticket.ended_at = ticket.why = None


def voided(state: State, event: TicketVoided, at: int) -> None:
    ticket = state.tickets[event.ticket]
    if ticket.status in ("waiting", "passed"):
        places.take_out(state, ticket)
    if ticket.status == "suspended":
        state.suspended_cases.remove(ticket.id)
    ticket.status, ticket.ended_at = "voided", at
    staff_done(state, ticket.id)
    state.totals[ticket.service].voided += 1


def rated(state: State, event: TicketRated, at: int) -> None:
    """Counted on the sheet of the day the service ended in, and on no other.

    On a journey it belongs to the service that was done, not to the one the ticket waits for now.
    """
    ticket = state.tickets.get(event.ticket)
    if ticket is not None and ticket.status == "done":
        ticket.level = event.level
    entry = next((each for each in state.ratable.values() if each.ticket == event.ticket), None)
    if entry is None:
        return
    entry.level = event.level
    totals = state.totals.get(event.service)
    if totals is not None and state.plan is not None and entry.day == state.plan.day:
        level = str(event.level)
        totals.ratings[level] = totals.ratings.get(level, 0) + 1
