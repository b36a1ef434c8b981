"""The public site served on loopback, and browsers of several sizes; whatever a browser complains of fails the test."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from tests.public_world import PublicWorld

WIDE, PHONE, SMALL = {"width": 1280, "height": 800}, {"width": 390, "height": 844}, {"width": 320, "height": 568}
SIZES = {"wide": WIDE, "phone": PHONE, "small": SMALL}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Any]:
    """The world, with `url`; `stop()` takes its network away."""
    world: Any = PublicWorld(f"sqlite:///{tmp_path}/site.db")
    taken = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(world.app, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    world.url = f"http://127.0.0.1:{taken.getsockname()[1]}"

    def stop() -> None:
        server.should_exit = True
        thread.join(60)

    world.stop = stop
    yield world
    stop()
    world.close()


@pytest.fixture
def opened(chromium: Browser, site: Any) -> Iterator[Opener]:
    """Opens the first page: size, language, scripts or none, light or dark."""
    complaints: list[str] = []
    contexts = []

    def opening(size: str = "wide", lang: str = "en", script: bool = True, path: str = "/", **more: Any) -> Page:
        context = chromium.new_context(viewport=SIZES[size], locale=LOCALES[lang], java_script_enabled=script, **more)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: asked.url.startswith((site.url, "data:")) or complaints.append(asked.url))
        page.goto(site.url + path)
        return page

    yield opening
    for context in contexts:
        context.close()
    expected = ("status of 4", "ERR_INTERNET_DISCONNECTED")
    assert [one for one in complaints if not any(part in one for part in expected)] == []
