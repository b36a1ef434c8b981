"""Accounts of the staff: who may log in, with which roles, for which halls. Every change is in the audit trail."""

from collections.abc import Callable
from typing import Any

import anyio.to_thread
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import lazy_gettext
from starlette_admin.routing import route

from central.clock import wall_ms
from central.console import day_query
from central.console.language import said
from central.console.page import Page
from central.console.people import accounts
from central.console.who import current_user
from central.db.engine import writing
from central.db.tables import Department, Post, User
from central.errors import CentralError, Forbidden
from central.people.roles import RIGHT_NAMES, RIGHTS, ROLES, STAFF_ROLES
from central.people.staffing import Wanted, change, may_manage


class PeoplePage(Page):
    """`/people` all of them, `/people/new`, `/people/{user}` one, and a POST to each."""

    menu_label = lazy_gettext("People")
    icon = "fa-solid fa-users"
    path = "/people"
    route_name = "people"
    below = True
    right = "people.edit"

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    @route("")
    async def index(self, request: Request) -> Response:
        """Everybody."""
        by = current_user(request).staff

        def read(session: Session) -> dict[str, Any]:
            people = session.scalars(select(User).order_by(User.active.desc(), User.name))
            halls = {hall.id: hall.name for hall in day_query.halls(session)}
            posts = {post.id: post.name for post in session.scalars(select(Post))}
            return {
                "people": [one for one in people if may_manage(by, one.halls)],
                "hall_name": lambda id_: said(halls.get(id_), id_),
                "post_name": lambda id_: said(posts.get(id_), id_),
                "role_name": _role_name,
            }

        return self.show(request, "people/people.html", await anyio.to_thread.run_sync(read, request.state.session))

    @route("/new", name="person-new")
    async def new(self, request: Request) -> Response:
        """An empty form."""
        return await self._form(request, None, {"name": "", "halls": list(current_user(request).staff.halls)})

    @route("/new", methods=["POST"], name="person-create")
    async def create(self, request: Request) -> Response:
        """Adds the account, or shows the form again with what was wrong."""
        user, form = current_user(request), await request.form()
        values = _typed(form) | {"name": str(form.get("name") or "").strip(), "active": True}
        wanted = _wanted(values)
        password = str(form.get("password") or "")

        def make() -> int:
            if not may_manage(user.staff, wanted.halls):
                raise Forbidden("You manage people for your own halls only.", "halls")
            return accounts.create_user(self._engine, values["name"], password, wanted=wanted, by=user.actor)

        return await self._tried(request, make, None, values, _("The account is there."))

    @route("/{user:number}", name="person")
    async def one(self, request: Request) -> Response:
        """One account."""
        row = await self._account(request)
        values = {name: getattr(row, name) for name in (*Wanted.__struct_fields__, "name")}
        return await self._form(request, row, values)

    @route("/{user:number}", methods=["POST"], name="person-change")
    async def change(self, request: Request) -> Response:
        """Changes it, or shows the form again with what was wrong."""
        row, form, by = await self._account(request), await request.form(), current_user(request).staff
        values = _typed(form) | {"name": row.name}

        def save() -> None:
            with writing(self._engine).begin() as connection:
                change(connection, row.id, _wanted(values), by, at=wall_ms())

        return await self._tried(request, save, row, values, _("The account is changed."))

    @route("/{user:number}/password", methods=["POST"], name="person-password")
    async def password(self, request: Request) -> Response:
        """Sets a new password."""
        row, form, by = await self._account(request), await request.form(), current_user(request)
        values = {name: getattr(row, name) for name in (*Wanted.__struct_fields__, "name")}

        def save() -> None:
            accounts.set_password(self._engine, row.name, str(form.get("password") or ""), by.actor)

        return await self._tried(request, save, row, values, _("The password is set."))

    async def _account(self, request: Request) -> User:
        session: Session = request.state.session
        row = await anyio.to_thread.run_sync(session.get, User, request.path_params["user"])
        if row is None or not may_manage(current_user(request).staff, row.halls):
            raise HTTPException(404, _("There is no such account."))
        return row

    async def _tried(
        self, request: Request, act: Callable[[], object], row: User | None, values: dict[str, Any], done: str
    ) -> Response:
        try:
            await anyio.to_thread.run_sync(act)
        except CentralError as fault:
            return await self._form(request, row, values, fault)
        flash(request, done, "success")
        return self.back(request, "people")

    async def _form(
        self, request: Request, row: User | None, values: dict[str, Any], fault: CentralError | None = None
    ) -> Response:
        choices = await anyio.to_thread.run_sync(_choices, request.state.session)
        reach = current_user(request).staff.halls
        context = {
            "account": row,
            "values": {"name": "", "display_name": "", "roles": [], "halls": [], "post": None, "active": True} | values,
            "roles": [(id_, _role_name(id_), _rights_in_words(id_)) for id_ in STAFF_ROLES],
            "posts": choices["posts"],
            "halls": [(id_, name, "") for id_, name in choices["halls"] if not reach or id_ in reach],
        }
        return self.show(request, "people/person.html", context, fault)


def _choices(session: Session) -> dict[str, list[tuple[str, str]]]:
    departments = {row.id: row.name for row in session.scalars(select(Department))}
    posts = session.scalars(select(Post).order_by(Post.department, Post.id))
    return {
        "halls": [(hall.id, said(hall.name, hall.id)) for hall in day_query.halls(session)],
        "posts": [(one.id, f"{said(departments.get(one.department))} · {said(one.name)}") for one in posts],
    }


def _typed(form: FormData) -> dict[str, Any]:
    return {
        "display_name": str(form.get("display_name") or ""),
        "roles": [str(one) for one in form.getlist("roles")],
        "halls": [str(one) for one in form.getlist("halls")],
        "post": str(form.get("post") or "") or None,
        "active": form.get("active") == "1",
    }


def _wanted(values: dict[str, Any]) -> Wanted:
    return Wanted(
        tuple(values["roles"]), tuple(values["halls"]), values["display_name"], values["post"], values["active"]
    )


def _role_name(id_: str) -> str:
    return said(ROLES[id_].name, id_) if id_ in ROLES else id_


def _rights_in_words(id_: str) -> str:
    words = [said(RIGHT_NAMES[right]) for right in RIGHTS if right in ROLES[id_].rights]
    return " · ".join(words) or _("sees the live board, the nodes and the alarms")
