"""Keys of the programs that book over the API: made and shown once, given other halls, renewed, revoked."""

from typing import Any

import anyio.to_thread
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import get_timezone
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.api import keys
from central.clock import wall_ms
from central.console import day_query, shown
from central.console.channels import words
from central.console.channels.one_key import OneKey, Told, halls_of, may_manage
from central.console.language import said
from central.console.who import ConsoleUser, current_user
from central.errors import CentralError, Forbidden, Invalid
from central.hooks import register

EMPTY = {"name": "", "channel": "partner", "halls": [], "per_minute": keys.PER_MINUTE}


class KeysPage(OneKey):
    """`/keys` all of them, `/keys/new`, `/keys/{key}` one with its webhooks, and POSTs below it."""

    icon = "fa-solid fa-key"
    path = "/keys"
    route_name = "keys"
    below = True

    @route("")
    async def index(self, request: Request) -> Response:
        """Those that may be managed, those in force first."""
        user, zone = current_user(request), get_timezone()

        def read(session: Session) -> dict[str, Any]:
            connection = session.connection()
            hooks = [hook.api_key for hook in register.listed(connection) if hook.active]
            return {
                "keys": [(row, hooks.count(row.id)) for row in keys.listed(connection) if may_manage(user, row.halls)],
                "names": {hall.id: said(hall.name, hall.id) for hall in day_query.halls(session)},
            }

        found = await anyio.to_thread.run_sync(read, request.state.session)
        context = {"words": words, "moment": lambda at: shown.moment(at, zone)}
        return self.show(request, "channels/keys.html", found | context)

    @route("/new", name="key-new")
    async def new(self, request: Request) -> Response:
        """An empty form."""
        return await self._form(request, EMPTY | {"halls": list(current_user(request).staff.halls)})

    @route("/new", methods=["POST"], name="key-create")
    async def create(self, request: Request) -> Response:
        """Makes the key and shows it, or the form again with what was wrong."""
        user, values = current_user(request), _typed(await request.form())

        def make() -> tuple[int, str]:
            halls, per_minute = _bounds(user, values)
            return keys.add(
                self.engine, values["name"], values["channel"], user.actor, at=wall_ms(), halls=halls,
                per_minute=per_minute,
            )  # fmt: skip

        try:
            id_, secret = await anyio.to_thread.run_sync(make)
        except CentralError as fault:
            return await self._form(request, values, fault)
        return await self.shown(request, id_, told=Told(secret))

    @route("/{key:number}", name="key")
    async def one(self, request: Request) -> Response:
        """A key and its webhooks."""
        return await self.shown(request, request.path_params["key"])

    @route("/{key:number}", methods=["POST"], name="key-change")
    async def change(self, request: Request) -> Response:
        """Other halls or another allowance, or the page again with what was wrong."""
        key, user, typed = request.path_params["key"], current_user(request), _typed(await request.form())
        await self.row(request, key)

        def act() -> None:
            halls, per_minute = _bounds(user, typed)
            keys.change(self.engine, key, user.actor, at=wall_ms(), halls=halls, per_minute=per_minute)

        try:
            await anyio.to_thread.run_sync(act)
        except CentralError as fault:
            return await self.shown(request, key, values=typed, fault=fault)
        flash(request, _("The key is changed."), "success")
        return self.back(request, "key", key=key)

    @route("/{key:number}/renew", methods=["POST"], name="key-renew")
    async def renew(self, request: Request) -> Response:
        """Another key in its place, shown this once."""
        key, by, form = request.path_params["key"], current_user(request).actor, await request.form()
        await self.row(request, key)
        try:
            _require_sure(form)
            secret = await anyio.to_thread.run_sync(lambda: keys.renew(self.engine, key, by, at=wall_ms()))
        except CentralError as fault:
            flash(request, _(fault.detail), "error")
            return self.back(request, "key", key=key)
        return await self.shown(request, key, told=Told(secret))

    @route("/{key:number}/revoke", methods=["POST"], name="key-revoke")
    async def revoke(self, request: Request) -> Response:
        """It opens nothing from now on."""
        await self.row(request, request.path_params["key"])
        key, by, form = request.path_params["key"], current_user(request).actor, await request.form()
        try:
            _require_sure(form)
            await anyio.to_thread.run_sync(lambda: keys.revoke(self.engine, key, by, at=wall_ms()))
        except CentralError as fault:
            flash(request, _(fault.detail), "error")
        else:
            flash(request, _("The key is revoked: it opens nothing any more."), "success")
        return self.back(request, "key", key=key)

    async def _form(self, request: Request, values: dict[str, Any], fault: CentralError | None = None) -> Response:
        context = {
            "values": values,
            "halls": await anyio.to_thread.run_sync(halls_of, request.state.session, current_user(request)),
            "channels": list(words.CHANNELS.items()),
            "most": keys.MOST_PER_MINUTE,
        }
        return self.show(request, "channels/key_new.html", context, fault)


def _typed(form: FormData) -> dict[str, Any]:
    return {
        "name": str(form.get("name") or "").strip(),
        "channel": str(form.get("channel") or ""),
        "halls": [str(one) for one in form.getlist("halls")],
        "per_minute": str(form.get("per_minute") or ""),
    }


def _bounds(user: ConsoleUser, values: dict[str, Any]) -> tuple[list[str], int]:
    """Halls and requests a minute. Raises Forbidden, Invalid."""
    if not may_manage(user, values["halls"]):
        raise Forbidden("You manage keys for your own halls only.", "halls")
    if not values["per_minute"].isdecimal():
        raise Invalid("Give a number of requests from 1 to 100000 a minute.", "per_minute")
    return values["halls"], int(values["per_minute"][:9])


def _require_sure(form: FormData) -> None:
    """Raises Invalid."""
    if form.get("sure") != "1":
        raise Invalid("Tick that whoever uses it is shut out at once.", "sure")
