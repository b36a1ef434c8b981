"""PURE: the life of a ticket, one small function an event."""

from datetime import datetime

import msgspec

from central.slip_token import hashed
from contract import events as e

from .picture import Fact, Picture, Place, Twice
from .rows import Marks, Moment, Ticket, elapsed, stage_row, twin_row


def issued(picture: Picture, fact: Fact, event: e.TicketIssued) -> None:
    _keep_apart(picture, fact, event)
    picture.tickets[fact.place.node, event.ticket] = Ticket(
        fact.place.node,
        event.ticket,
        fact.place.hall,
        event.day,
        event.number,
        event.service,
        event.lane,
        event.priority_class,
        event.source,
        ahead=event.ahead,
        promised_p50_s=event.wait.p50_s if event.wait else None,
        promised_p90_s=event.wait.p90_s if event.wait else None,
        token=hashed(event.token),
        booking=event.booking,
        slot_at=event.slot_at,
        marks=Marks(issued=fact.moment),
    )


def called(picture: Picture, fact: Fact, event: e.TicketCalled) -> None:
    ticket = of(picture, fact, event.ticket, event.number)
    ticket.status, ticket.counter, ticket.clerk = "called", event.counter, event.clerk
    ticket.calls += 1
    ticket.turns += 1
    ticket.chosen += event.why.policy == "chosen"
    ticket.policy = event.why.policy
    ticket.marks.called = ticket.marks.called or fact.moment


def recalled(picture: Picture, fact: Fact, event: e.TicketRecalled) -> None:
    of(picture, fact, event.ticket, event.number).calls += 1


def started(picture: Picture, fact: Fact, event: e.ServiceStarted) -> None:
    ticket = of(picture, fact, event.ticket)
    ticket.status, ticket.counter, ticket.clerk = "serving", event.counter, event.clerk
    ticket.marks.span, ticket.marks.away_ms = fact.moment, 0
    ticket.marks.started = ticket.marks.started or fact.moment


def finished(picture: Picture, fact: Fact, event: e.ServiceFinished) -> None:
    ticket = of(picture, fact, event.ticket)
    ticket.status, ticket.counter, ticket.clerk = "done", event.counter, event.clerk
    ticket.marks.ended = fact.moment
    ticket.marks.handled_ms += _handled(ticket.marks, fact.moment)


def passed(picture: Picture, fact: Fact, event: e.TicketPassed) -> None:
    ticket = of(picture, fact, event.ticket, event.number)
    ticket.status, ticket.counter = "passed", event.counter
    ticket.passes += 1
    ticket.marks.ended = fact.moment


def restored(picture: Picture, fact: Fact, event: e.TicketRestored) -> None:
    ticket = of(picture, fact, event.ticket, event.number)
    ticket.status, ticket.counter, ticket.clerk = "waiting", None, None
    ticket.returns += 1
    ticket.marks.ended = None


def transferred(picture: Picture, fact: Fact, event: e.TicketTransferred) -> None:
    ticket = of(picture, fact, event.ticket, event.number)
    if ticket.status == "serving":
        ticket.marks.handled_ms += _handled(ticket.marks, fact.moment)
    ticket.status, ticket.counter, ticket.clerk = "waiting", event.to_counter, None
    ticket.service = event.to_service
    ticket.transfers += 1
    ticket.marks.span = ticket.marks.ended = None


def undone(picture: Picture, fact: Fact, event: e.StepUndone) -> None:
    ticket = of(picture, fact, event.ticket)
    if event.step == "pass":
        ticket.passes = max(0, ticket.passes - 1)
    elif ticket.marks.ended:
        ticket.marks.handled_ms = max(0, ticket.marks.handled_ms - _handled(ticket.marks, ticket.marks.ended))
    ticket.status, ticket.counter = event.back_to, event.counter
    ticket.marks.ended = None
    if event.returned is not None:
        _uncall(of(picture, fact, event.returned))


def suspended(picture: Picture, fact: Fact, event: e.CaseSuspended) -> None:
    ticket = of(picture, fact, event.ticket, event.number)
    ticket.status = "suspended"
    ticket.suspends += 1
    ticket.marks.away = fact.moment


def continued(picture: Picture, fact: Fact, event: e.CaseContinued) -> None:
    ticket = of(picture, fact, event.ticket, event.number)
    ticket.status, ticket.counter, ticket.clerk = "serving", event.counter, event.clerk
    if ticket.marks.away:
        ticket.marks.away_ms += elapsed(ticket.marks.away, fact.moment)
    ticket.marks.away = None


def forwarded(picture: Picture, fact: Fact, event: e.TicketForwarded) -> None:
    """The stage that is done gets a row of its own; the ticket's row, found by its slip, begins the next one."""
    ticket = of(picture, fact, event.ticket, event.number)
    key = (ticket.node, stage_row(ticket.ticket, ticket.stage))
    picture.tickets[key] = msgspec.structs.replace(ticket, ticket=key[1], token=None)
    picture.tickets[ticket.node, ticket.ticket] = Ticket(
        ticket.node,
        ticket.ticket,
        ticket.hall,
        ticket.day,
        ticket.number,
        event.to_service,
        ticket.lane,
        ticket.priority_class,
        "journey",
        token=ticket.token,
        stage=ticket.stage + 1,
        marks=Marks(issued=fact.moment),
    )


def moved_back(picture: Picture, fact: Fact, event: e.TicketMovedBack) -> None:
    of(picture, fact, event.ticket, event.number).moves += 1


def arrived(picture: Picture, fact: Fact, event: e.BookingArrived) -> None:
    ticket = of(picture, fact, event.ticket)
    ticket.booking, ticket.slot_at, ticket.arrival = event.code, event.slot_at, event.outcome


def verified(picture: Picture, fact: Fact, event: e.IdentityVerified) -> None:
    if event.ticket is not None:
        ticket = of(picture, fact, event.ticket)
        ticket.verified, ticket.assurance = event.match, event.assurance


def accepted(picture: Picture, fact: Fact, event: e.CaseAccepted) -> None:
    of(picture, fact, event.ticket).acceptance = event.number


def noticed(picture: Picture, fact: Fact, event: e.SupplementNoticeGiven) -> None:
    of(picture, fact, event.ticket).notices += 1


def result_told(picture: Picture, fact: Fact, event: e.ResultTold) -> None:
    of(picture, fact, event.ticket).result = event.outcome


def warned(picture: Picture, fact: Fact, event: e.CounterWarned) -> None:
    if event.kind == "limit_over" and event.ticket is not None:
        of(picture, fact, event.ticket).overruns += 1


def voided(picture: Picture, fact: Fact, event: e.TicketVoided) -> None:
    ticket = of(picture, fact, event.ticket, event.number)
    ticket.status = "voided"
    ticket.marks.ended = fact.moment


def rated(picture: Picture, fact: Fact, event: e.TicketRated) -> None:
    """A rating belongs to the service that was done, also when the ticket has gone on to the next one."""
    gone_on = picture.tickets.get((fact.place.node, stage_row(event.ticket, event.stage)))
    (gone_on or of(picture, fact, event.ticket)).level = event.level


def clock_synced(picture: Picture, fact: Fact, event: e.ClockSynced) -> None:
    """Times taken by that boot before its clock was set are put right (F14)."""
    for (node, _), ticket in picture.tickets.items():
        if node == fact.place.node:
            for moment in ticket.marks.moments():
                if moment.boot == event.boot and not moment.synced:
                    moment.at, moment.synced = max(0, event.at - (event.mono_ms - moment.mono)), True


def settle(ticket: Ticket, place: Place) -> None:
    """Sets the columns that follow from the marks."""
    marks = ticket.marks
    ticket.issued_at, ticket.called_at = _at(marks.issued), _at(marks.called)
    ticket.started_at, ticket.ended_at = _at(marks.started), _at(marks.ended)
    ticket.hour = None if marks.issued is None else _hour(marks.issued.at, place)
    ticket.wait_s = _seconds(_waited(ticket, marks.issued, marks.called)) if marks.issued and marks.called else None
    ticket.handling_s = _seconds(marks.handled_ms) if ticket.status == "done" and marks.span else None
    ticket.unsynced = not all(moment.synced for moment in marks.moments())


def of(picture: Picture, fact: Fact, ticket: str, number: str = "") -> Ticket:
    """The row; when the issue was lost in a hole, one that says what can be told from the ticket's name."""
    key = (fact.place.node, ticket)
    if key not in picture.tickets:
        date, _, rest = ticket.partition("-")
        day = f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 and date.isdigit() else ""
        picture.tickets[key] = Ticket(fact.place.node, ticket, fact.place.hall, day, number or rest)
    return picture.tickets[key]


def _keep_apart(picture: Picture, fact: Fact, event: e.TicketIssued) -> None:
    """A copy of the node has given the number to somebody else before: that customer's row stays, beside this one."""
    first = picture.tickets.get((fact.place.node, event.ticket))
    if first is None or first.token in (None, hashed(event.token)):
        return
    first.ticket = twin_row(event.ticket, first.token or b"")
    picture.tickets[first.node, first.ticket] = first
    picture.twice.append(Twice(first.node, event.ticket, fact.moment.at))


def _handled(marks: Marks, until: Moment) -> int:
    """ms at the counter in the present service, up to `until`."""
    return 0 if marks.span is None else max(0, elapsed(marks.span, until) - marks.away_ms)


def _waited(ticket: Ticket, issued: Moment, called: Moment) -> int:
    """ms from the issue, or from the slot's start for who came before it (call − max(check-in, slot start))."""
    early = 0 if ticket.slot_at is None else max(0, ticket.slot_at - issued.at)
    return max(0, elapsed(issued, called) - early)


def _uncall(ticket: Ticket) -> None:
    """Its call was taken back: it waits again as if it had not happened."""
    ticket.status, ticket.counter, ticket.clerk = "waiting", None, None
    ticket.calls = max(0, ticket.calls - 1)
    ticket.turns = max(0, ticket.turns - 1)
    ticket.chosen = max(0, ticket.chosen - (ticket.policy == "chosen"))
    if ticket.calls == 0:
        ticket.marks.called = None


def _at(moment: Moment | None) -> int | None:
    return None if moment is None else moment.at


def _seconds(ms: int) -> int:
    return (ms + 500) // 1000


def _hour(at: int, place: Place) -> int:
    # A wall time beyond year 9999 cannot be a date; it is folded into the range rather than refused.
    return datetime.fromtimestamp(min(at, 253_000_000_000_000) / 1000, place.zone).hour
