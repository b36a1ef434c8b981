"""Master data of all halls: business types, matters with their guides, materials, departments, posts."""

from collections import Counter
from typing import Any

import anyio.to_thread
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.clock import wall_ms
from central.console.language import said
from central.console.masters import forms, words
from central.console.masters.forms import PARTS
from central.console.page import Page
from central.console.who import current_user
from central.db.engine import writing
from central.errors import CentralError
from central.masters import entries as e
from central.masters import store


class MastersPage(Page):
    """`/masters/{part}` a list, `/masters/{part}/new`, `/masters/{part}/{id}` one entry; a POST to each changes it."""

    menu_label = lazy_gettext("Master data")
    icon = "fa-solid fa-book"
    path = "/masters"
    route_name = "masters"
    right = "masters.edit"

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    def is_active(self, request: Request) -> bool:
        """On every page of the master data."""
        here = str(request.scope["path"]).removeprefix(request.scope["root_path"])
        return here.startswith((self.path, "/duties"))

    @route("")
    async def index(self, request: Request) -> Response:
        """The matters."""
        return self.back(request, "masters-list", part="matters")

    @route("/{part}", name="masters-list")
    async def entries(self, request: Request) -> Response:
        """All entries of one part."""
        part, kind = _part(request)

        def read(session: Session) -> dict[str, Any]:
            connection = session.connection()
            return {"rows": store.every(connection, kind), **_named(connection, part)}

        context = {**await anyio.to_thread.run_sync(read, request.state.session), **_shared(request, part)}
        return self.show(request, "masters/list.html", context)

    @route("/{part}/new", name="masters-new")
    async def new(self, request: Request) -> Response:
        """An empty form."""
        part, kind = _part(request)
        return await self._form(request, part, None, forms.empty(kind))

    @route("/{part}/new", methods=["POST"], name="masters-create")
    async def create(self, request: Request) -> Response:
        """Adds the entry, or shows the form again with what was wrong."""
        part, kind = _part(request)
        _require(request)
        values = forms.typed(kind, await request.form())
        return await self._saved(request, part, None, values)

    @route("/{part}/{id:name}", name="masters-one")
    async def one(self, request: Request) -> Response:
        """One entry."""
        part, row = await self._row(request)
        return await self._form(request, part, row, row)

    @route("/{part}/{id:name}", methods=["POST"], name="masters-change")
    async def change(self, request: Request) -> Response:
        """Changes it, or shows the form again with what was wrong."""
        part, row = await self._row(request)
        _require(request)
        values = forms.typed(PARTS[part], await request.form()) | {"id": row["id"]}
        if "materials" in values:
            values["materials"] = forms.in_order(values["materials"], row["materials"])
        return await self._saved(request, part, row, values)

    @route("/{part}/{id:name}/remove", methods=["POST"], name="masters-remove")
    async def remove(self, request: Request) -> Response:
        """Removes it, unless something needs it."""
        part, row = await self._row(request)
        _require(request)
        by = current_user(request).actor

        def act() -> None:
            with writing(self._engine).begin() as connection:
                store.remove(connection, PARTS[part], {"id": row["id"]}, at=wall_ms(), by=by)

        try:
            await anyio.to_thread.run_sync(act)
        except CentralError as error:
            return await self._form(request, part, row, row, error)
        flash(request, _("It is removed."), "success")
        return self.back(request, "masters-list", part=part)

    async def _saved(self, request: Request, part: str, row: dict[str, Any] | None, values: dict[str, Any]) -> Response:
        by = current_user(request).actor

        def act() -> bool:
            entry = forms.entry(PARTS[part], values)
            with writing(self._engine).begin() as connection:
                return store.save(connection, entry, at=wall_ms(), by=by, new=row is None)

        try:
            changed = await anyio.to_thread.run_sync(act)
        except CentralError as error:
            return await self._form(request, part, row, (row or {}) | values, error)
        flash(request, _("It is saved.") if changed else _("Nothing is changed by this."), "success")
        return self.back(request, "masters-list", part=part)

    async def _form(
        self,
        request: Request,
        part: str,
        row: dict[str, Any] | None,
        values: dict[str, Any],
        fault: CentralError | None = None,
    ) -> Response:
        def read(session: Session) -> dict[str, Any]:
            return _named(session.connection(), part)

        named = await anyio.to_thread.run_sync(read, request.state.session)
        context = {"row": row, "values": values, **named, **_shared(request, part)}
        return self.show(request, f"masters/{part}.html", context, fault)

    async def _row(self, request: Request) -> tuple[str, dict[str, Any]]:
        part, kind = _part(request)
        key = {"id": request.path_params["id"]}

        def read(session: Session) -> dict[str, Any] | None:
            return store.find(session.connection(), kind, key)

        row = await anyio.to_thread.run_sync(read, request.state.session)
        if row is None:
            raise HTTPException(404, _("There is no such entry any more."))
        return part, row


def _part(request: Request) -> tuple[str, type[e.Entry]]:
    part = request.path_params["part"]
    if part not in PARTS:
        raise HTTPException(404, _("There is no such part of the master data."))
    return part, PARTS[part]


def _require(request: Request) -> None:
    if not may_change(request):
        raise HTTPException(403, _("What holds in every hall is changed by who works for all of them."))


def may_change(request: Request) -> bool:
    """Whether this person may change what holds in every hall."""
    user = current_user(request)
    return user.may("masters.edit") and not user.staff.halls


def _shared(request: Request, part: str) -> dict[str, Any]:
    return {
        "part": part,
        "parts": words.PARTS,
        "said": said,
        "may_change": may_change(request),
        "complexity": words.COMPLEXITY,
        "spare": forms.SPARE,
    }


def _named(connection: Connection, part: str) -> dict[str, Any]:
    """What entries of a part name, and how many name them."""
    if part == "matters":
        links = Counter(row["matter"] for row in store.every(connection, e.HallMatter))
        types, materials = store.every(connection, e.BusinessType), store.every(connection, e.Material)
        offered = [(row["id"], said(row["name"], row["id"]), "") for row in materials]
        return {"types": _names(types), "materials_offered": offered, "used": links}
    if part == "types":
        return {"used": Counter(row["business_type"] for row in store.every(connection, e.Matter))}
    if part == "materials":
        lists = (row["materials"] for row in store.every(connection, e.Matter))
        return {"used": Counter(one for materials in lists for one in materials)}
    if part == "departments":
        return {"used": Counter(row["department"] for row in store.every(connection, e.Post))}
    return {"departments": _names(store.every(connection, e.Department))}


def _names(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["id"]: said(row["name"], row["id"]) for row in rows}
