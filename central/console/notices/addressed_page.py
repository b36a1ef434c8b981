"""What the pages of persons with an address share: the list, and the form that names one or changes one."""

from typing import Any

import anyio.to_thread
import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.clock import wall_ms
from central.console import day_query
from central.console.language import said
from central.console.notices import alert_words, words
from central.console.page import Page
from central.console.who import current_user
from central.db.engine import writing
from central.db.tables import Contact, Watcher
from central.errors import CentralError
from central.notices.addressed import Book, Wanted
from central.vault import Vault


class AddressedPage(Page):
    """At `path` all of them, `…/new`, `…/{id}` one, and a POST to each."""

    route_name: str
    below = True
    book: Book
    wanted: type[Wanted]
    order: tuple[Any, ...]
    """Columns the list is sorted by, after those who are told."""
    templates_of: tuple[str, str]
    """Of the list, which extends notices/persons.html, and of one, which extends notices/person.html."""
    kept: Any
    """Said after a change."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        super().__init__()
        self.engine = engine
        self._vault = vault

    def choices(self, session: Session) -> dict[str, Any]:
        """What only these persons have: the words of it for the list, the choices for the form."""
        return {}

    @route("")
    async def index(self, request: Request) -> Response:
        """Everybody."""
        by = current_user(request).staff
        table: Any = self.book.table

        def read(session: Session) -> dict[str, Any]:
            rows = session.scalars(select(table).order_by(table.active.desc(), *self.order))
            seen = [row for row in rows if not by.halls or not row.hall or row.hall in by.halls]
            return self._known(request, session) | {"persons": seen}

        return self.show(request, self.templates_of[0], await anyio.to_thread.run_sync(read, request.state.session))

    @route("/new")
    async def new(self, request: Request) -> Response:
        """An empty form."""
        return await self._form(request, None, self.wanted())

    @route("/new", methods=["POST"])
    async def create(self, request: Request) -> Response:
        """Adds one, or shows the form again with what was wrong."""
        return await self._keep(request, None, self._typed(await request.form()) | {"active": True})

    @route("/{id:number}")
    async def one(self, request: Request) -> Response:
        """One of them."""
        row = await self.row(request)
        known = {name: getattr(row, name, None) for name in self.wanted.__struct_fields__ if name != "address"}
        wanted = msgspec.convert({name: value for name, value in known.items() if value is not None}, self.wanted)
        return await self._form(request, row, wanted)

    @route("/{id:number}", methods=["POST"])
    async def change(self, request: Request) -> Response:
        """Changes one, or shows the form again with what was wrong."""
        row = await self.row(request)
        return await self._keep(request, row, self._typed(await request.form()))

    async def row(self, request: Request) -> Any:
        """The row that the address names. Raises HTTPException 404 also for one that somebody else keeps."""
        session: Session = request.state.session
        row: Any = await anyio.to_thread.run_sync(session.get, self.book.table, request.path_params["id"])
        if row is None or not self.book.may_keep(current_user(request).staff, row.hall):
            raise HTTPException(404, _(self.book.none))
        return row

    async def _keep(self, request: Request, row: Contact | Watcher | None, values: dict[str, Any]) -> Response:
        wanted, by = self.wanted(**values), current_user(request).staff

        def keep() -> None:
            with writing(self.engine).begin() as connection:
                self.book.keep(connection, self._vault, by, wanted, row.id if row else None, at=wall_ms())

        try:
            await anyio.to_thread.run_sync(keep)
        except CentralError as fault:
            return await self._form(request, row, wanted, fault)
        flash(request, str(self.kept), "success")
        return self.back(request, self.route_name)

    async def _form(
        self, request: Request, row: Contact | Watcher | None, wanted: Wanted, fault: CentralError | None = None
    ) -> Response:
        context = await anyio.to_thread.run_sync(self._known, request, request.state.session)
        context |= {"person": row, "values": msgspec.structs.asdict(wanted)}
        return self.show(request, self.templates_of[1], context, fault)

    def _known(self, request: Request, session: Session) -> dict[str, Any]:
        halls = {hall.id: said(hall.name, hall.id) for hall in day_query.halls(session)}
        by = current_user(request).staff
        return {
            "here": self.address(request, self.route_name),
            "may": lambda hall: self.book.may_keep(by, hall),
            "halls": halls,
            "mine": [(id_, name) for id_, name in halls.items() if self.book.may_keep(by, id_)],
            "ways": alert_words.WAYS,
            "languages": words.LANGUAGES,
            **self.choices(session),
        }

    def _typed(self, form: FormData) -> dict[str, Any]:
        """Each field by its type: a text, a tick, or several ticks."""
        found: dict[str, Any] = {}
        for field in msgspec.structs.fields(self.wanted):
            if field.type is str:
                found[field.name] = str(form.get(field.name) or "").strip()
            elif field.type is bool:
                found[field.name] = form.get(field.name) == "1"
            else:
                found[field.name] = tuple(str(one) for one in form.getlist(field.name))
        return found
