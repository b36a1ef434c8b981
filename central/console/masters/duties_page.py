"""The duty matrix (duty.matrix): for each step of the work the post that answers for it, and its deputy (S0-6)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

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

from central.audit import Actor
from central.clock import wall_ms
from central.console import reach
from central.console.language import said
from central.console.masters import forms, words
from central.console.masters.masters_page import may_change
from central.console.page import Page
from central.console.who import current_user
from central.db.engine import writing
from central.errors import CentralError
from central.masters import entries as e
from central.masters import store
from central.people.scope import Staff


class DutiesPage(Page):
    """`/duties?hall=`; without a hall, what holds in all of them. A POST there saves every line."""

    menu_label = lazy_gettext("Duties")
    path = "/duties"
    route_name = "duties"
    right = "masters.edit"
    add_to_menu = False

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    @route("")
    async def index(self, request: Request) -> Response:
        """The matrix."""
        return await self._matrix(request, request.query_params.get("hall", ""))

    @route("", methods=["POST"], name="duties-change")
    async def change(self, request: Request) -> Response:
        """Saves it, or shows it again with what was wrong."""
        form, user = await request.form(), current_user(request)
        hall = str(form.get("hall") or "")
        if not (user.may("masters.edit", hall) if hall else may_change(request)):
            raise HTTPException(403, _("What holds in every hall is changed by who works for all of them."))
        chosen: dict[str, dict[str, str]] = {
            step: {"post": str(form.get(f"post.{step}") or ""), "deputy": str(form.get(f"deputy.{step}") or "")}
            for step in e.STEPS
        }

        def act() -> None:
            with writing(self._engine).begin() as connection:
                _save(connection, hall, chosen, user.actor)

        try:
            await anyio.to_thread.run_sync(act)
        except CentralError as error:
            return await self._matrix(request, hall, chosen, error)
        flash(request, _("It is saved."), "success")
        return self.back(request, "duties", urlencode({"hall": hall}))

    async def _matrix(
        self,
        request: Request,
        hall: str,
        chosen: Mapping[str, Mapping[str, str]] | None = None,
        fault: CentralError | None = None,
    ) -> Response:
        def read(session: Session) -> dict[str, Any]:
            return _kept(session, user.staff, hall)

        user = current_user(request)
        kept = await anyio.to_thread.run_sync(read, request.state.session)
        context = {
            "part": "duties",
            "said": said,
            "steps": words.STEPS,
            "hall": hall,
            "may_change": user.may("masters.edit", hall) if hall else may_change(request),
            **kept,
            "chosen": chosen or kept["chosen"],
        }
        return self.show(request, "masters/duties.html", context, fault)


def _kept(session: Session, staff: Staff, hall: str) -> dict[str, Any]:
    halls = reach.halls(session, staff)
    if hall and hall not in {one.id for one in halls}:
        raise HTTPException(404, _("There is no hall %(id)s.") % {"id": hall})
    connection = session.connection()
    rows, posts = store.every(connection, e.Duty), store.every(connection, e.Post)
    departments = {row["id"]: said(row["name"], row["id"]) for row in store.every(connection, e.Department)}
    names = {row["id"]: f"{departments.get(row['department'], '')} · {said(row['name'], row['id'])}" for row in posts}
    return {
        "halls": halls,
        "posts": names,
        "chosen": {row["step"]: row for row in rows if row["hall"] == hall},
        "everywhere": {row["step"]: row for row in rows if not row["hall"]},
    }


def _save(connection: Connection, hall: str, chosen: Mapping[str, Mapping[str, str]], by: Actor) -> None:
    for step, line in chosen.items():
        key = {"hall": hall, "step": step}
        if line["post"]:
            values = {**key, "post": line["post"], "deputy": line["deputy"] or None}
            store.save(connection, forms.entry(e.Duty, values), at=wall_ms(), by=by)
        elif store.find(connection, e.Duty, key) is not None:
            store.remove(connection, e.Duty, key, at=wall_ms(), by=by)
