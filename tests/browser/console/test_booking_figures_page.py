"""The booking figures in a real browser: every chart draws, on a desk and on a phone, within its edges."""

import re
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, expect, sync_playwright

from central import live
from central.console import mount
from central.console.people.accounts import create_user
from tests import console_world
from tests.figures_world import Story

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    story = Story(f"sqlite:///{tmp_path_factory.mktemp('figures') / 'centre.db'}")
    story.tell()
    create_user(story.engine, "zhao", console_world.PASSWORD, "supervisor")
    feed = live.Live()
    feed.load(live.read(story.engine))
    app = FastAPI()
    mount(app, story.engine, feed, console_world.SETTINGS)
    taken = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{taken.getsockname()[1]}"
    server.should_exit = True
    thread.join(60)
    story.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.mark.clause("S0-58")
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(("language", "title"), [("zh", "预约指标"), ("en", "Booking figures")])
def test_every_chart_draws_and_a_choice_is_taken_at_once(
    chromium: Browser, address: str, size: dict[str, int], language: str, title: str
) -> None:
    context = chromium.new_context(viewport=size)  # type: ignore[arg-type]
    context.add_cookies([{"name": "language", "value": language, "url": address}])
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: said.type == "error" and faults.append(said.text))
    page.goto(f"{address}/console/login")
    page.fill("#username", "zhao")
    page.fill("#password", console_world.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(re.compile(r"/console/$"))
    page.goto(f"{address}/console/booking-figures?since=2026-11-23&until=2026-12-07")
    expect(page.locator(".hk-bar h1")).to_have_text(title)
    for chart in ("days", "channels", "heat"):
        expect(page.locator(f"#chart-{chart} svg.apexcharts-svg")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs over the edge"
    with page.expect_navigation():
        page.select_option("#channel", "app")
    expect(page.locator(".hk-tile dd").first).to_have_text("2")
    expect(page.locator("#since")).to_have_value("2026-11-23")
    assert faults == []
    context.close()
