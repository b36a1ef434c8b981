"""The nodes: what each has sent, what is missing, and everything about it that was odd."""

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.i18n import get_timezone, lazy_gettext
from starlette_admin.i18n import gettext as _
from starlette_admin.routing import route

from central.clock import wall_ms
from central.console import codes, shown
from central.console.language import said
from central.console.live import nodes_query
from central.console.page import Page
from central.console.people.login import current_user


class NodesPage(Page):
    """`/nodes` all of them, `/nodes/{node}` one."""

    menu_label = lazy_gettext("Nodes")
    icon = "fa-solid fa-microchip"
    path = "/nodes"
    route_name = "nodes"

    def is_active(self, request: Request) -> bool:
        """On a node's page too."""
        return str(request.scope["path"]).startswith(request.scope["root_path"] + self.path)

    @route("")
    async def index(self, request: Request) -> Response:
        """The overview."""
        staff = current_user(request).staff
        lines = await anyio.to_thread.run_sync(nodes_query.lines, request.state.session, staff, wall_ms())
        return self._page(request, "live/nodes.html", lines=lines)

    @route("/{node}", name="node")
    async def one(self, request: Request) -> Response:
        """One node."""
        node, staff = request.path_params["node"], current_user(request).staff
        page = await anyio.to_thread.run_sync(nodes_query.page, request.state.session, staff, node, wall_ms())
        if page is None:
            raise HTTPException(404, _("There is no node %(id)s.") % {"id": node})
        return self._page(request, "live/node.html", page=page)

    def _page(self, request: Request, template: str, **more: object) -> Response:
        context = {
            "said": said,
            "moment": lambda at: shown.moment(at, get_timezone()),
            "ago": lambda at: shown.coarse((wall_ms() - at) / 1000),
            "verdicts": dict(codes.VERDICT),
            "verdict_colours": codes.VERDICT_COLOURS,
            "outcomes": dict(codes.OUTCOME),
            "outcome_colours": codes.OUTCOME_COLOURS,
            **more,
        }
        return self.show(request, template, context)
