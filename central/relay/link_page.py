"""`/r/{token}`: where a department reads a message, says that it has it, and answers. The link is the only key.

Looking acknowledges nothing: mail programs and scanners look, too.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from sqlalchemy import Engine

import central.site.pages as slips
from central import links
from central.asked_language import wanted
from central.audit import Actor
from central.clock import wall_ms
from central.db.engine import writing
from central.errors import CentralError
from central.notices.facts import clock, day
from central.pace import Pace
from central.relay import relaying, words
from words import LANGUAGES, catalogue

Feedback = Annotated[str, Form(max_length=4 * relaying.LONGEST_FEEDBACK)]

_templates = Environment(
    loader=FileSystemLoader([Path(__file__).parent / "templates", slips.HERE / "templates"]),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class LinkPage:
    """Called in a thread for each request."""

    def __init__(self, database: Engine, wall: Callable[[], int]) -> None:
        self._database, self._wall = database, wall
        self._pace = Pace()

    def show(self, request: Request, token: str) -> Response:
        """The message, and what was answered so far."""
        found = self._find(request, token)
        return found if isinstance(found, Response) else _message(request, found)

    def answer(self, request: Request, token: str, feedback: Feedback = "", lang: slips.Chosen = "") -> Response:
        """Acknowledges it and keeps the answer; where a language was chosen, shows what was typed in it."""
        found = self._find(request, token)
        if isinstance(found, Response):
            return found
        if lang:
            return _message(request, found, feedback)
        source = request.client.host if request.client else ""
        try:
            with writing(self._database).begin() as connection:
                by = Actor(relaying.BY_LINK, source)
                relaying.answer(connection, found.relay, found.contact, by, feedback, at=self._wall())
        except CentralError as fault:
            return _message(request, found, feedback, fault)
        asked = request.query_params.get("lang")
        query = f"?lang={asked}" if asked in LANGUAGES else ""
        return RedirectResponse(links.relay(token) + query, 303, slips.HEADERS)

    def _find(self, request: Request, token: str) -> Any:
        """The relay behind the link, or the answer instead."""
        client, now = request.client.host if request.client else "", time.monotonic()
        if not self._pace.admit(client, now):
            return _gone(request, 429)
        with self._database.connect() as connection:
            found = relaying.of_token(connection, token)
        if found is None:
            self._pace.missed(client, now)
            return _gone(request, 404)
        return found


def router(database: Engine, *, wall: Callable[[], int] = wall_ms) -> APIRouter:
    routes, page = APIRouter(include_in_schema=False), LinkPage(database, wall)
    options: dict[str, Any] = {"response_model": None}
    routes.add_api_route("/r/{token}", page.show, methods=["GET", "HEAD"], **options)
    routes.add_api_route("/r/{token}", page.answer, methods=["POST"], **options)
    return routes


def _message(request: Request, row: Any, feedback: str | None = None, fault: CentralError | None = None) -> Response:
    language = _language(request, row.language)
    say = catalogue("central", "notices", language).gettext
    said = words.said(row.kind, row.text, row.facts, row.hall_name, language, urgent=row.urgent)
    return _page(
        request,
        "message.html",
        language,
        fault.status if fault else 200,
        subject=said.subject,
        what=words.what(row.kind, row.text, row.facts, language),
        hall=row.hall_name.get(language) or next(iter(row.hall_name.values()), ""),
        name=row.name,
        urgent=row.urgent,
        sent=_moment(row.created_at, row.timezone, language),
        acknowledged=_moment(row.acknowledged_at, row.timezone, language) if row.acknowledged_at else "",
        closed=row.closed_at is not None,
        typed=None if row.closed_at is not None else "",
        told=say("Thank you. Your answer has reached the hall.") if row.feedback and feedback is None else "",
        fault=say(fault.detail) if fault else "",
        feedback=row.feedback if feedback is None else feedback,
        longest=relaying.LONGEST_FEEDBACK,
    )


def _gone(request: Request, status: int) -> HTMLResponse:
    language = _language(request, "zh")
    say = catalogue("central", "notices", language).gettext
    head = say("Too many questions: please wait a minute") if status == 429 else say("There is no such message")
    return _page(request, "gone.html", language, status, typed=None, head=head)


def _page(request: Request, template: str, language: str, status: int, **shown: Any) -> HTMLResponse:
    text = _templates.get_template(template).render(
        _=catalogue("central", "notices", language).gettext,
        lang=language,
        languages=[(code, slips.LANGUAGE_NAMES[code], f"?lang={code}") for code in LANGUAGES],
        style=Markup(slips.STYLE),
        again_s=None,
        still=False,
        **shown,
    )
    return HTMLResponse(text, status, slips.HEADERS)


def _language(request: Request, his: str) -> str:
    """The one asked for, else the recipient's own."""
    asked = request.query_params.get("lang")
    return wanted(asked, "") if asked else his


def _moment(at: int, timezone: str, language: str) -> str:
    zone = ZoneInfo(timezone)
    return f"{day(at, zone, language)} {clock(at, zone)}"
