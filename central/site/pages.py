"""`/t/{hall}/{token}`: the page a slip's code leads to, drawn here and the same for every browser."""

import base64
import hashlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from central.asked_language import wanted
from central.clock import wall_ms
from central.errors import CentralError
from central.live import Live
from central.pace import Pace
from central.site.lookup import Seen, find
from central.site.said import said
from central.site.wishes import Wishes
from words import LANGUAGES, catalogue

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
AGAIN_S = 15
"""How often an open page asks again."""
AGAIN_UNKNOWN_S = 20
"""A slip just printed may be faster than its news."""
BUSY_S = 60
Wish = Annotated[Literal["rating", "move_back"] | None, Form()]
Level = Annotated[int | None, Form(ge=1, le=5)]
Comment = Annotated[str, Form(max_length=200)]
Chosen = Annotated[str, Form()]
"""A language, chosen while the form was filled in: it is shown again, and nothing is done."""
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}

STYLE = "".join((HERE / name).read_text("utf-8") for name in ("colours.css", "site.css"))
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address is the secret of the slip
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
}

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class SlipPages:
    """`wall`: ms since 1970. `wake` is called when there is something to tell a hall."""

    def __init__(self, engine: Engine, live: Live, wake: Callable[[], object], wall: Callable[[], int]) -> None:
        self._engine, self._live, self._wake, self._wall = engine, live, wake, wall
        self._pace = Pace()
        self._wishes = Wishes(engine)

    def slip(self, request: Request, hall: str, token: str) -> Response:
        """The ticket of the slip with that secret. Anything else gets one and the same answer."""
        seen = self._find(request, hall, token)
        if isinstance(seen, Response):
            return seen
        return self._show(request, seen)

    def _show(self, request: Request, seen: Seen, level: int | None = None, comment: str = "") -> Response:
        """`level`, `comment`: as they were typed so far."""
        shown = said(seen, _language(request), self._wall())
        typed, again_s = "" if shown.may_rate else None, AGAIN_S if shown.moving else None
        return _page(request, "slip.html", again_s=again_s, typed=typed, slip=shown, level=level, comment=comment)

    def wish(
        self, request: Request, hall: str, token: str, wish: Wish = None, level: Level = None, comment: Comment = "",
        lang: Chosen = "",
    ) -> Response:  # fmt: skip
        """A form of the page, sent to the page's own address, which stands nowhere on it."""
        seen = self._find(request, hall, token)
        if isinstance(seen, Response):
            return seen
        if lang:
            return self._show(request, seen, level, comment)
        at = self._wall()
        if wish == "rating" and level is None:
            return self._back(request, hall, token)
        if wish == "rating" and level is not None and seen.may_rate:
            return self._told(request, hall, token, lambda: self._wishes.rate(hall, token, level, _plain(comment), at))
        if wish == "move_back" and seen.may_move:
            return self._told(request, hall, token, lambda: self._wishes.move_back(hall, token, at))
        return self._back(request, hall, token)

    def _find(self, request: Request, hall: str, token: str) -> Seen | Response:
        """What is known of the slip, or the answer instead."""
        client, now = request.client.host if request.client else "", time.monotonic()
        if not self._pace.admit(client, now):
            return _busy(request)
        try:
            seen = find(self._engine, self._live.snapshot(), hall, token, self._wall())
        except SQLAlchemyError as error:
            log.error("a slip could not be looked up: %s", error)
            return _away(request)
        if seen is None:
            self._pace.missed(client, now)
            return _unknown(request)
        return seen

    def _told(self, request: Request, hall: str, token: str, tell: Callable[[], object]) -> Response:
        try:
            tell()
        except (SQLAlchemyError, CentralError) as error:
            log.error("a wish of a slip could not be kept: %s", error)
            return _away(request)
        self._wake()
        return self._back(request, hall, token)

    def _back(self, request: Request, hall: str, token: str) -> Response:
        """To the slip's page, which says what became of it."""
        return RedirectResponse(_address(hall, token) + _asked(request), 303, HEADERS)


def router(
    engine: Engine, live: Live, *, wake: Callable[[], object] = lambda: None, wall: Callable[[], int] = wall_ms
) -> APIRouter:
    site, pages = APIRouter(include_in_schema=False), SlipPages(engine, live, wake, wall)
    options: dict[str, Any] = {"response_model": None}
    site.add_api_route("/t/{hall}/{token}", pages.slip, methods=["GET", "HEAD"], **options)
    site.add_api_route("/t/{hall}/{token}", pages.wish, methods=["POST"], **options)
    return site


def _address(hall: str, token: str) -> str:
    return f"/t/{quote(hall)}/{quote(token)}"


def _asked(request: Request) -> str:
    """The query that keeps a language somebody has chosen."""
    return "?lang=" + _language(request) if "lang" in request.query_params else ""


def _plain(words: str) -> str:
    """One line of printable words, as the hall takes them."""
    return "".join(one if one.isprintable() else " " for one in words).strip()


def _unknown(request: Request) -> HTMLResponse:
    return _sorry(request, 404, "unknown", AGAIN_UNKNOWN_S)


def _busy(request: Request) -> HTMLResponse:
    return _sorry(request, 429, "busy", BUSY_S)


def _away(request: Request) -> HTMLResponse:
    return _sorry(request, 503, "away", AGAIN_S)


def _sorry(request: Request, status: int, what: str, again_s: int) -> HTMLResponse:
    answer = _page(request, "sorry.html", status, again_s=again_s, what=what)
    if status != 404:
        answer.headers["Retry-After"] = str(again_s)
    return answer


def _language(request: Request) -> str:
    return wanted(request.query_params.get("lang"), request.headers.get("accept-language", ""))


def _page(
    request: Request, template: str, status: int = 200, *, again_s: int | None, typed: str | None = None, **shown: Any
) -> HTMLResponse:
    """`again_s`: the page asks again after so many seconds, unless its reader has stopped that. `typed`: as the public
    pages have it (front.py)."""
    language = _language(request)
    still = "still" in request.query_params
    kept = {"lang": language} if "lang" in request.query_params else {}
    text = _templates.get_template(template).render(
        _=catalogue("central", "site", language).gettext,
        lang=language,
        languages=[(one, LANGUAGE_NAMES[one], _query({"lang": one}, still)) for one in LANGUAGES],
        style=Markup(STYLE),  # our own file, which the policy names by its hash
        again_s=again_s,
        still=still,
        typed=typed,
        stop=_query(kept, True),
        go_on=_query(kept, False),
        **shown,
    )
    return HTMLResponse(text, status, HEADERS)


def _query(kept: dict[str, str], still: bool) -> str:
    pairs = [f"{key}={value}" for key, value in kept.items()] + ["still"] * still
    return "?" + "&".join(pairs)
