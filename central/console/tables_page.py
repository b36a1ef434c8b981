"""What the pages of figures share: tiles, charts and tables of what is chosen, and each table as a file."""

from collections.abc import Mapping
from typing import Any

import anyio.to_thread
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.console.language import said
from central.console.page import Page
from central.console.settings import ConsoleSettings
from central.console.sheet import csv_text, download
from central.console.who import current_user
from central.people.scope import Staff

ALL = "*"
"""Chosen instead of a hall: all of them."""


class TablesPage(Page):
    """At `path` the page, and `…/export?…&table=`. What is seen, a `Sight`, has its tables by name in `tables`."""

    right = "figures.see"
    route_name: str
    template: str

    def __init__(self, settings: ConsoleSettings) -> None:
        super().__init__()
        self.timezone = settings.timezone

    def see(self, session: Session, asked: Mapping[str, str], staff: Staff) -> Any:
        """None while there is no hall. Raises HTTPException for what cannot be shown."""
        raise NotImplementedError

    def shown(self, sight: Any) -> dict[str, Any]:
        """What the template needs of it."""
        raise NotImplementedError

    def stem(self, sight: Any) -> str:
        """How the name of its files begins."""
        raise NotImplementedError

    @route("")
    async def index(self, request: Request) -> Response:
        """The page."""
        sight = await self._sight(request)
        context = {"sight": sight, "here": self.address(request, self.route_name), "said": said, "all": ALL}
        return self.show(request, self.template, context | (self.shown(sight) if sight is not None else {}))

    @route("/export")
    async def export(self, request: Request) -> Response:
        """One of the tables as CSV, plain numbers."""
        sight = await self._sight(request)
        name = request.query_params.get("table", "")
        if sight is None or name not in sight.tables:
            raise HTTPException(404, _("There is no such table."))
        table = sight.tables[name]
        return download(csv_text(table.plain_columns, table.plain), f"hallkeeper-{self.stem(sight)}-{name}.csv")

    async def _sight(self, request: Request) -> Any:
        asked, staff = dict(request.query_params), current_user(request).staff
        return await anyio.to_thread.run_sync(self.see, request.state.session, asked, staff)
