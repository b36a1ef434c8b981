"""Webhooks of a key: registered, with a secret shown once, switched, and tried."""

from collections.abc import Callable
from typing import Any

import anyio.to_thread
from sqlalchemy import Connection, Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import get_locale
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.api.sentences import ApiRefused
from central.clock import wall_ms
from central.console.channels.one_key import OneKey, Told
from central.console.who import current_user
from central.db.engine import writing
from central.errors import CentralError, Invalid
from central.hooks import register
from central.hooks.address import Allowed
from central.vault import Vault


class HooksPage(OneKey):
    """POSTs to `/keys/{key}/webhooks` and `/keys/{key}/webhooks/{hook}/{what}`; they are shown on their key's page."""

    path = "/keys/{key:number}/webhooks"
    add_to_menu = False

    def __init__(self, engine: Engine, vault: Vault, allowed: Allowed) -> None:
        super().__init__(engine)
        self._vault, self._allowed = vault, allowed

    @route("", methods=["POST"], name="webhook-create")
    async def index(self, request: Request) -> Response:
        """Registers a webhook and shows its secret, or the form again with what was wrong."""
        key, form = request.path_params["key"], await request.form()
        row = await self.row(request, key)
        by = current_user(request).actor
        url, wanted = str(form.get("url") or "").strip(), [str(one) for one in form.getlist("events")]

        def make() -> Told:
            if not row.active:
                raise Invalid("This key is revoked.", "url")
            with writing(self.engine).begin() as connection:
                hook, secret = register.add(
                    connection, self._vault, key, url, wanted, by, at=wall_ms(), allowed=self._allowed,
                )  # fmt: skip
            return Told(secret, hook.id)

        try:
            told = await anyio.to_thread.run_sync(make)
        except CentralError as fault:
            return await self.shown(request, key, values={"url": url, "events": wanted}, fault=_in_words(fault))
        return await self.shown(request, key, told=told)

    @route("/{hook:number}/{what}", methods=["POST"], name="webhook-do")
    async def change(self, request: Request) -> Response:
        """Switches it on or off, or sends it a trial message."""
        key, id_, what = (request.path_params[name] for name in ("key", "hook", "what"))
        row, by = await self.row(request, key), current_user(request).actor
        acts: dict[str, Callable[[Connection, Any], object]] = {
            "on": lambda connection, hook: register.switch(connection, hook, by, at=wall_ms(), active=True),
            "off": lambda connection, hook: register.switch(connection, hook, by, at=wall_ms(), active=False),
            "test": lambda connection, hook: register.trial(connection, hook, wall_ms()),
        }
        if what not in acts or not row.active:
            raise HTTPException(404)

        def act() -> None:
            with writing(self.engine).begin() as connection:
                acts[what](connection, register.find(connection, id_, key))

        try:
            await anyio.to_thread.run_sync(act)
        except ApiRefused as fault:
            raise HTTPException(404, fault.said(get_locale())) from None
        if what == "test":
            flash(request, _("A trial message is sent within seconds; see the webhook messages."), "success")
        return self.back(request, "key", key=key)


def _in_words(fault: CentralError) -> CentralError:
    """A refusal of the API in the reader's language, with the form's own names of the fields."""
    if not isinstance(fault, ApiRefused):
        return fault
    return Invalid(fault.said(get_locale(), str(_("Address"))), fault.field)
