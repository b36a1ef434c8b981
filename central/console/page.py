"""What our own pages share: a template rendered inside the console."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import CustomView

from central.console.people.login import current_user
from central.people.roles import Right


class Page(CustomView):
    """A page of the console with a template of its own. `right`: who may open it; None: everybody of the staff."""

    right: Right | None = None

    def is_accessible(self, request: Request) -> bool:
        """Who has the right."""
        return self.right is None or current_user(request).may(self.right)

    def show(self, request: Request, template: str, context: Mapping[str, Any]) -> Response:
        """The page; `context` is joined by what every page has."""
        assert self._admin is not None, "a page is shown only after it was added to the console"
        return self._admin._template_response(request, template, {"title": self.title(request), **context})

    @property
    def environment(self) -> Environment:
        """The console's templates."""
        assert self._admin is not None, "a page is shown only after it was added to the console"
        return self._admin.templates.env
