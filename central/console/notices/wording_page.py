"""The words of notices: which the office has made its own, and a form with a preview for each."""

from collections.abc import Mapping
from typing import Any

import anyio.to_thread
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.clock import wall_ms
from central.console.notices import words
from central.console.page import Page
from central.console.who import current_user
from central.db.engine import writing
from central.errors import Unknown
from central.notices import sample, sms_length, templates
from central.notices.events import EVENTS
from central.notices.templates import LONGEST_ID, LONGEST_SUBJECT
from central.notices.words import Wording, built_in
from words import LANGUAGES


class WordingPage(Page):
    """`/wording` all of them, `/wording/{event}/{channel}/{language}` one, and a POST there: preview, save, reset."""

    menu_label = lazy_gettext("Wording")
    icon = "fa-solid fa-pen-nib"
    path = "/wording"
    route_name = "wording"
    below = True
    right = "templates.edit"

    def __init__(self, engine: Engine, signature: str) -> None:
        super().__init__()
        self._engine = engine
        self._signature = signature

    @route("")
    async def index(self, request: Request) -> Response:
        """Every notice, and where the office's own words stand."""
        session: Session = request.state.session
        own = await anyio.to_thread.run_sync(lambda: templates.own(session.connection()))
        context = {
            "events": EVENTS,
            "own": own,
            "words": words,
            "columns": [(channel, language) for channel in templates.CHANNELS for language in LANGUAGES],
        }
        return self.show(request, "notices/wording.html", context)

    @route("/{event}/{channel}/{language}", name="wording-one")
    async def one(self, request: Request) -> Response:
        """One text, as it is now."""
        return self._form(request, await self._now(request), {})

    @route("/{event}/{channel}/{language}", methods=["POST"], name="wording-save")
    async def save(self, request: Request) -> Response:
        """Keeps it, takes it back, or shows how it would read; what is wrong is named beside its field."""
        await self._now(request)
        key, form, user = _key(request), await request.form(), current_user(request)
        typed = Wording("") if form.get("what") == "reset" else _typed(form, *key)
        wrong = {field: words.fault(fault) for field, fault in reversed(templates.faults(*key[:2], typed))}
        wrong |= _too_long(typed, key[1])
        if wrong or form.get("what") == "preview":
            return self._form(request, templates.joined(*key, typed), wrong)

        def keep() -> None:
            with writing(self._engine).begin() as connection:
                templates.keep(connection, user.actor, *key, typed, at=wall_ms())

        await anyio.to_thread.run_sync(keep)
        done = _("The built-in text is used again.") if typed == Wording("") else _("The text is kept.")
        flash(request, done, "success")
        return self.back(request, "wording")

    async def _now(self, request: Request) -> Wording:
        session: Session = request.state.session
        key = _key(request)
        try:
            found = await anyio.to_thread.run_sync(lambda: templates.one(session.connection(), *key))
        except Unknown:
            raise HTTPException(404, _("There is no such notice.")) from None
        return templates.joined(*key, found)

    def _form(self, request: Request, text: Wording, wrong: Mapping[str, str]) -> Response:
        event, channel, language = _key(request)
        context: dict[str, Any] = {
            "event": event,
            "channel": channel,
            "language": language,
            "values": {"body": text.body, "subject": text.subject, "gateway_id": text.gateway_id},
            "wrong": wrong,
            "words": words,
            "facts": EVENTS[event].facts,
            "needs": EVENTS[event].needs,
            "sample": sample.sample(language),
            "longest": templates.LONGEST[channel],
            "longest_subject": LONGEST_SUBJECT,
            "longest_id": LONGEST_ID,
            "is_own": text != built_in(event, channel, language),
            **(self._preview(text, channel, language) if not wrong else {"preview": None}),
        }
        answer = self.show(request, "notices/wording_one.html", context)
        answer.status_code = 422 if wrong else 200
        return answer

    def _preview(self, text: Wording, channel: str, language: str) -> dict[str, Any]:
        shown = sample.shown(text, language)
        if channel != "sms":
            return {"preview": shown.body, "preview_subject": shown.subject}
        body = sms_length.signed(shown.body, self._signature)
        return {"preview": body, "letters": len(body), "parts": sms_length.parts(body)}


def _key(request: Request) -> tuple[str, str, str]:
    path = request.path_params
    return path["event"], path["channel"], path["language"]


def _typed(form: FormData, event: str, channel: str, language: str) -> Wording:
    """What is as the built-in text is not the office's own."""

    def text(name: str) -> str:
        return str(form.get(name) or "").replace("\r\n", "\n").strip()

    ours = built_in(event, channel, language)
    body, subject = text("body"), text("subject") if channel == "email" else ""
    return Wording(
        "" if body == ours.body.strip() else body,
        "" if subject == ours.subject else subject,
        text("gateway_id") if channel == "sms" else "",
    )


def _too_long(text: Wording, channel: str) -> dict[str, str]:
    limits = {"body": templates.LONGEST[channel], "subject": LONGEST_SUBJECT, "gateway_id": LONGEST_ID}
    return {
        name: _("At most %(n)d characters.") % {"n": most}
        for name, most in limits.items()
        if len(getattr(text, name)) > most
    }
