"""What the pages share whose POST tells a hall something: the order is written, the hall is told at once."""

from collections.abc import Callable

import anyio.to_thread
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash

from central.console.page import Page
from central.errors import CentralError


class TellingPage(Page):
    """`wake`: whoever brings orders to the halls looks for new ones now."""

    def __init__(self, engine: Engine, wake: Callable[[], None]) -> None:
        super().__init__()
        self._engine = engine
        self._wake = wake

    async def tell(self, request: Request, issue: Callable[[], None], back: Response, done: str) -> Response:
        """`issue` writes the order, in a thread, and raises CentralError where it cannot be. Then `back`, where `done`
        or what was wrong is shown."""
        try:
            await anyio.to_thread.run_sync(issue)
        except CentralError as error:
            flash(request, error.detail, "error")
            return back
        self._wake()
        flash(request, done, "success")
        return back
