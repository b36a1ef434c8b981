"""The pages: templates in the reader's language; everything that moves on them comes from the stream."""

import hashlib
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from contract.feedback_categories import CATEGORIES
from edge.errors import HallkeeperError, Unknown
from edge.web.answers import HttpError, status_of
from edge.web.crowd import please_queue
from edge.web.display import emergencies, for_script
from edge.web.guard import require, who
from edge.web.house import house
from identity_numbers import kinds as documents
from words import LANGUAGES, catalogue, messages

HERE = Path(__file__).parent
STATIC = HERE / "static"
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@cache
def build() -> str:
    """Twelve digits that change whenever a page, script or style does: open pages then load themselves again."""
    digest = hashlib.sha256()
    for file in sorted([*STATIC.rglob("*"), *(HERE / "templates").rglob("*")]):
        if file.is_file():
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


@cache
def script_words(language: str) -> dict[str, str]:
    """English sentence to `language`, for the scripts; English needs none."""
    return {**messages("words", "identity", language), **messages("edge", "pages", language)}


def language_of(request: Request) -> str:
    """`?lang=`, else the hall's first language."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else house(request).settings.hall.languages[0]


def render(
    request: Request, template: str, code: int = 200, /, *, language: str | None = None, **shown: Any
) -> Response:
    """`language` None: as `language_of` says."""
    language = language or language_of(request)
    settings, say = house(request).settings, catalogue("edge", "pages", language)
    text = _templates.get_template(template).render(
        _=say.gettext,
        ngettext=say.ngettext,
        lang=language,
        languages=[(code, LANGUAGE_NAMES[code], request.url.include_query_params(lang=code).query)
                   for code in settings.hall.languages],
        own=settings.hall.languages[0],
        hall=settings.hall.name,
        zone=settings.hall.timezone,
        words=script_words(language),
        build=build(),
        role=who(request).role,
        **shown,
    )  # fmt: skip
    return HTMLResponse(text, code)


Page = Callable[[Request], Awaitable[Response]]


def page(need: str) -> Callable[[Page], Page]:
    """Shows the page to who may see it; sends who is not paired to the pairing page, and says no in words."""

    def around(draw: Page) -> Page:
        async def shown(request: Request) -> Response:
            try:
                require(request, need, request.path_params.get("counter"))
                return await draw(request)
            except HttpError as refused:
                if refused.status == 401:
                    return RedirectResponse(f"/pair?next={quote(request.url.path)}", 303)
                return _sorry(request, refused.status)
            except HallkeeperError as refused:
                return _sorry(request, status_of(refused))

        return shown

    return around


def _sorry(request: Request, status: int) -> Response:
    return render(request, "sorry.html", status, status=status)


@page("panel")
async def panel(request: Request) -> Response:
    """/: the front panel."""
    return render(request, "panel.html", counters=house(request).line.view.counters)


@page("kiosk")
async def kiosk(request: Request) -> Response:
    """/kiosk: tickets and check-in, for customers."""
    wires = house(request)
    settings, reception = wires.settings, wires.reception
    typed = reception.kinds if reception else ()
    kinds = [{"id": each.id, "name": each.name} for each in documents() if each.id in typed]
    return render(
        request, "kiosk.html", idle_s=settings.kiosk.idle_s, phone=settings.kiosk.enquiry_phone,
        kinds=kinds, checkin=reception is not None, queue=please_queue(settings.kiosk.queue_limit),
        emergencies=emergencies(),
    )  # fmt: skip


@page("staff")
async def counter(request: Request) -> Response:
    wanted = request.path_params["counter"]
    if all(one.id != wanted for one in house(request).line.view.counters):
        raise Unknown(f"There is no counter {wanted} in this hall.", "counter")
    return render(request, "counter.html", counter=wanted)


@page("staff")
async def counters(request: Request) -> Response:
    """/counter: which one?"""
    return render(request, "counters.html", counters=house(request).line.view.counters)


@page("look")
async def display(request: Request) -> Response:
    """/display: both languages; ?zone= shows one waiting area."""
    return render(request, "display.html", display=for_script(house(request).settings))


@page("desk")
async def desk(request: Request) -> Response:
    """/desk: the receptionist's."""
    checkin = house(request).reception is not None
    return render(request, "desk.html", checkin=checkin, categories=CATEGORIES)


@page("office")
async def supervisor(request: Request) -> Response:
    """/supervisor: the whole hall for whoever answers for it."""
    return render(request, "supervisor.html", counters=house(request).line.view.counters)


@page("office")
async def sheet(request: Request) -> Response:
    """/sheet: the figures of the running day and of closed ones."""
    return render(request, "sheet.html")


async def pair(request: Request) -> Response:
    return render(request, "pair.html")


class Static(StaticFiles):
    """Files under a name that holds the build never change."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
