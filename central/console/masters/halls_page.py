"""What the public is told of a hall, and which matters are done there, at the windows of which service."""

from collections.abc import Callable, Mapping
from typing import Any

import anyio.to_thread
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.audit import Actor
from central.clock import wall_ms
from central.console import day_query
from central.console.language import said
from central.console.masters import forms
from central.console.page import Page
from central.console.who import current_user
from central.db.engine import writing
from central.db.tables import Hall
from central.errors import CentralError
from central.masters import entries as e
from central.masters import store
from central.masters.take_over import newest_catalogue, take_over


class MastersHallsPage(Page):
    """`/masters-halls` all of them, `/masters-halls/{hall}` one; a POST there changes it."""

    menu_label = lazy_gettext("Halls")
    path = "/masters-halls"
    route_name = "masters-halls"
    right = "masters.edit"
    add_to_menu = False

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    @route("")
    async def index(self, request: Request) -> Response:
        """The halls this person may change."""
        user = current_user(request)

        def read(session: Session) -> dict[str, Any]:
            halls = [one for one in day_query.halls(session) if user.may("masters.edit", one.id)]
            pages = {row["hall"]: row for row in store.every(session.connection(), e.HallPage)}
            done = [row["hall"] for row in store.every(session.connection(), e.HallMatter)]
            return {"halls": halls, "pages": pages, "count": done.count}

        context = {"part": "halls", "said": said, **await anyio.to_thread.run_sync(read, request.state.session)}
        return self.show(request, "masters/halls.html", context)

    @route("/{hall:name}", name="masters-hall")
    async def one(self, request: Request) -> Response:
        """One hall."""
        return await self._form(request, _hall(request), None)

    @route("/{hall:name}", methods=["POST"], name="masters-hall-change")
    async def change(self, request: Request) -> Response:
        """Saves the page and every line of matters, or shows the form again with what was wrong."""
        hall, form = _hall(request), await request.form()
        values = forms.typed(e.HallPage, form) | {"hall": hall, "matters": _lines(form)}

        def act(connection: Connection, by: Actor) -> None:
            page = {name: values[name] for name in e.HallPage.__struct_fields__}
            store.save(connection, forms.entry(e.HallPage, page), at=wall_ms(), by=by)
            _save_lines(connection, hall, values["matters"], by)

        return await self._tried(request, hall, act, values, _("It is saved."))

    @route("/{hall:name}/take-over", methods=["POST"], name="masters-hall-take-over")
    async def taken_over(self, request: Request) -> Response:
        """Adds what the hall itself says it does."""
        hall = _hall(request)

        def act(connection: Connection, by: Actor) -> None:
            take_over(connection, hall, at=wall_ms(), by=by)

        return await self._tried(request, hall, act, None, _("What the hall does is taken over."))

    async def _tried(
        self,
        request: Request,
        hall: str,
        act: Callable[[Connection, Actor], None],
        values: dict[str, Any] | None,
        done: str,
    ) -> Response:
        by = current_user(request).actor

        def whole() -> None:
            with writing(self._engine).begin() as connection:
                act(connection, by)

        try:
            await anyio.to_thread.run_sync(whole)
        except CentralError as error:
            return await self._form(request, hall, values, error)
        flash(request, done, "success")
        return self.back(request, "masters-hall", hall=hall)

    async def _form(
        self, request: Request, hall: str, values: dict[str, Any] | None, fault: CentralError | None = None
    ) -> Response:
        def read(session: Session) -> dict[str, Any]:
            return _kept(session, hall)

        kept = await anyio.to_thread.run_sync(read, request.state.session)
        context = {"part": "halls", "said": said, **kept, "values": kept["values"] | (values or {})}
        return self.show(request, "masters/hall.html", context, fault)


def _hall(request: Request) -> str:
    hall = str(request.path_params["hall"])
    if not current_user(request).may("masters.edit", hall):
        raise HTTPException(403, _("Your roles do not let you change this hall's master data."))
    return hall


def _kept(session: Session, id_: str) -> dict[str, Any]:
    """What is on the page. Raises HTTPException."""
    hall, connection = session.get(Hall, id_), session.connection()
    if hall is None:
        raise HTTPException(404, _("There is no hall %(id)s.") % {"id": id_})
    links = {row["matter"]: row for row in store.every(connection, e.HallMatter) if row["hall"] == id_}
    matters = [row for row in store.every(connection, e.Matter) if row["active"] or row["id"] in links]
    catalogue = newest_catalogue(connection, id_)
    services = [(one.id, said(one.name, one.id)) for one in catalogue.services] if catalogue else []
    page = store.find(connection, e.HallPage, {"hall": id_}) or forms.empty(e.HallPage)
    known = {service for service, _name in services}
    kept = sorted({row["service"] for row in links.values()} - known)
    types = {row["id"]: said(row["name"], row["id"]) for row in store.every(connection, e.BusinessType)}
    return {
        "hall": hall,
        "matters": sorted(matters, key=lambda row: (row["business_type"], row["id"])),
        "types": types,
        # A service the hall no longer has stays to be seen, so that somebody chooses another.
        "services": [*services, *((one, _("%(id)s (no longer there)") % {"id": one}) for one in kept)],
        "told": catalogue is not None,
        "values": {**page, "matters": links},
    }


def _lines(form: FormData) -> dict[str, dict[str, Any]]:
    """Matter to its service and whether it can be booked; those done here only."""
    chosen = {name.removeprefix("service."): str(form[name]) for name in form if name.startswith("service.")}
    return {
        matter: {"service": service, "bookable": form.get(f"bookable.{matter}") == "1"}
        for matter, service in chosen.items()
        if service
    }


def _save_lines(connection: Connection, hall: str, lines: Mapping[str, Mapping[str, Any]], by: Actor) -> None:
    for row in store.every(connection, e.HallMatter):
        if row["hall"] == hall and row["matter"] not in lines:
            store.remove(connection, e.HallMatter, {"hall": hall, "matter": row["matter"]}, at=wall_ms(), by=by)
    for matter, line in lines.items():
        entry = e.HallMatter(hall=hall, matter=matter, service=line["service"], bookable=line["bookable"])
        store.save(connection, entry, at=wall_ms(), by=by)
