"""The page of a slip on a phone: it fits, it needs no script, it follows the number by itself."""

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from contract import events as e
from tests.centre import CentreBench
from tests.site_world import Site, issued

WHY = e.Why("first_come", "savings", 0, 1)
CALLED = e.TicketCalled("20261122-A001", "A001", "2", "w07", WHY)
PHONE, SMALL = {"width": 390, "height": 844}, {"width": 320, "height": 568}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Any]:
    bench = CentreBench(f"sqlite:///{tmp_path}/centre.db")
    made: Any = Site(bench)
    taken = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(made.app, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    made.tell(*(issued(n) for n in range(1, 5)))
    yield made
    server.should_exit = True
    thread.join(60)
    bench.close()


@pytest.fixture
def phone(chromium: Browser, hall: Any) -> Iterator[Any]:
    """Opens a slip's page; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(number: str, lang: str = "en", size: dict[str, int] = PHONE, **more: Any) -> Page:
        context = chromium.new_context(viewport=size, locale={"en": "en-GB", "zh": "zh-CN"}[lang], **more)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("request", lambda asked: asked.url.startswith((hall.url, "data:")) or complaints.append(asked.url))
        page.goto(f"{hall.url}/t/bank/TOKEN{number}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [one for one in complaints if "404" not in one] == []


def test_the_page_follows_the_number_by_itself(hall: Any, phone: Any) -> None:
    page = phone("A001")
    expect(page.locator(".what")).to_have_text("You are probably next")
    hall.tell(CALLED)
    expect(page.locator(".what")).to_have_text("Please go to Counter 2")
    expect(page).to_have_title(re.compile("^A001 · Please go to Counter 2"))
    page.click("text=中文")
    expect(page.locator(".what")).to_have_text("请到2号窗口办理")
    page.click("text=停止更新")
    expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)
    expect(page.locator(".what")).to_have_text("请到2号窗口办理")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_state_fits_a_small_phone(hall: Any, phone: Any, tmp_path: Path, lang: str, scheme: str) -> None:
    hall.tell(CALLED, e.TicketPassed("20261122-A002", "A002", "1"), e.TicketVoided("20261122-A003", "A003", "closing"))
    for number in ("A001", "A002", "A003", "A004", "NONE"):
        page = phone(number, lang, SMALL if scheme == "dark" else PHONE, color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if lang == "zh" else "en")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), number
        page.screenshot(path=tmp_path / f"{number}-{lang}-{scheme}.png", full_page=True)
    hall.report(online=False)
    hall.bench.wall += 12 * 60_000
    page = phone("A004", lang, color_scheme=scheme)
    expect(page.locator(".warning")).to_be_visible()
    page.screenshot(path=tmp_path / f"offline-{lang}-{scheme}.png", full_page=True)
