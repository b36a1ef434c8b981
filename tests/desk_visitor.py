"""A member of staff with a browserless browser at the booking pages."""

import re
from typing import Any

from starlette.testclient import TestClient

from tests.desk_world import PASSWORD, DeskWorld


class Clerk(TestClient):
    """Logged in under a role's name, in English."""

    def __init__(self, world: DeskWorld, name: str, language: str = "en") -> None:
        super().__init__(world.app, base_url="http://127.0.0.1")
        self.cookies.set("language", language)
        login = {"username": name, "password": PASSWORD}
        assert self.fill("/login", "/login", login, follow_redirects=False).status_code == 303

    def page(self, path: str) -> Any:
        return self.get(f"/console{path}")

    def fill(self, path: str, page: str, form: dict[str, Any], **options: Any) -> Any:
        """Posts a form to `path` with the token of `page`."""
        found = re.search(r'name="csrftoken" value="([^"]+)"', self.page(page).text)
        assert found is not None, f"{page} has no form token"
        return self.post(f"/console{path}", data={**form, "csrftoken": found[1]}, **options)
