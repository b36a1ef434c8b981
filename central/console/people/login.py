"""Logging in to the console: argon2 users or single sign-on, a signed session cookie, a limit to guessing."""

import logging
import time
from functools import partial

import anyio
import anyio.to_thread
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates
from starlette_admin.auth import AdminUser, AuthProvider
from starlette_admin.exceptions import LoginFailed
from starlette_admin.helpers import index_url, safe_redirect_url
from starlette_admin.i18n import gettext as _

from central.clock import wall_ms
from central.console.people import accounts
from central.console.people.single_sign_on import SingleSignOn
from central.console.settings import ConsoleSettings
from central.console.who import ConsoleUser
from central.db.tables import User
from central.errors import CentralError
from central.people import single_sign_on
from central.people.scope import Staff
from central.tries import Tries

log = logging.getLogger(__name__)

_HASHING = 2
"""Passwords checked at once: argon2 takes 64 MiB each, and the limit keeps a flood of logins from taking all."""
_LONGEST_PASSWORD = 256
_SPREAD = 4
"""One address may fail this many times as often as one name from it, for offices behind one address."""


class ConsoleLogin(AuthProvider):
    """The library's login page over our users. `elsewhere`: single sign-on beside it."""

    _templates: Jinja2Templates

    def __init__(self, settings: ConsoleSettings, engine: Engine, elsewhere: SingleSignOn | None = None) -> None:
        super().__init__()
        self._lasts_s = settings.session_hours * 3600
        self._by_name = Tries(settings.tries, settings.pause_s)
        self._by_address = Tries(settings.tries * _SPREAD, settings.pause_s)
        self._hashing = anyio.CapacityLimiter(_HASHING)
        self._engine, self._elsewhere = engine, elsewhere
        if elsewhere is not None:
            self.allow_routes += ["oidc", "oidc_back"]

    def get_routes(self, templates: Jinja2Templates) -> list[Route]:
        """The library's, and those of single sign-on where there is one."""
        templates.env.globals["elsewhere"] = self._elsewhere.name if self._elsewhere else ""
        self._templates = templates
        routes = super().get_routes(templates)
        if self._elsewhere is not None:
            routes.append(Route("/login/oidc", self.to_elsewhere, name="oidc"))
            routes.append(Route("/login/oidc/back", self.from_elsewhere, name="oidc_back"))
        return routes

    async def login(self, username: str, password: str, remember_me: bool, request: Request) -> Response | None:
        """Opens a session. Raises LoginFailed, which never says whether the name or the password was wrong."""
        address = request.client.host if request.client else "?"
        source = f"{username.lower()[:64]} {address}"
        now = time.monotonic()
        wait = max(self._by_name.wait_s(source, now), self._by_address.wait_s(address, now))
        if wait > 0:
            raise LoginFailed(_("Too many wrong passwords. Try again in %(m)d min.") % {"m": wait // 60 + 1})
        user = await self._verified(request.state.session, username, password[:_LONGEST_PASSWORD])
        if user is None:
            self._by_name.failed(source, now)
            self._by_address.failed(address, now)
            log.warning("console: wrong name or password from %s", address)
            raise LoginFailed(_("Name or password is wrong."))
        self._by_name.succeeded(source)
        self._begin(request, user)
        return None

    async def _verified(self, session: Session, name: str, password: str) -> User | None:
        return await anyio.to_thread.run_sync(accounts.verify, session, name, password, limiter=self._hashing)

    async def to_elsewhere(self, request: Request) -> Response:
        """Off to the provider."""
        assert self._elsewhere is not None
        back = str(request.url_for(request.app.state.ROUTE_NAME + ":oidc_back"))
        try:
            return await self._elsewhere.start(request, back, request.query_params.get("next", ""))
        except CentralError as error:
            return self._sorry(request, error)

    async def from_elsewhere(self, request: Request) -> Response:
        """Back from the provider: a new session for who may come in, a page that says why for who may not."""
        assert self._elsewhere is not None
        source = request.client.host if request.client else ""
        try:
            claims, then = await self._elsewhere.finish(request)
            admit = partial(
                single_sign_on.admit,
                self._engine,
                self._elsewhere.oidc,
                claims,
                source=source,
                at=wall_ms(),
            )
            self._begin(request, await anyio.to_thread.run_sync(admit))
        except CentralError as error:
            request.session.clear()
            return self._sorry(request, error)
        home = index_url(request)
        return RedirectResponse(safe_redirect_url(then or home, request, home), 303)

    def _sorry(self, request: Request, error: CentralError) -> Response:
        context = {"error": _(error.detail)}
        return self._templates.TemplateResponse(request, "login.html", context, status_code=error.status)

    def _begin(self, request: Request, user: User) -> None:
        """A session of its own, whatever was in the cookie before."""
        request.session.clear()
        request.session.update(user=user.id, stamp=accounts.stamp(user), since=int(time.time()))

    async def logout(self, request: Request) -> Response | None:
        """Ends the session."""
        request.session.clear()
        return None

    async def authenticate(self, request: Request) -> AdminUser | None:
        """The person of the session, while the account is active, its password unchanged and the session young."""
        known = request.session
        if "user" not in known or time.time() - known.get("since", 0) > self._lasts_s:
            return None
        user = await anyio.to_thread.run_sync(request.state.session.get, User, known["user"])
        if user is None or not user.active or accounts.stamp(user) != known.get("stamp"):
            return None
        source = request.client.host if request.client else ""
        staff = Staff(user.name, tuple(user.roles), tuple(user.halls), source)
        return ConsoleUser(user.name, id=user.id, staff=staff, display_name=user.display_name or user.name)
