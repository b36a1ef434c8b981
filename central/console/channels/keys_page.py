"""Keys of the programs that book over the API, and the webhooks of each. A key and a secret are shown once."""

from collections.abc import Callable
from typing import Any, NamedTuple

import anyio.to_thread
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import get_locale, get_timezone, lazy_gettext
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.api import keys
from central.api.sentences import ApiRefused
from central.clock import wall_ms
from central.console import day_query, shown
from central.console.channels import words
from central.console.language import said
from central.console.page import Page
from central.console.people.login import ConsoleUser, current_user
from central.db.engine import writing
from central.errors import CentralError, Forbidden, Invalid
from central.hooks import register
from central.hooks.address import Allowed
from central.hooks.events import TEST
from central.vault import Vault

EMPTY = {"name": "", "channel": "partner", "halls": [], "per_minute": keys.PER_MINUTE}
NO_HOOK = {"url": "", "events": []}


class Told(NamedTuple):
    """What is shown this once: a key (`hook` None), or the secret of a webhook."""

    secret: str
    hook: int | None = None


class KeysPage(Page):
    """`/keys` all of them, `/keys/new`, `/keys/{key}` one with its webhooks, and POSTs below it."""

    menu_label = lazy_gettext("API keys")
    icon = "fa-solid fa-key"
    path = "/keys"
    route_name = "keys"
    below = True
    right = "keys.edit"

    def __init__(self, engine: Engine, vault: Vault, allowed: Allowed) -> None:
        super().__init__()
        self._engine, self._vault, self._allowed = engine, vault, allowed

    @route("")
    async def index(self, request: Request) -> Response:
        """Those that may be managed, those in force first."""
        user, zone = current_user(request), get_timezone()

        def read(session: Session) -> dict[str, Any]:
            connection = session.connection()
            hooks = [hook.api_key for hook in register.listed(connection) if hook.active]
            return {
                "keys": [(row, hooks.count(row.id)) for row in keys.listed(connection) if _may(user, row.halls)],
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
                self._engine, values["name"], values["channel"], user.actor, at=wall_ms(), halls=halls,
                per_minute=per_minute,
            )  # fmt: skip

        try:
            id_, secret = await anyio.to_thread.run_sync(make)
        except CentralError as fault:
            return await self._form(request, values, fault)
        return await self._one(request, id_, told=Told(secret))

    @route("/{key:int}", name="key")
    async def one(self, request: Request) -> Response:
        """A key and its webhooks."""
        return await self._one(request, request.path_params["key"])

    @route("/{key:int}", methods=["POST"], name="key-change")
    async def change(self, request: Request) -> Response:
        """Other halls or another allowance, or the page again with what was wrong."""
        key, user, typed = request.path_params["key"], current_user(request), _typed(await request.form())
        await self._row(request, key)

        def act() -> None:
            halls, per_minute = _bounds(user, typed)
            keys.change(self._engine, key, user.actor, at=wall_ms(), halls=halls, per_minute=per_minute)

        try:
            await anyio.to_thread.run_sync(act)
        except CentralError as fault:
            return await self._one(request, key, values=typed, fault=fault)
        flash(request, _("The key is changed."), "success")
        return self.back(request, "key", key=key)

    @route("/{key:int}/renew", methods=["POST"], name="key-renew")
    async def renew(self, request: Request) -> Response:
        """Another key in its place, shown this once."""
        key, by, form = request.path_params["key"], current_user(request).actor, await request.form()
        await self._row(request, key)
        try:
            _require_sure(form)
            secret = await anyio.to_thread.run_sync(lambda: keys.renew(self._engine, key, by, at=wall_ms()))
        except CentralError as fault:
            flash(request, _(fault.detail), "error")
            return self.back(request, "key", key=key)
        return await self._one(request, key, told=Told(secret))

    @route("/{key:int}/revoke", methods=["POST"], name="key-revoke")
    async def revoke(self, request: Request) -> Response:
        """It opens nothing from now on."""
        await self._row(request, request.path_params["key"])
        key, by, form = request.path_params["key"], current_user(request).actor, await request.form()
        try:
            _require_sure(form)
            await anyio.to_thread.run_sync(lambda: keys.revoke(self._engine, key, by, at=wall_ms()))
        except CentralError as fault:
            flash(request, _(fault.detail), "error")
        else:
            flash(request, _("The key is revoked: it opens nothing any more."), "success")
        return self.back(request, "key", key=key)

    @route("/{key:int}/webhooks", methods=["POST"], name="webhook-create")
    async def add_hook(self, request: Request) -> Response:
        """Registers a webhook and shows its secret, or the form again with what was wrong."""
        key, form = request.path_params["key"], await request.form()
        row = await self._row(request, key)
        by = current_user(request).actor
        url, wanted = str(form.get("url") or "").strip(), [str(one) for one in form.getlist("events")]

        def make() -> Told:
            if not row.active:
                raise Invalid("This key is revoked.", "url")
            with writing(self._engine).begin() as connection:
                hook, secret = register.add(
                    connection, self._vault, key, url, wanted, by, at=wall_ms(), allowed=self._allowed,
                )  # fmt: skip
            return Told(secret, hook.id)

        try:
            told = await anyio.to_thread.run_sync(make)
        except CentralError as fault:
            return await self._one(request, key, values={"url": url, "events": wanted}, fault=_in_words(fault))
        return await self._one(request, key, told=told)

    @route("/{key:int}/webhooks/{hook:int}/{what}", methods=["POST"], name="webhook-do")
    async def change_hook(self, request: Request) -> Response:
        """Switches it on or off, or sends it a trial message."""
        key, id_, what = (request.path_params[name] for name in ("key", "hook", "what"))
        row, by = await self._row(request, key), current_user(request).actor
        acts: dict[str, Callable[[Connection, Any], object]] = {
            "on": lambda connection, hook: register.switch(connection, hook, by, at=wall_ms(), active=True),
            "off": lambda connection, hook: register.switch(connection, hook, by, at=wall_ms(), active=False),
            "test": lambda connection, hook: register.trial(connection, hook, wall_ms()),
        }
        if what not in acts or not row.active:
            raise HTTPException(404)

        def act() -> None:
            with writing(self._engine).begin() as connection:
                acts[what](connection, register.find(connection, id_, key))

        try:
            await anyio.to_thread.run_sync(act)
        except ApiRefused as fault:
            raise HTTPException(404, fault.said(get_locale())) from None
        if what == "test":
            flash(request, _("A trial message is sent within seconds; see the webhook messages."), "success")
        return self.back(request, "key", key=key)

    async def _row(self, request: Request, key: int) -> Any:
        def read() -> Any:
            # not in the request's own transaction, which may have begun before the key was made
            with self._engine.connect() as connection:
                return next((row for row in keys.listed(connection) if row.id == key), None)

        row = await anyio.to_thread.run_sync(read)
        if row is None or not _may(current_user(request), row.halls):
            raise HTTPException(404, _("There is no such key."))
        return row

    async def _one(
        self, request: Request, key: int, *, values: dict[str, Any] | None = None, fault: CentralError | None = None,
        told: Told | None = None,
    ) -> Response:  # fmt: skip
        """`values`: what was typed into one of its forms."""
        row, zone, user = await self._row(request, key), get_timezone(), current_user(request)

        def read(session: Session) -> dict[str, Any]:
            with self._engine.connect() as connection:
                return {"halls": _halls(session, user), "hooks": register.listed(connection, key)}

        context = {
            "key": row,
            "told": told,
            "values": NO_HOOK | {"halls": row.halls, "per_minute": row.per_minute} | (values or {}),
            "most": keys.MOST_PER_MINUTE,
            "words": words,
            "types": [(type_, word, type_) for type_, word in words.TYPES.items() if type_ != TEST],
            "moment": lambda at: shown.moment(at, zone),
        }
        found = await anyio.to_thread.run_sync(read, request.state.session)
        return self.show(request, "channels/key.html", found | context, fault)

    async def _form(self, request: Request, values: dict[str, Any], fault: CentralError | None = None) -> Response:
        context = {
            "values": values,
            "halls": await anyio.to_thread.run_sync(_halls, request.state.session, current_user(request)),
            "channels": list(words.CHANNELS.items()),
            "most": keys.MOST_PER_MINUTE,
        }
        return self.show(request, "channels/key_new.html", context, fault)


def _may(user: ConsoleUser, halls: list[str]) -> bool:
    """Whether this person manages keys of those halls (empty: all)."""
    reach = user.staff.halls
    return user.may("keys.edit") and (not reach or (bool(halls) and set(halls) <= set(reach)))


def _halls(session: Session, user: ConsoleUser) -> list[tuple[str, str, str]]:
    """Those this person may tick."""
    reach = user.staff.halls
    halls = day_query.halls(session)
    return [(hall.id, said(hall.name, hall.id), "") for hall in halls if not reach or hall.id in reach]


def _typed(form: FormData) -> dict[str, Any]:
    return {
        "name": str(form.get("name") or "").strip(),
        "channel": str(form.get("channel") or ""),
        "halls": [str(one) for one in form.getlist("halls")],
        "per_minute": str(form.get("per_minute") or ""),
    }


def _bounds(user: ConsoleUser, values: dict[str, Any]) -> tuple[list[str], int]:
    """Halls and requests a minute. Raises Forbidden, Invalid."""
    if not _may(user, values["halls"]):
        raise Forbidden("You manage keys for your own halls only.", "halls")
    if not values["per_minute"].isdecimal():
        raise Invalid("Give a number of requests from 1 to 100000 a minute.", "per_minute")
    return values["halls"], int(values["per_minute"][:9])


def _require_sure(form: FormData) -> None:
    """Raises Invalid."""
    if form.get("sure") != "1":
        raise Invalid("Tick that whoever uses it is shut out at once.", "sure")


def _in_words(fault: CentralError) -> CentralError:
    """A refusal of the API in the reader's language, with the form's own names of the fields."""
    if not isinstance(fault, ApiRefused):
        return fault
    return Invalid(fault.said(get_locale(), str(_("Address"))), fault.field)
