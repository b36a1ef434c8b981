"""`/t/{hall}/{token}`: the page a slip's code leads to, drawn here and the same for every browser."""

import base64
import hashlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from central.live import Live
from central.site.language import wanted
from central.site.lookup import find
from central.site.pace import Pace
from central.site.said import said
from words import LANGUAGES, catalogue

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
AGAIN_S = 15
"""How often an open page asks again."""
AGAIN_UNKNOWN_S = 20
"""A slip just printed may be faster than its news."""
BUSY_S = 60
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}

_STYLE = (HERE / "site.css").read_text("utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
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


def _wall() -> int:
    return time.time_ns() // 1_000_000


def router(engine: Engine, live: Live, *, wall: Callable[[], int] = _wall) -> APIRouter:
    """`wall`: ms since 1970."""
    site = APIRouter(include_in_schema=False)
    pace = Pace()

    @site.api_route("/t/{hall}/{token}", methods=["GET", "HEAD"])
    def slip(request: Request, hall: str, token: str) -> HTMLResponse:
        """The ticket of the slip with that secret. Anything else gets one and the same answer."""
        client, now = request.client.host if request.client else "", time.monotonic()
        if not pace.admit(client, now):
            return _busy(request)
        try:
            seen = find(engine, live.snapshot(), hall, token, wall())
        except SQLAlchemyError as error:
            log.error("a slip could not be looked up: %s", error)
            return _away(request)
        if seen is None:
            pace.missed(client, now)
            return _unknown(request)
        language = _language(request)
        shown = said(seen, language, wall())
        return _page(request, "slip.html", again_s=AGAIN_S if shown.moving else None, slip=shown)

    return site


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


def _page(request: Request, template: str, status: int = 200, *, again_s: int | None, **shown: Any) -> HTMLResponse:
    """`again_s`: the page asks again after so many seconds, unless its reader has stopped that."""
    language = _language(request)
    still = "still" in request.query_params
    kept = {"lang": language} if "lang" in request.query_params else {}
    text = _templates.get_template(template).render(
        _=catalogue("central", "site", language).gettext,
        lang=language,
        languages=[(one, LANGUAGE_NAMES[one], _query({"lang": one}, still)) for one in LANGUAGES],
        style=Markup(_STYLE),  # our own file, which the policy names by its hash
        again_s=again_s,
        still=still,
        stop=_query(kept, True),
        go_on=_query(kept, False),
        **shown,
    )
    return HTMLResponse(text, status, HEADERS)


def _query(kept: dict[str, str], still: bool) -> str:
    pairs = [f"{key}={value}" for key, value in kept.items()] + ["still"] * still
    return "?" + "&".join(pairs)
