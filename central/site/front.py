"""What all pages of the public site share: how they are drawn, whose browser it is, how errors look, how often."""

import logging
import time
from collections.abc import Callable, Coroutine
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy.exc import SQLAlchemyError

from central.asked_language import wanted
from central.booking.desk import BookingDesk
from central.booking.sentences import BookingRefused
from central.config_notices import WeChat
from central.errors import CentralError, Unknown
from central.live import Live
from central.pace import Pace, network
from central.site import entries, moments, texts
from central.site.assets import Assets
from central.site.form import Form, FormRefused
from central.site.visit import Visit, Visits
from words import LANGUAGES, catalogue

log = logging.getLogger(__name__)

LANGUAGE_COOKIE = "site_language"
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
YEAR_S = 365 * 86_400
AWAY_S = 15
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; manifest-src 'self'; "
        "worker-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language, Cookie",
}


_ = str  # marks sentences for the catalogue
STALE = _("The form was open too long, or your browser keeps no cookies for this site. Please send it once more.")


class NotOpened(CentralError):
    """No booking is open in this browser, not any more, or none that can be changed: `/b` says which. `answer`: the
    page that asks for one where a form was sent, with what was typed."""

    def __init__(self, answer: Response | None = None) -> None:
        super().__init__("no booking is open here")
        self.answer = answer


class SiteSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`secret` signs cookies and forms. `operator`: who answers for personal data, by language."""

    secret: str
    https: bool = False
    name: dict[str, str] = {}
    operator: dict[str, str] = {}
    hotline: str = ""
    hotline_hours: dict[str, str] = {}
    wechat: WeChat = WeChat()
    """The official account whose menu leads here, where it has an `app_id`."""
    public_url: str = ""
    """Under which the site is reached; empty: as it was asked for."""


class Front:
    """Shared by all pages; any thread may use it."""

    def __init__(self, desk: BookingDesk, live: Live, settings: SiteSettings) -> None:
        self.desk, self.live, self.settings = desk, live, settings
        self.visits = Visits(settings.secret, settings.https)
        self.assets = Assets()
        self._pace = Pace()
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def now(self) -> int:
        """ms since 1970."""
        return self.desk.wall()

    def visit(self, request: Request) -> Visit:
        return self.visits.of(request)

    def page(
        self, request: Request, template: str, status: int = 200, *, visit: Visit | None = None,
        typed: str | None = None, **shown: Any,
    ) -> HTMLResponse:  # fmt: skip
        """`visit`: given where the page has a form, or where something about the browser is to be remembered.

        `typed`: given where something can be typed, the address its form is sent to; a language is then chosen with
        what was typed (`Form.unsent`).
        """
        language = asked_language(request)
        say = catalogue("central", "site", language)
        text = self._templates.get_template(f"public/{template}").render(
            _=say.gettext,
            ngettext=say.ngettext,
            said=lambda text: texts.said(text, language),
            moments=moments,
            lang=language,
            languages=[(one, LANGUAGE_NAMES[one], _with_language(request, one)) for one in LANGUAGES],
            site=self.settings,
            asset=self.assets.address,
            here=request.url.path,
            typed=typed,
            form="" if visit is None else self.visits.form(visit),
            **shown,
        )
        response = HTMLResponse(text, status, HEADERS)
        self._keep(request, response, visit)
        return response

    def go(self, request: Request, address: str, visit: Visit | None = None) -> Response:
        """The answer to a form: the page that shows what became of it."""
        response = RedirectResponse(address, 303, HEADERS)
        self._keep(request, response, visit)
        return response

    def key(self, visit: Visit, form: str) -> str:
        """The key of a form of ours. Raises FormRefused for any other, and for one that is too old."""
        key = self.visits.key(visit, form)
        if key is None:
            raise FormRefused(403, "stale")
        return key

    def stale(self, request: Request, visit: Visit, form: Form) -> str:
        """What is said of a form that is not of this browser or too old, shown again; empty of any other."""
        fresh = self.visits.key(visit, form.text("form")) is not None
        return "" if fresh else catalogue("central", "site", asked_language(request)).gettext(STALE)

    def routes(self) -> APIRouter:
        """A router whose errors are pages."""
        return APIRouter(include_in_schema=False, route_class=_answering(self))

    def sorry(self, request: Request, status: int, what: str, **facts: Any) -> HTMLResponse:
        """`what`: a key of the template."""
        return self.page(request, "sorry.html", status, what=what, **{"field": "", "sentence": "", **facts})

    def nowhere(self, request: Request) -> Response:
        """The page of an address at which there is nothing."""
        if (seconds := self.wait_s(request)) > 0:
            return self.busy(request, seconds)
        return self.sorry(request, 404, "unknown")

    def busy(self, request: Request, seconds: float) -> Response:
        return wait(self.sorry(request, 429, "busy"), seconds)

    def wait_s(self, request: Request) -> float:
        """Seconds until that address may ask; 0: now, and the question is counted."""
        return self._pace.wait_s(client(request), time.monotonic())

    def _keep(self, request: Request, response: Response, visit: Visit | None) -> None:
        """Cookies: the visit, and the language where one was chosen."""
        if visit is not None:
            self.visits.keep(response, visit)
        chosen = request.query_params.get("lang")
        if chosen in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE, chosen, max_age=YEAR_S, samesite="lax", secure=self.settings.https
            )  # fmt: skip


def client(request: Request) -> str:
    """Who shares an allowance."""
    return network(request.client.host if request.client else "")


def wait(response: Response, seconds: float) -> Response:
    """That answer, with when to ask again."""
    response.headers["Retry-After"] = str(ceil(seconds))
    return response


def asked_language(request: Request) -> str:
    chosen = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return wanted(chosen, request.headers.get("accept-language", ""))


def _with_language(request: Request, language: str) -> str:
    """The same page, on which somebody chooses a language."""
    pairs = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    return "?" + urlencode([*pairs, ("lang", language)])


def _answering(front: Front) -> type[APIRoute]:
    class Answering(APIRoute):
        """Pages where the API would give JSON."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handler = super().get_route_handler()

            async def answer(request: Request) -> Response:
                if (seconds := front.wait_s(request)) > 0:
                    return front.busy(request, seconds)
                try:
                    return await handler(request)
                except (CentralError, SQLAlchemyError, RequestValidationError) as error:
                    return _page_of(front, request, error)

            return answer

    return Answering


def _page_of(front: Front, request: Request, error: Exception) -> Response:
    match error:
        case NotOpened(answer=answer):
            return answer or front.go(request, "/b")
        case FormRefused(status=403):
            return front.sorry(request, 403, "stale")
        case FormRefused(status=415):
            return front.sorry(request, 415, "unread")
        case FormRefused(status=status, field=None):
            return front.sorry(request, status, "many")
        case FormRefused(status=status, field=str() as field):
            name = entries.field_name(field, {}, asked_language(request))
            return front.sorry(request, status, "long", field=name)
        case BookingRefused(status=status):
            return front.sorry(request, status, "refused", sentence=error.said(asked_language(request)))
        case Unknown():
            return front.sorry(request, 404, "unknown")
        case RequestValidationError():
            return front.sorry(request, 422, "unknown")
    log.error("a page could not be made: %s", error)
    return wait(front.sorry(request, 503, "away"), AWAY_S)
