"""One's own account: which roles and halls it has, and a new password for who knows the old one."""

import time
from typing import Any

import anyio.to_thread
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.console import day_query
from central.console.language import said
from central.console.page import Page
from central.console.people import accounts
from central.console.settings import ConsoleSettings
from central.console.who import current_user
from central.db.tables import User
from central.errors import CentralError, Invalid
from central.people.roles import ROLES
from central.tries import Tries


class AccountPage(Page):
    """`/account`; a POST there sets a new password."""

    menu_label = lazy_gettext("Your account")
    path = "/account"
    route_name = "account"
    add_to_menu = False

    def __init__(self, engine: Engine, settings: ConsoleSettings) -> None:
        super().__init__()
        self._engine = engine
        self._tries = Tries(settings.tries, settings.pause_s)

    @route("")
    async def index(self, request: Request) -> Response:
        """The page."""
        return await self._page(request, None)

    @route("", methods=["POST"], name="account-password")
    async def password(self, request: Request) -> Response:
        """The new password; every other session of this account ends."""
        form, user = await request.form(), current_user(request)
        old, new = str(form.get("old") or ""), str(form.get("password") or "")

        def change() -> str:
            self._check(request.state.session, user.username, old)
            return accounts.set_password(self._engine, user.username, new, user.actor)

        try:
            request.session["stamp"] = await anyio.to_thread.run_sync(change)
        except CentralError as error:
            return await self._page(request, error)
        flash(request, _("The password is set."), "success")
        return self.back(request, "account")

    def _check(self, session: Session, name: str, old: str) -> None:
        """Raises Invalid; a session left open at a desk is not enough to take an account over."""
        now = time.monotonic()
        if self._tries.wait_s(name, now) > 0:
            raise Invalid("Too many wrong passwords: try again later.", "old")
        if accounts.verify(session, name, old[: accounts.LONGEST_PASSWORD]) is None:
            self._tries.failed(name, now)
            raise Invalid("This is not your present password.", "old")
        self._tries.succeeded(name)

    async def _page(self, request: Request, fault: CentralError | None) -> Response:
        user = current_user(request)

        def read(session: Session) -> dict[str, Any]:
            row = session.get(User, user.id)
            halls = [said(hall.name, hall.id) for hall in day_query.halls(session) if hall.id in user.staff.halls]
            return {"has_password": row is not None and bool(row.password_hash), "halls": halls}

        context = await anyio.to_thread.run_sync(read, request.state.session)
        roles = [said(ROLES[role].name, role) for role in user.staff.roles if role in ROLES]
        context |= {"roles": roles, "values": {"old": "", "password": ""}}
        return self.show(request, "people/account.html", context, fault)
