"""Who in the house can be told: the directory of departments and persons."""

from typing import Any

import anyio.to_thread
import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import flash
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.clock import wall_ms
from central.console import day_query
from central.console.language import said
from central.console.notices import alert_words, words
from central.console.page import Page
from central.console.people.login import current_user
from central.db.engine import writing
from central.db.tables import Contact, Department
from central.errors import CentralError
from central.relay import contacts
from central.relay.contacts import Wanted
from central.vault import Vault


class ContactsPage(Page):
    """`/contacts` all of them, `/contacts/new`, `/contacts/{contact}` one, and a POST to each."""

    menu_label = lazy_gettext("Directory")
    icon = "fa-solid fa-address-book"
    path = "/contacts"
    route_name = "contacts"
    right = "masters.edit"

    def __init__(self, engine: Engine, vault: Vault) -> None:
        super().__init__()
        self._engine = engine
        self._vault = vault

    def is_active(self, request: Request) -> bool:
        """On the page of one contact too."""
        return str(request.scope["path"]).startswith(request.scope["root_path"] + self.path)

    @route("")
    async def index(self, request: Request) -> Response:
        """Everybody."""
        by = current_user(request).staff

        def read(session: Session) -> dict[str, Any]:
            halls = {hall.id: said(hall.name, hall.id) for hall in day_query.halls(session)}
            rows = session.scalars(select(Contact).order_by(Contact.active.desc(), Contact.department, Contact.name))
            return {
                "contacts": [one for one in rows if not by.halls or not one.hall or one.hall in by.halls],
                "departments": {row.id: said(row.name, row.id) for row in session.scalars(select(Department))},
                "hall_name": lambda id_: halls.get(id_, id_) if id_ else _("all halls"),
                "may": lambda hall: contacts.may_keep(by, hall),
                "ways": alert_words.WAYS,
            }

        return self.show(request, "notices/contacts.html", await anyio.to_thread.run_sync(read, request.state.session))

    @route("/new", name="contact-new")
    async def new(self, request: Request) -> Response:
        """An empty form."""
        return await self._form(request, None, Wanted())

    @route("/new", methods=["POST"], name="contact-create")
    async def create(self, request: Request) -> Response:
        """Adds a contact, or shows the form again with what was wrong."""
        return await self._keep(request, None, _typed(await request.form()) | {"active": True})

    @route("/{contact:int}", name="contact")
    async def one(self, request: Request) -> Response:
        """One contact."""
        row = await self._row(request)
        known = {name: getattr(row, name) for name in Wanted.__struct_fields__ if hasattr(row, name)}
        wanted = msgspec.convert(known | {"address": "", "department": row.department or ""}, Wanted)
        return await self._form(request, row, wanted)

    @route("/{contact:int}", methods=["POST"], name="contact-change")
    async def change(self, request: Request) -> Response:
        """Changes it, or shows the form again with what was wrong."""
        row = await self._row(request)
        return await self._keep(request, row, _typed(await request.form()))

    async def _row(self, request: Request) -> Contact:
        session: Session = request.state.session
        row = await anyio.to_thread.run_sync(session.get, Contact, request.path_params["contact"])
        if row is None or not contacts.may_keep(current_user(request).staff, row.hall):
            raise HTTPException(404, _("There is no such contact."))
        return row

    async def _keep(self, request: Request, row: Contact | None, values: dict[str, Any]) -> Response:
        wanted, by = Wanted(**values), current_user(request).staff

        def keep() -> None:
            with writing(self._engine).begin() as connection:
                contacts.keep(connection, self._vault, by, wanted, row.id if row else None, at=wall_ms())

        try:
            await anyio.to_thread.run_sync(keep)
        except CentralError as fault:
            return await self._form(request, row, wanted, fault)
        flash(request, _("The contact is kept."), "success")
        return RedirectResponse(str(request.url_for(request.app.state.ROUTE_NAME + ":contacts")), 303)

    async def _form(
        self, request: Request, row: Contact | None, wanted: Wanted, fault: CentralError | None = None
    ) -> Response:
        by = current_user(request).staff

        def choices(session: Session) -> dict[str, Any]:
            halls = [(hall.id, said(hall.name, hall.id)) for hall in day_query.halls(session)]
            departments = session.scalars(select(Department).order_by(Department.id))
            return {
                "halls": [one for one in halls if contacts.may_keep(by, one[0])],
                "departments": [(one.id, said(one.name, one.id)) for one in departments],
            }

        context = await anyio.to_thread.run_sync(choices, request.state.session)
        context |= {
            "contact": row,
            "values": msgspec.structs.asdict(wanted),
            "fault": fault,
            "any_hall": contacts.may_keep(by, ""),
            "ways": list(alert_words.WAYS.items()),
            "languages": list(words.LANGUAGES.items()),
        }
        answer = self.show(request, "notices/contact.html", context)
        answer.status_code = fault.status if fault else 200
        return answer


def _typed(form: FormData) -> dict[str, Any]:
    names = ("hall", "department", "name", "channel", "address", "signing", "language")
    texts = {name: str(form.get(name) or "").strip() for name in names}
    return texts | {"outages": form.get("outages") == "1", "active": form.get("active") == "1"}
