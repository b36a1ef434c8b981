"""What our own pages share: a template rendered inside the console."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView

from central.console.who import current_user
from central.errors import CentralError
from central.people.roles import Right


class Page(CustomView):
    """A page of the console with a template of its own. `right`: who may open it; None: everybody of the staff."""

    right: Right | None = None
    below = False
    """Whether the pages below its path belong to its line of the menu."""

    def is_accessible(self, request: Request) -> bool:
        """Who has the right."""
        return self.right is None or current_user(request).may(self.right)

    def is_active(self, request: Request) -> bool:
        """Whether its line of the menu is the one somebody is at."""
        at, here = str(request.scope["path"]), request.scope["root_path"] + self.path
        return at == here or (self.below and at.startswith(f"{here}/"))

    def show(
        self, request: Request, template: str, context: Mapping[str, Any], fault: CentralError | None = None
    ) -> Response:
        """The page; `context` is joined by what every page has. `fault`: what was wrong in its form."""
        assert self._admin is not None, "a page is shown only after it was added to the console"
        whole = {"title": self.title(request), "fault": fault, **context}
        answer: Response = self._admin._template_response(request, template, whole)
        answer.status_code = fault.status if fault else answer.status_code
        return answer

    def address(self, request: Request, name: str, /, **path: object) -> str:
        """The path of one of the console's routes."""
        return str(request.url_for(f"{request.app.state.ROUTE_NAME}:{name}", **path).path)

    def back(self, request: Request, name: str, /, query: str = "", **path: object) -> Response:
        """After something was done."""
        return RedirectResponse(self.address(request, name, **path) + (f"?{query}" if query else ""), 303)

    @property
    def environment(self) -> Environment:
        """The console's templates."""
        assert self._admin is not None, "a page is shown only after it was added to the console"
        return self._admin.templates.env
