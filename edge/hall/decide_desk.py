"""Deciding about the service desk (导办台): somebody asks, and is helped at once, sent on, or has left.

`request_at` of an enquiry is the time of its `EnquiryOpened`, `response_at` that of its `EnquiryAnswered`.
"""

from typing import get_args

from contract.events import EnquiryAnswered, EnquiryOpened, EnquiryOutcome, Event, TicketIssued
from edge.errors import Invalid, Refused, Unknown
from edge.hall import check, decide_tickets, find
from edge.hall.commands import AnswerEnquiry, IssueTicket, OpenEnquiry
from edge.hall.state import Enquiry, State

SOURCE = "desk"
MOST_OPEN = 50
"""More people than this do not stand before one desk: somebody leans on the button."""
SUMMARY = 200
"""Characters."""


def open_(state: State, command: OpenEnquiry, at: int) -> tuple[Event, ...]:
    find.catalogue(state)
    by = check.text(command.by, "by")
    if len(state.enquiries) >= MOST_OPEN:
        text = f"{MOST_OPEN} enquiries are open: answer them, or say that the people have left."
        raise Refused(text, "enquiry", "too_many_enquiries")
    # the moment keeps the id its own, should a damaged journal forget how many there were
    return (EnquiryOpened(f"{at:x}-{state.enquiries_opened + 1}", by),)


def answer(state: State, command: AnswerEnquiry, at: int) -> tuple[Event, ...]:
    """Sent on to a queue, the ticket is written in the same step: neither is there without the other."""
    asked, by = _open(state, command.enquiry), check.text(command.by, "by")
    if command.outcome not in get_args(EnquiryOutcome):
        text = f"outcome must be one of {', '.join(get_args(EnquiryOutcome))}."
        raise Invalid(text, "outcome", "bad_outcome")
    summary = _summary(command)
    if command.outcome != "routed":
        _no_ticket(command)
        service = None if command.service is None else find.service(state, command.service).id
        return (answered(state, asked, by, command.outcome, at, summary=summary, service=service),)
    if command.token is not None and command.number is None:
        issued = _ticket(state, command, command.token, at)
        ticket, service = issued.ticket, issued.service
        return issued, answered(state, asked, by, "routed", at, summary=summary, service=service, ticket=ticket)
    ticket, service = _held(state, command)
    return (answered(state, asked, by, "routed", at, summary=summary, service=service, ticket=ticket),)


def answered(
    state: State,
    asked: Enquiry,
    by: str,
    outcome: EnquiryOutcome,
    at: int,
    *,
    summary: str = "",
    service: str | None = None,
    ticket: str | None = None,
) -> EnquiryAnswered:
    """A clock that was set back meanwhile counts as no time at all."""
    waited = max(0, at - asked.at)
    late = waited > state.rules.consult_s * 1000
    return EnquiryAnswered(asked.id, by, summary, outcome, service, ticket, waited // 1000, late)


def left_open(state: State, at: int) -> tuple[EnquiryAnswered, ...]:
    """The enquiries nobody answered while the day lasted: whoever asked is gone."""
    return tuple(answered(state, asked, asked.by, "gone", at) for asked in state.enquiries.values())


def _open(state: State, enquiry: str) -> Enquiry:
    found = state.enquiries.get(enquiry)
    if found is None:
        raise Unknown(f"No enquiry {enquiry!r} is open: it was answered before.", "enquiry", "unknown_enquiry")
    return found


def _summary(command: AnswerEnquiry) -> str:
    """What it was about; whoever was helped at once leaves nothing else behind."""
    line = check.words(command.summary, "summary", SUMMARY)
    if not line and command.outcome == "solved":
        raise Invalid("Say in a few words what it was about.", "summary", "bad_summary")
    return check.masked(line, "summary", SUMMARY) if line else ""


def _no_ticket(command: AnswerEnquiry) -> None:
    for field in ("token", "number", "priority_class", "journey"):
        if getattr(command, field) is not None:
            raise Invalid(f"{field} goes with the outcome routed only.", field, f"bad_{field}")


def _ticket(state: State, command: AnswerEnquiry, token: str, at: int) -> TicketIssued:
    if command.service is None:
        raise Invalid("Say which service the customer is sent to.", "service", "bad_service")
    wanted = IssueTicket(command.service, token, SOURCE, command.priority_class, journey=command.journey)
    [issued] = decide_tickets.issue(state, wanted, at)
    assert isinstance(issued, TicketIssued), "nobody is called from the desk"
    return issued


def _held(state: State, command: AnswerEnquiry) -> tuple[str, str]:
    """The ticket the customer has in hand already, and what it is for."""
    if command.number is None or command.token is not None:
        raise Invalid("Send either a token for a new ticket, or the number of one.", "number", "one_ticket")
    ticket = find.by_number(state, command.number)
    if ticket.status in ("done", "voided"):
        text = f"Ticket {ticket.number} is {ticket.status}: write a new one."
        raise Refused(text, "number", "ticket_ended")
    if command.service is not None and command.service != ticket.service:
        text = f"Ticket {ticket.number} is for {ticket.service}, not for {command.service}."
        raise Refused(text, "service", "other_service")
    return ticket.id, ticket.service
