"""The service desk's calls (导办台): enquiries and answers, a number moved back, the next hour's bookings, help.

Who stands at the desk is named by `by`; where it is left out, by the terminal. Nobody who asks is named at all.
"""

import asyncio
from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contract.events import EnquiryAnswered, EnquiryOpened, EnquiryOutcome, TicketIssued, TicketMovedBack, Wait
from edge import tokens
from edge.hall.commands import AnswerEnquiry, MoveBack, OpenEnquiry, RaiseAlarm
from edge.hall.decide_desk import SUMMARY
from edge.hall.state import State
from edge.line import Outcome
from edge.web.answers import HttpError, answer
from edge.web.api import asked, find_ticket
from edge.web.bodies import Body, Name, body, idempotency_key
from edge.web.guard import require
from edge.web.house import house
from edge.web.staff_api import known
from edge.web.supervisor_api import BookingLine, bookings_today

NEED = "desk"
PLACE = "desk"
"""Where an alarm of the desk comes from."""
NEXT_MS = 3_600_000
"""The bookings shown are those of the next hour, and whoever is awaited since before."""


class DeskBody(Body, frozen=True):
    """`by`: who is at the desk."""

    by: Name | None = None


class AnswerBody(DeskBody, frozen=True, kw_only=True):
    """`summary`: an id of the feedback categories, or a few words; never a name.

    Sent on ("routed"): to a `service`, for which a ticket is written; or with the `number` of a ticket there is.
    """

    outcome: EnquiryOutcome
    summary: Annotated[str, Meta(max_length=SUMMARY)] = ""
    service: Name | None = None
    priority_class: Name | None = None
    journey: Name | None = None
    number: Name | None = None


class DeskAlarmBody(DeskBody, frozen=True, kw_only=True):
    kind: Literal["help", "silent", "crowd"]


class SentOn(msgspec.Struct, frozen=True):
    """The ticket written with an answer."""

    ticket: str
    number: str
    service: str
    ahead: int
    wait: Wait | None


class Told(msgspec.Struct, frozen=True):
    """How an enquiry ended. `ticket`: its id, where the customer was sent on with one; `written`: when it is new."""

    enquiry: str
    outcome: EnquiryOutcome
    service: str | None
    seconds: int
    late: bool
    ticket: str | None
    written: SentOn | None


async def open_enquiry(request: Request) -> Response:
    """POST /api/desk/enquiries {by?} → 201 {enquiry, at}: somebody asks, and the clock runs."""
    require(request, NEED)
    sent = await body(request, DeskBody)
    command = OpenEnquiry(by_of(request, sent.by))
    outcome: Outcome = await asyncio.wrap_future(house(request).line.submit(command, key=idempotency_key(request)))
    opened = outcome.events[0]
    return answer({"enquiry": cast(EnquiryOpened, opened.event).enquiry, "at": opened.at}, 201)


async def answer_enquiry(request: Request) -> Response:
    """POST /api/desk/enquiries/{enquiry}/answer → 201 `Told`; the slip of a new ticket follows by itself."""
    require(request, NEED)
    sent = await body(request, AnswerBody)
    writes = sent.outcome == "routed" and sent.number is None
    command = AnswerEnquiry(
        request.path_params["enquiry"], by_of(request, sent.by), sent.outcome, sent.summary, sent.service,
        tokens.fresh() if writes else None, sent.priority_class, sent.journey, sent.number,
    )  # fmt: skip
    outcome: Outcome = await asyncio.wrap_future(house(request).line.submit(command, key=idempotency_key(request)))
    told = next(each.event for each in outcome.events if isinstance(each.event, EnquiryAnswered))
    if told.outcome != sent.outcome:
        raise HttpError(
            422, "key_reused", "This Idempotency-Key already gave another answer; use a new one.", "Idempotency-Key"
        )
    written = next((_sent_on(each.event) for each in outcome.events if isinstance(each.event, TicketIssued)), None)
    return answer(
        Told(told.enquiry, told.outcome, told.service, told.seconds, told.late, told.ticket, written), 201
    )  # fmt: skip


def _sent_on(issued: TicketIssued) -> SentOn:
    return SentOn(issued.ticket, issued.number, issued.service, issued.ahead, issued.wait)


async def move_back(request: Request) -> Response:
    """POST /api/desk/tickets/{number}/move-back {by?} → 200 {number, after, moves}: for a customer who asks at the
    desk. The slip's secret is found here and stays here.
    """
    require(request, NEED)
    sent = await body(request, DeskBody)
    by, wires = by_of(request, sent.by), house(request)
    token = await asked(wires, lambda state: _token_of(state, request.path_params["number"]))
    outcome: Outcome = await asyncio.wrap_future(
        wires.line.submit(MoveBack(token, by), key=idempotency_key(request))
    )  # fmt: skip
    moved = cast(TicketMovedBack, outcome.events[0].event)
    return answer({"number": moved.number, "after": moved.after, "moves": moved.moves})


def _token_of(state: State, number: str) -> str:
    return state.tickets[find_ticket(state, number)[0]].token


async def alarm(request: Request) -> Response:
    """POST /api/desk/alarm {kind, by?} → 200 {alarm}: help wanted at the desk, also silently; or a crowd."""
    require(request, NEED)
    sent = await body(request, DeskAlarmBody)
    command = RaiseAlarm(sent.kind, PLACE, by_of(request, sent.by))
    await asyncio.wrap_future(house(request).line.submit(command, key=idempotency_key(request)))
    return answer({"alarm": sent.kind})


async def bookings(request: Request) -> Response:
    """GET /api/desk/bookings → 200 {bookings}: by time, names masked; see `upcoming`."""
    require(request, NEED)
    wires = house(request)
    now = wires.feed.now()
    return answer({"bookings": await asked(wires, lambda state: upcoming(state, now))})


def upcoming(state: State, now: int) -> list[BookingLine]:
    """Of the running day: who is booked up to an hour from `now` (ms) and has not come, and whose slot lies less than
    an hour away either way.
    """
    return [
        one for one in bookings_today(state)
        if one.starts_at <= now + NEXT_MS and (one.status == "booked" or one.starts_at >= now - NEXT_MS)
        and one.status != "cancelled"
    ]  # fmt: skip


def by_of(request: Request, by: str | None) -> str:
    """Who is at the desk: `by`, where the hall knows that person; else what the terminal is called.

    Raises Unknown "unknown_clerk".
    """
    asking = require(request, NEED)
    if by is not None:
        known(house(request), by)
        return by
    return asking.name or asking.role or ""


ROUTES = [
    Route("/api/desk/enquiries", open_enquiry, methods=["POST"]),
    Route("/api/desk/enquiries/{enquiry}/answer", answer_enquiry, methods=["POST"]),
    Route("/api/desk/tickets/{number}/move-back", move_back, methods=["POST"]),
    Route("/api/desk/alarm", alarm, methods=["POST"]),
    Route("/api/desk/bookings", bookings),
]
