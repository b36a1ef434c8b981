"""The nodes: what each has sent, what is missing, everything about it that was odd; and what becomes of its copies."""

from collections.abc import Callable

import anyio.to_thread
from sqlalchemy import Engine
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import flash
from starlette_admin.i18n import get_timezone, lazy_gettext
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.audit import Actor
from central.clock import wall_ms
from central.console import codes, dead_words, shown
from central.console.doubt_words import told
from central.console.language import said
from central.console.live import nodes_query
from central.console.page import Page
from central.console.who import current_user
from central.db.engine import writing
from central.errors import Invalid, Refused, Unknown
from central.ingest import copies


class NodesPage(Page):
    """`/nodes` all of them, `/nodes/{node}` one; a POST decides about a copy of it.

    `refresh` is called after such a decision was committed, so that the board shows it.
    """

    menu_label = lazy_gettext("Nodes")
    icon = "fa-solid fa-microchip"
    path = "/nodes"
    route_name = "nodes"
    below = True

    def __init__(self, engine: Engine, refresh: Callable[[], None]) -> None:
        super().__init__()
        self._engine, self._refresh = engine, refresh

    @route("")
    async def index(self, request: Request) -> Response:
        """The overview."""
        staff = current_user(request).staff
        lines = await anyio.to_thread.run_sync(nodes_query.lines, request.state.session, staff, wall_ms())
        return self._page(request, "live/nodes.html", lines=lines)

    @route("/{node:name}", name="node")
    async def one(self, request: Request) -> Response:
        """One node."""
        node, staff = request.path_params["node"], current_user(request).staff
        page = await anyio.to_thread.run_sync(nodes_query.page, request.state.session, staff, node, wall_ms())
        if page is None:
            raise HTTPException(404, _("There is no node %(id)s.") % {"id": node})
        may = current_user(request).may("masters.edit", page.line.node.hall)
        return self._page(request, "live/node.html", page=page, may_decide=may)

    @route("/{node:name}/copies/{copy:number}", methods=["POST"], name="node-copy")
    async def decide(self, request: Request) -> Response:
        """What the office says of a copy that stands aside."""
        node, form, user = request.path_params["node"], await request.form(), current_user(request)
        hall = await anyio.to_thread.run_sync(nodes_query.hall_of, request.state.session, node)
        if hall is None or not user.may("masters.edit", hall):
            raise HTTPException(403, _("Your roles do not let you decide about this node."))
        here = self.back(request, "node", node=node)
        try:
            done = await anyio.to_thread.run_sync(self._decide, request.path_params["copy"], node, form, user.actor)
        except Refused:
            flash(request, _("The other node of this name is still heard: switch it off first."), "error")
        except Unknown:
            flash(request, _("This copy does not stand aside any more."), "error")
        except Invalid as error:
            flash(request, error.detail, "error")
        else:
            flash(request, done, "success")
        return here

    def _decide(self, copy: int, node: str, form: FormData, by: Actor) -> str:
        """Gives the sentence about what was done."""
        let_in = form.get("what") == "let_in"
        if let_in and form.get("sure") != "1":
            raise Invalid(_("Say that the other one is switched off for good: tick the box."), "sure")
        with writing(self._engine).begin() as connection:
            act = copies.let_in if let_in else copies.gone
            act(connection, node, copy, by, wall_ms())
        self._refresh()
        if let_in:
            return _("It speaks for this hall from its next report on, within two minutes.")
        return _("It is put down as gone. Should it come again, it stands aside again.")

    def _page(self, request: Request, template: str, **more: object) -> Response:
        context = {
            "said": said,
            "told": told,
            "moment": lambda at: shown.moment(at, get_timezone()),
            "ago": lambda at: shown.coarse((wall_ms() - at) / 1000),
            "dead": dead_words.why,
            "verdicts": dict(codes.VERDICT),
            "verdict_colours": codes.VERDICT_COLOURS,
            "directives": dict(codes.DIRECTIVE),
            "issuer": codes.issuer,
            "outcomes": dict(codes.OUTCOME),
            "outcome_colours": codes.OUTCOME_COLOURS,
            **more,
        }
        return self.show(request, template, context)
