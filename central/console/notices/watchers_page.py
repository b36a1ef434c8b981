"""The persons named for halls, who are told when something is wrong there."""

from collections.abc import Callable
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

from central.alerts import naming, telling
from central.alerts.naming import Wanted
from central.clock import wall_ms
from central.console import day_query
from central.console.language import said
from central.console.notices import alert_words
from central.console.notices import words as notice_words
from central.console.page import Page
from central.console.people.login import current_user
from central.db.engine import writing
from central.db.tables import Watcher
from central.errors import CentralError
from central.vault import Vault
from words import LANGUAGES, catalogue

TRIAL = "A trial message of Hallkeeper: alerts reach you here."


class WatchersPage(Page):
    """`/watchers` all of them, `/watchers/new`, `/watchers/{watcher}` one, a POST to each, and `…/trial`."""

    menu_label = lazy_gettext("Persons told")
    icon = "fa-solid fa-user-clock"
    path = "/watchers"
    route_name = "watchers"
    right = "alerts.edit"

    def __init__(self, engine: Engine, vault: Vault) -> None:
        super().__init__()
        self._engine = engine
        self._vault = vault

    def is_active(self, request: Request) -> bool:
        """On the page of one person too."""
        return str(request.scope["path"]).startswith(request.scope["root_path"] + self.path)

    @route("")
    async def index(self, request: Request) -> Response:
        """Everybody named."""
        by = current_user(request).staff

        def read(session: Session) -> dict[str, Any]:
            halls = {hall.id: said(hall.name, hall.id) for hall in day_query.halls(session)}
            rows = session.scalars(select(Watcher).order_by(Watcher.active.desc(), Watcher.hall, Watcher.name))
            return {
                "watchers": [one for one in rows if not by.halls or not one.hall or one.hall in by.halls],
                "hall_name": lambda id_: halls.get(id_, id_) if id_ else _("all halls"),
                "may": lambda hall: naming.may_name(by, hall),
            }

        context = await anyio.to_thread.run_sync(read, request.state.session)
        return self.show(
            request, "notices/watchers.html", {**context, "words": alert_words, "languages": notice_words.LANGUAGES}
        )

    @route("/new", name="watcher-new")
    async def new(self, request: Request) -> Response:
        """An empty form."""
        return await self._form(request, None, Wanted())

    @route("/new", methods=["POST"], name="watcher-create")
    async def create(self, request: Request) -> Response:
        """Names somebody, or shows the form again with what was wrong."""
        return await self._keep(request, None, _typed(await request.form()) | {"active": True})

    @route("/{watcher:int}", name="watcher")
    async def one(self, request: Request) -> Response:
        """One person."""
        row = await self._row(request)
        known = {name: getattr(row, name) for name in Wanted.__struct_fields__ if hasattr(row, name)}
        wanted = msgspec.convert(known | {"address": "", "kinds": tuple(row.kinds)}, Wanted)
        return await self._form(request, row, wanted)

    @route("/{watcher:int}", methods=["POST"], name="watcher-change")
    async def change(self, request: Request) -> Response:
        """Changes it, or shows the form again with what was wrong."""
        row = await self._row(request)
        return await self._keep(request, row, _typed(await request.form()))

    @route("/{watcher:int}/trial", methods=["POST"], name="watcher-trial")
    async def trial(self, request: Request) -> Response:
        """Sends a message for trial."""
        row = await self._row(request)
        words = {language: catalogue("central", "notices", language).gettext(TRIAL) for language in LANGUAGES}

        def send() -> None:
            with writing(self._engine).begin() as connection:
                telling.tell_trial(connection, row.id, words, wall_ms())

        await anyio.to_thread.run_sync(send)
        flash(request, _("The trial message is on its way; see under Notices sent what became of it."), "success")
        return self._back(request)

    async def _row(self, request: Request) -> Watcher:
        session: Session = request.state.session
        row = await anyio.to_thread.run_sync(session.get, Watcher, request.path_params["watcher"])
        if row is None or not naming.may_name(current_user(request).staff, row.hall):
            raise HTTPException(404, _("There is no such person."))
        return row

    async def _keep(self, request: Request, row: Watcher | None, values: dict[str, Any]) -> Response:
        wanted, by = Wanted(**values), current_user(request).staff

        def keep() -> None:
            with writing(self._engine).begin() as connection:
                naming.keep(connection, self._vault, by, wanted, row.id if row else None, at=wall_ms())

        try:
            await anyio.to_thread.run_sync(keep)
        except CentralError as fault:
            return await self._form(request, row, wanted, fault)
        flash(request, _("Saved. Send a trial message to see that it arrives."), "success")
        return self._back(request)

    def _back(self, request: Request) -> Response:
        return RedirectResponse(str(request.url_for(request.app.state.ROUTE_NAME + ":watchers")), 303)

    async def _form(
        self, request: Request, row: Watcher | None, wanted: Wanted, fault: CentralError | None = None
    ) -> Response:
        by = current_user(request).staff
        named: Callable[[Session], list[tuple[str, str]]] = lambda session: [  # noqa: E731
            (hall.id, said(hall.name, hall.id)) for hall in day_query.halls(session)
        ]
        halls = await anyio.to_thread.run_sync(named, request.state.session)
        context = {
            "watcher": row,
            "values": msgspec.structs.asdict(wanted),
            "fault": fault,
            "halls": [one for one in halls if naming.may_name(by, one[0])],
            "any_hall": naming.may_name(by, ""),
            "ways": list(alert_words.WAYS.items()),
            "kinds": [(kind, word, "") for kind, word in alert_words.KINDS.items()],
            "languages": list(notice_words.LANGUAGES.items()),
        }
        answer = self.show(request, "notices/watcher.html", context)
        answer.status_code = fault.status if fault else 200
        return answer


def _typed(form: FormData) -> dict[str, Any]:
    names = ("hall", "name", "channel", "address", "signing", "quiet_from", "quiet_to", "language")
    texts = {name: str(form.get(name) or "").strip() for name in names}
    return texts | {"kinds": tuple(str(one) for one in form.getlist("kinds")), "active": form.get("active") == "1"}
