"""The page behind a slip's code, served in the hall: my number, who is ahead, "move me back", the rating.

The token on the slip is what allows it, from any phone in the hall's network; a token nobody knows is
answered with one and the same page, and guessing is limited. Everything works without scripts too.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from contract.events import TicketMovedBack, TicketRated
from contract.rating_tags import TAGS
from edge.errors import HallkeeperError, Refused, StorageError, Unknown
from edge.hall.commands import Command, MoveBack, RateTicket
from edge.hall.progress import Progress, progress
from edge.hall.state import State, Ticket
from edge.line import Outcome
from edge.people.tries import TooMany
from edge.web.answers import HttpError, answer, status_of
from edge.web.api import asked, find_ticket
from edge.web.bodies import Nothing, RatingBody, body, idempotency_key, raw_body
from edge.web.guard import address, require
from edge.web.house import House, house
from edge.web.pages import language_of, render
from edge.web.why import called_words, placed_words
from words import LANGUAGES

BY = "slip"
AGAIN_S = 10
"""How often an open page asks again."""
AGAIN_UNKNOWN_S = 30
OPEN = ("waiting", "called", "serving", "suspended", "passed")
SAID = ("moved", "rated", "not_waiting", "moved_too_often", "before_slot", "nobody_behind", "already_rated",
        "rating_closed", "not_finished", "trouble")  # fmt: skip
"""What the page may be asked to say after a form: nothing else ever comes out of an address."""


async def show(request: Request) -> Response:
    """GET /api/slips/{token} → 200 `Progress`; 404 for a token nobody knows."""
    return answer(await _found(request))


async def move_back(request: Request) -> Response:
    """POST /api/slips/{token}/move-back → 200 {number, after, moves}: "I need ten more minutes"."""
    await body(request, Nothing)
    moved = cast(TicketMovedBack, await _done(request, MoveBack(_token(request), BY), TicketMovedBack))
    return answer({"number": moved.number, "after": moved.after, "moves": moved.moves})


async def rate(request: Request) -> Response:
    """POST /api/slips/{token}/rating {level, tags?, comment?} → 200 {ticket, level}."""
    sent = await body(request, RatingBody)
    command = RateTicket(sent.level, BY, token=_token(request), tags=sent.tags, comment=sent.comment)
    rated = cast(TicketRated, await _done(request, command, TicketRated))
    return answer({"ticket": rated.ticket, "level": rated.level})


async def why(request: Request) -> Response:
    """GET /api/tickets/{number}/why[?lang=] → 200 {ticket, number, status, counter, why, words, placed}, for staff."""
    require(request, "staff")
    wires = house(request)
    language, number = language_of(request), request.path_params["number"]
    zone = wires.settings.hall.timezone

    def told(state: State) -> dict[str, Any]:
        ticket: Ticket = state.tickets[find_ticket(state, number)[0]]
        names = {one.id: one.name for one in state.catalogue.services} if state.catalogue else {}
        return {
            "ticket": ticket.id, "number": ticket.number, "status": ticket.status, "counter": ticket.counter,
            "why": ticket.why, "words": called_words(ticket.why, names, language) if ticket.why else [],
            "placed": placed_words(ticket, zone, language),
        }  # fmt: skip

    return answer(await asked(wires, told))


# --- the page ------------------------------------------------------------------


async def page(request: Request) -> Response:
    """/t/{token}, and /t/{hall}/{token} as the slip's code has it."""
    try:
        found = await _found(request)
    except (HttpError, HallkeeperError) as refused:
        return _sorry(request, refused)
    said = request.query_params.get("said")
    return _private(
        render(
            request, "progress.html", language=_language(request), slip=found, again_s=AGAIN_S,
            moving=found.status in OPEN, base=request.url.path, said=said if said in SAID else None,
            levels=[(level, tags) for level, tags in TAGS.items()], at=_clock(house(request), found.slot_at),
        )
    )  # fmt: skip


async def move_back_form(request: Request) -> Response:
    return await _formed(request, lambda token, sent: MoveBack(token, BY), "moved")


async def rate_form(request: Request) -> Response:
    return await _formed(request, _rating, "rated")


def _rating(token: str, sent: dict[str, list[str]]) -> Command:
    """Tags ticked under another level than the one chosen in the end are left out."""
    level = sent.get("level", [""])[0]
    if level not in ("1", "2", "3", "4", "5"):
        raise Refused("Choose one of the five levels.", "level")
    tags = tuple(tag for tag in sent.get("tags", []) if tag in TAGS[int(level)])
    return RateTicket(int(level), BY, token=token, tags=tags, comment=" ".join(sent.get("comment", [""])[0].split()))


async def _formed(request: Request, made: Callable[[str, dict[str, list[str]]], Command], done: str) -> Response:
    """A form of the page: carried out, then the page again, which says what became of it."""
    raw = await raw_body(request)
    page_path = request.url.path.rpartition("/")[0]
    try:
        await _found(request)
        command = made(_token(request), parse_qs(raw.decode("utf-8", "replace"), max_num_fields=32))
        await asyncio.wrap_future(house(request).line.submit(command))
        said = done
    except (HttpError, Unknown) as refused:
        return _sorry(request, refused)
    except HallkeeperError as refused:
        said = refused.code if refused.code in SAID else "trouble"
    lang = request.query_params.get("lang")
    kept = f"&lang={lang}" if lang in LANGUAGES else ""
    return _private(RedirectResponse(f"{page_path}?said={said}{kept}", 303))


def _sorry(request: Request, refused: HttpError | HallkeeperError) -> Response:
    status = refused.status if isinstance(refused, HttpError) else status_of(refused)
    shown = render(
        request, "progress.html", status, language=_language(request), slip=None, again_s=AGAIN_UNKNOWN_S,
        busy=status == 429, away=isinstance(refused, StorageError),
    )  # fmt: skip
    return _private(shown)


def _private(response: Response) -> Response:
    """The address is the slip's secret: it goes to no other site and into no index. Forms of the page itself must
    say where they come from, which "no-referrer" would hide."""
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


# --- what both ask -------------------------------------------------------------


def _token(request: Request) -> str:
    token: str = request.path_params["token"]
    return token


async def _found(request: Request) -> Progress:
    """Raises HttpError 429 for who guesses, Unknown for a token or hall nobody knows."""
    wires = house(request)
    hall = request.path_params.get("hall")
    token, now = _token(request), wires.feed.now()
    found: Progress | None = None
    if hall is None or hall == wires.settings.hall.id:
        found = await asked(wires, lambda state: progress(state, token, now))
    if found is None:
        _missed(wires, address(request))
        raise Unknown("No slip of this hall belongs to this address.", "token", "unknown_token")
    return found


async def _done(request: Request, command: Command, kind: type[Any]) -> Any:
    wires = house(request)
    try:
        outcome: Outcome = await asyncio.wrap_future(wires.line.submit(command, key=idempotency_key(request)))
    except Unknown:
        _missed(wires, address(request))
        raise
    return next(each.event for each in outcome.events if isinstance(each.event, kind))


def _missed(wires: House, asking: str) -> None:
    """Counts a token nobody knows. Raises HttpError 429 for who asked for too many; whoever has a slip behind the
    same address is answered all the same.
    """
    try:
        wires.guesses.check(asking)
    except TooMany as wait:
        raise HttpError(429, wait.code, wait.detail, None, {"Retry-After": str(wait.left_s)}) from None
    wires.guesses.count(asking)


def _language(request: Request) -> str:
    """As asked for; else the first of the browser's languages that is spoken here; else the hall's own."""
    if request.query_params.get("lang") in LANGUAGES:
        return language_of(request)
    for wanted in request.headers.get("accept-language", "").split(","):
        primary = wanted.partition(";")[0].strip().lower().partition("-")[0]
        if primary in house(request).settings.hall.languages:
            return primary
    return language_of(request)


def _clock(wires: House, at: int | None) -> str:
    if at is None:
        return ""
    return datetime.fromtimestamp(at / 1000, ZoneInfo(wires.settings.hall.timezone)).strftime("%H:%M")


ROUTES: list[Any] = [
    Route("/api/slips/{token}/rating", rate, methods=["POST"]),
    Route("/api/slips/{token}/move-back", move_back, methods=["POST"]),
    Route("/api/slips/{token}", show),
    Route("/api/tickets/{number}/why", why),
    Route("/t/{token}", page),
    Route("/t/{token}/move-back", move_back_form, methods=["POST"]),
    Route("/t/{token}/rating", rate_form, methods=["POST"]),
    Route("/t/{hall}/{token}", page),
    Route("/t/{hall}/{token}/move-back", move_back_form, methods=["POST"]),
    Route("/t/{hall}/{token}/rating", rate_form, methods=["POST"]),
]
