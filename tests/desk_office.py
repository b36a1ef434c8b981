"""The booking pages served to a real browser."""

import re
import socket
import threading
from typing import Any

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page

from tests.desk_world import PASSWORD, DeskWorld

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class DeskOffice(DeskWorld):
    """`address` is where the console is."""

    def __init__(self, url: str, **options: Any) -> None:
        super().__init__(url, **options)
        taken = socket.create_server(("127.0.0.1", 0))
        self.server = uvicorn.Server(uvicorn.Config(self.app, log_level="warning", timeout_graceful_shutdown=2))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [taken]}, daemon=True)
        self.thread.start()
        self.address = f"http://127.0.0.1:{taken.getsockname()[1]}"

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join(60)
        super().close()


class Seat:
    """A browser window of somebody logged in; `faults` is what went wrong in it."""

    def __init__(
        self, chromium: Browser, office: DeskOffice, name: str, *, size: dict[str, int] = WIDE, language: str = "en",
        scripts: bool = True,
    ) -> None:  # fmt: skip
        self.context: BrowserContext = chromium.new_context(viewport=size, java_script_enabled=scripts)  # type: ignore[arg-type]
        self.context.add_cookies([{"name": "language", "value": language, "url": office.address}])
        self.faults: list[str] = []
        self.base = office.address + "/console"
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.faults.append(said.text))
        self.page.goto(self.base + "/login")
        self.page.fill("#username", name)
        self.page.fill("#password", PASSWORD)
        self.page.press("#password", "Enter")
        self.page.wait_for_url(re.compile(r"/console/$"))

    def go(self, path: str) -> Page:
        answer = self.page.goto(self.base + path)
        assert answer is not None and answer.status < 400, path
        return self.page

    def press(self, key: str) -> None:
        """A key, once the page that is there has its scripts: until then it leads nowhere."""
        self.page.wait_for_load_state()
        self.page.keyboard.press(key)

    def fits(self) -> bool:
        """Whether the page is no wider than the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
