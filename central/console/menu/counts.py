"""Counts of waiting work for the menu, kept for a few seconds so that a page costs no further query as a rule."""

import threading
import time
from collections.abc import Callable, Mapping

import anyio.to_thread
from sqlalchemy import Engine
from starlette.types import ASGIApp, Receive, Scope, Send

from central.console.menu.waiting_query import waiting
from central.console.who import ConsoleUser
from central.people.scope import Staff

KEPT_S = 5.0
Kind = tuple[tuple[str, ...], tuple[str, ...]]
"""People with the same roles in the same halls have the same work."""


class Counts:
    """Any thread asks; `clock` in seconds."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock = engine, clock
        self._kept: dict[Kind, tuple[float, Mapping[str, int]]] = {}
        self._guard = threading.Lock()

    def fresh(self, staff: Staff) -> Mapping[str, int] | None:
        """What is known from just now; never waits for the database."""
        with self._guard:
            known = self._kept.get((staff.roles, staff.halls))
        return known[1] if known is not None and self._clock() - known[0] < KEPT_S else None

    def of(self, staff: Staff) -> Mapping[str, int]:
        """Route of the entry to how many wait."""
        known = self.fresh(staff)
        if known is not None:
            return known
        with self._engine.connect() as connection:
            found = waiting(connection, staff)
        now = self._clock()
        with self._guard:
            self._kept = {kind: one for kind, one in self._kept.items() if now - one[0] < KEPT_S}
            self._kept[staff.roles, staff.halls] = now, found
        return found

    def forget(self) -> None:
        """Something was done: the next page counts anew."""
        with self._guard:
            self._kept.clear()


class CountsWaiting:
    """Middleware behind the login: `request.state.waiting`, for templates; what is posted is counted anew."""

    def __init__(self, app: ASGIApp, counts: Counts) -> None:
        self._app, self._counts = app, counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Before and after the page."""
        user = scope.get("state", {}).get("admin_user") if scope["type"] == "http" else None
        if not isinstance(user, ConsoleUser):
            await self._app(scope, receive, send)
            return
        known = self._counts.fresh(user.staff)
        if known is None:
            known = await anyio.to_thread.run_sync(self._counts.of, user.staff)
        scope["state"]["waiting"] = known
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["method"] == "POST":
                self._counts.forget()
