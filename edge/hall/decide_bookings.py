"""Deciding for booked customers: check-in (S0-20, S0-43, S0-44), and a void booking lifted (S0-47).

On time, up to the slot's start, a ticket waits by the slot ("slot"). Late within `grace_s` it goes
behind the next `insert_after` of the queue ("inserted"); or, where the wait is longer than `busy_s`,
it waits until nobody else does ("deferred"). Later the booking is void. Insertion is only ever by this
rule (requirements.md §8, K1); a void is lifted by a supervisor alone (K3).

The service's last ticket time, its cap and the hall's hours do not keep out who is booked and in time.
"""

from typing import Literal

from contract.catalogue import Service
from contract.events import BookingArrived, Event, Lane, Place, TicketIssued, VoidLifted, Wait
from edge.errors import Invalid, Refused
from edge.hall import check, find, roster
from edge.hall.booking_search import by_code, found
from edge.hall.commands import CheckIn, LiftVoid
from edge.hall.issuing import CLOSED, NEVER_FOR_BOOKED, closed, draft, fresh, refuse
from edge.hall.numbering import next_number
from edge.hall.places import index_behind
from edge.hall.rights import supervisor
from edge.hall.state import Booking, State
from edge.hall.waits import ahead, estimate, lanes_of, not_before, staffing

Outcome = Literal["on_time", "late", "deferred", "lifted"]
METHODS = ("card", "code", "phone", "number", "staff")


def check_in(state: State, command: CheckIn, at: int) -> tuple[Event, ...]:
    if command.method not in METHODS:
        raise Invalid(f"method must be one of {', '.join(METHODS)}.", "method", "bad_method")
    source = check.text(command.source, "source")
    token = fresh(state, command.token)
    _check_hall(state)
    booking = found(state, command, at)
    _check_status(state, booking)
    _check_time(state, booking, at)
    service = _service(state, booking, at)
    outcome = _outcome(state, service, booking, at)
    issued = _issued(state, service, booking, outcome, token, source, at)
    late = (at - booking.starts_at) // 1000
    return issued, BookingArrived(
        booking.code, issued.ticket, service.id, booking.starts_at, command.method, late, outcome
    )


def lift_void(state: State, command: LiftVoid, at: int) -> tuple[Event, ...]:
    """Refused unless the service still gives tickets, as the clause says."""
    by = check.text(command.by, "by")
    supervisor(state, by, "by", "lift a void booking")
    reason = check.said(command.reason, "reason")
    if command.consent is not True:
        text = "A void booking is served only with the consent of those who wait: ask them first."
        raise Refused(text, "consent", "consent_needed")
    source = check.text(command.source, "source")
    token = fresh(state, command.token)
    _check_hall(state)
    booking = by_code(state, command.code)
    if booking.status != "void" and not (booking.status == "booked" and at >= roster.void_at(state, booking)):
        raise Refused(f"Booking {booking.code} is {booking.status}, not void.", "code", "not_void")
    _check_day(state, booking)
    service = _service(state, booking, at)
    why_not = closed(state, service, at)
    if why_not is not None:
        raise refuse(service, why_not)
    issued = _issued(state, service, booking, "lifted", token, source, at)
    late = (at - booking.starts_at) // 1000
    return (
        VoidLifted(booking.code, by, reason, True),
        issued,
        BookingArrived(booking.code, issued.ticket, service.id, booking.starts_at, "staff", late, "lifted"),
    )


def _check_hall(state: State) -> None:
    """What keeps everybody out, whatever was booked."""
    find.catalogue(state)
    why_not: Literal["no_day", "emergency", "suspended"] | None = None
    if state.plan is None:
        why_not = "no_day"
    elif state.emergency is not None:
        why_not = "emergency"
    elif state.suspended is not None:
        why_not = "suspended"
    if why_not is not None:
        raise Refused(f"No check-in now: {CLOSED[why_not]}.", code=why_not)


def _check_status(state: State, booking: Booking) -> None:
    if booking.status == "arrived":
        ticket = state.tickets.get(booking.ticket or "")
        number = f" Your number is {ticket.number}." if ticket is not None else ""
        raise Refused(f"This booking has been checked in already.{number}", "code", "already_arrived")
    if booking.status == "cancelled":
        raise Refused("This booking was cancelled; please take a ticket or book again.", "code", "booking_cancelled")
    if booking.status == "void":
        raise _void(state)


def _void(state: State) -> Refused:
    minutes = state.rules.grace_s // 60
    text = f"The slot began more than {minutes} minutes ago, so the booking is void; please ask at the desk."
    return Refused(text, "code", "booking_void")


def _check_day(state: State, booking: Booking) -> None:
    if state.plan is not None and booking.day != state.plan.day:
        raise Refused(f"This booking is for {booking.day}.", "code", "other_day")


def _check_time(state: State, booking: Booking, at: int) -> None:
    _check_day(state, booking)
    opens = booking.starts_at - state.rules.checkin_open_s * 1000
    if at < opens:
        minutes = -(-(opens - at) // 60_000)
        text = f"Check-in opens {state.rules.checkin_open_s // 60} minutes before the slot, in {minutes} minutes."
        raise Refused(text, "code", "too_early")
    if at >= roster.void_at(state, booking):
        raise _void(state)


def _service(state: State, booking: Booking, at: int) -> Service:
    service = next((each for each in find.catalogue(state).services if each.id == booking.service), None)
    if service is None:
        raise Refused("The booked service is no longer offered here; please ask at the desk.", "code", "service_gone")
    why_not = closed(state, service, at)
    if why_not in NEVER_FOR_BOOKED and next_number(state, service) is None:
        why_not = "numbers_used_up"
    if why_not is not None and why_not not in NEVER_FOR_BOOKED:
        raise refuse(service, why_not)
    return service


def _outcome(state: State, service: Service, booking: Booking, at: int) -> Outcome:
    if at <= booking.starts_at:
        return "on_time"
    wait = _estimate(state, service, ahead("ordinary", *lanes_of(state, service.id), state.rules))
    return "deferred" if wait is not None and wait.p50_s > state.rules.busy_s else "late"


def _issued(
    state: State, service: Service, booking: Booking, outcome: Outcome, token: str, source: str, at: int
) -> TicketIssued:
    """Who is late is an ordinary customer, unless of a published class."""
    lane: Lane = "priority" if booking.priority_class is not None else "ordinary"
    if outcome == "on_time" and lane == "ordinary":
        lane = state.rules.booked
    place: Place = _PLACES[outcome]
    priority, ordinary = lanes_of(state, service.id)
    after = index_behind(state, service.id, lane, state.rules.insert_after) if place == "inserted" else 0
    before = {
        "slot": ahead(lane, priority, ordinary, state.rules),
        "inserted": after,
        "deferred": priority + ordinary + len(state.deferred.get(service.id, ())),
    }[place]
    wait = _estimate(state, service, before)
    return draft(
        state,
        service,
        lane,
        priority_class=booking.priority_class,
        token=token,
        source=source,
        ahead=before,
        wait=wait if place != "slot" else not_before(wait, booking.starts_at - at),
        booking=booking.code,
        slot_at=booking.starts_at,
        name=booking.name,
        place=place,
        after=after,
    )


_PLACES: dict[Outcome, Place] = {
    "on_time": "slot",
    "late": "inserted",
    "deferred": "deferred",
    "lifted": "inserted",
}


def _estimate(state: State, service: Service, before: int) -> Wait | None:
    return estimate(service, state.totals.get(service.id), before, staffing(state).get(service.id))
