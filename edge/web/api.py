"""The hall's calls: tickets, ratings, slips, and what may be read of it."""

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from contract.events import TicketIssued, TicketRated
from contract.public import for_the_public
from edge import tokens
from edge.errors import Invalid, Unknown
from edge.hall.commands import IssueTicket, RateTicket
from edge.hall.state import State
from edge.line import Outcome
from edge.people.tries import TooMany
from edge.web.answers import HttpError, answer
from edge.web.bodies import NumberBody, RatingBody, TicketWanted, body, idempotency_key
from edge.web.checkin_api import terminal_of
from edge.web.guard import require
from edge.web.house import House, house
from edge.web.metrics import exposition
from edge.web.pairing import sees_all
from edge.web.public_view import public

log = logging.getLogger(__name__)

READER_NEEDS = {"kiosk": "kiosk", "counter": "staff", "desk": "desk"}
"""Who may hear of a reader there; of any other place: the office."""
FAILED_FLOW = re.compile(r"checkin_[a-z_]{1,32}")
"""What the kiosk's page says of a check-in that failed: the code of the last refusal, whichever that was."""
ASK_S = 5.0
"""How long a question to the line may take before the node is called unwell."""


async def issue_ticket(request: Request) -> Response:
    """POST /api/tickets → 201 {ticket, number, ahead, wait}; the slip follows by itself.

    A ticket written at a `counter` needs somebody of the staff there.
    """
    asking = require(request, "ticket")
    wanted = await body(request, TicketWanted)
    if wanted.counter is not None:
        require(request, "staff", wanted.counter)
    wires, source = house(request), _source(request, asking.role)
    _check_class(wires, wanted, source)
    cause = wanted.cause if wanted.counter is not None else _failed_flow(wires, wanted, terminal_of(request))
    command = IssueTicket(
        wanted.service, tokens.fresh(), source, wanted.priority_class, wanted.counter, wanted.journey, cause
    )
    outcome = await asyncio.wrap_future(wires.line.submit(command, key=idempotency_key(request)))
    issued = _first(outcome, TicketIssued)
    _check_same(wanted, issued)
    told = {"ticket": issued.ticket, "number": issued.number, "ahead": issued.ahead, "wait": issued.wait}
    return answer(told, 201)


def _check_class(wires: House, wanted: TicketWanted, source: str) -> None:
    """The class of failed flows is given by the rules; before the public nobody chooses it. Raises Invalid."""
    given = wires.feed.about().rules.fallback_class
    if source == "kiosk" and wanted.priority_class is not None and wanted.priority_class == given:
        text = f"The class {given} is not chosen here: take an ordinary ticket, or ask the staff."
        raise Invalid(text, "priority_class", "class_given")


def _failed_flow(wires: House, wanted: TicketWanted, terminal: str) -> str | None:
    """The kiosk's flow that failed. None: none did, or this terminal has sent enough people to the windows: the
    next ticket is an ordinary one. Raises Invalid for a flow the kiosk does not have.
    """
    if wanted.cause is None:
        return None
    if not FAILED_FLOW.fullmatch(wanted.cause):
        raise Invalid("cause must be the kiosk's flow that failed, such as checkin_no_booking.", "cause", "bad_cause")
    try:
        wires.fallbacks.check(terminal)
    except TooMany:
        log.warning("kiosk: no more tickets of failed flows at %s for now; the next is ordinary", terminal)
        return None
    wires.fallbacks.count(terminal)
    return wanted.cause


def _check_same(wanted: TicketWanted, issued: TicketIssued) -> None:
    """Raises HttpError where the key stood for another ticket. Of a failed flow the rules chose the class."""
    another_class = wanted.cause is None and issued.priority_class != wanted.priority_class
    if issued.service != wanted.service or issued.journey != wanted.journey or another_class:
        raise HttpError(
            422, "key_reused", "This Idempotency-Key already took another ticket; use a new one.",
            "Idempotency-Key",
        )  # fmt: skip


async def rate_counter(request: Request) -> Response:
    """POST /api/counters/{counter}/rate {level}: the counter's own evaluator."""
    counter = request.path_params["counter"]
    require(request, "staff", counter)
    sent = await body(request, RatingBody)
    command = RateTicket(sent.level, f"counter:{counter}", counter=counter, tags=sent.tags, comment=sent.comment)
    return await _rate(request, command)


async def _rate(request: Request, command: RateTicket) -> Response:
    outcome = await asyncio.wrap_future(house(request).line.submit(command, key=idempotency_key(request)))
    rated = _first(outcome, TicketRated)
    return answer({"ticket": rated.ticket, "level": rated.level})


async def reprint(request: Request) -> Response:
    """POST /api/slips/reprint {number} → 202 {ticket, number}: staff ask for a COPY; it comes out of the printer."""
    require(request, "staff")
    sent = await body(request, NumberBody)
    wires = house(request)

    async def act() -> Response:
        ticket, number = await asked(wires, lambda state: find_ticket(state, sent.number))
        await asyncio.to_thread(wires.reprint, ticket)
        return answer({"ticket": ticket, "number": number}, 202)

    return await wires.answered.once(idempotency_key(request), act)


def find_ticket(state: State, number: str) -> tuple[str, str]:
    """A ticket by its id, or by its number, the newest first. Raises Unknown."""
    ticket = state.tickets.get(number)
    if ticket is None:
        same = [one for one in state.tickets.values() if one.number == number.upper()]
        ticket = max(same, key=lambda one: one.issued_at, default=None)
    if ticket is None:
        raise Unknown(f"There is no ticket {number} in the hall; read the number off the slip.", "number")
    return ticket.id, ticket.number


async def state_report(request: Request) -> Response:
    """GET /api/state: the document of the retained MQTT state; without staff's matters where the public may look."""
    asking, report = require(request, "look"), house(request).report()
    return answer(report if sees_all(asking.role or "") else for_the_public(report))


async def hall_view(request: Request) -> Response:
    """GET /api/view: the HallView the pages draw."""
    asking, view = require(request, "look"), house(request).line.view
    return answer(view if sees_all(asking.role or "") else public(view))


async def about(request: Request) -> Response:
    """GET /api/about: names, rules, notices and whether slips come out."""
    require(request, "look")
    return answer(house(request).feed.about())


async def stream(request: Request) -> Response:
    """GET /api/stream[?reader=kiosk|desk|counter:<id>]: `view`, `about` and `clock` events after each commit, and
    `reading` for a page beside that reader.
    """
    asking = require(request, "look")
    place = request.query_params.get("reader", "")
    if place:
        need, counter = READER_NEEDS.get(place.partition(":")[0], "office"), place.partition(":")[2] or None
        require(request, need, counter)
    wires = house(request)
    return EventSourceResponse(
        wires.feed.stream(lambda: wires.terminals.holds(asking), place, sees_all(asking.role or "")), ping=15
    )


async def healthz(request: Request) -> Response:
    """GET /healthz: the line answers and can record. Says nothing else, so anybody may ask."""
    wires = house(request)
    await asked(wires, lambda state: state.seq)
    if wires.line.health.status != "running":
        raise HttpError(503, "storage", "The node cannot record anything; its log and the console say why.")
    return answer({"status": "ok"})


async def metrics(request: Request) -> Response:
    """GET /metrics in the Prometheus text format."""
    require(request, "office")
    wires = house(request)
    guesses = wires.guesses.refused + (wires.reception.tries.refused if wires.reception else 0)
    text = exposition(wires.line.view, wires.panel.link_status(), wires.commits(), guesses)
    return Response(text, media_type="text/plain; version=0.0.4")


async def asked(wires: House, question: Callable[[State], Any]) -> Any:
    """Raises HttpError 503 when the line does not answer in time."""
    try:
        return await asyncio.wait_for(asyncio.wrap_future(wires.line.ask(question)), ASK_S)
    except TimeoutError as error:
        raise HttpError(
            503, "slow", f"The hall's line did not answer within {ASK_S:g} s; look at the node's disk."
        ) from error


def _source(request: Request, role: str | None) -> str:
    """Who took the ticket: a terminal's role; at the node itself, its kiosk page or a program."""
    if role != "local":
        return role or "api"
    return "kiosk" if "sec-fetch-site" in request.headers else "api"


def _first(outcome: Outcome, kind: type[Any]) -> Any:
    return next(recorded.event for recorded in outcome.events if isinstance(recorded.event, kind))
