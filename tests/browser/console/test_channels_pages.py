"""Keys and webhook messages in a real browser, on a desk and on a phone, without scripts too."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import update

from central.console.people.accounts import create_user
from central.db.tables import WebhookDelivery
from tests import console_world
from tests.integration.hooks.conftest import HookWorld
from tests.waiting import until

SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


class Office(HookWorld):
    """A served centre where a partner has booked, and one message was given up."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"sqlite:///{folder}/centre.db")
        create_user(self.world.engine, "boss", console_world.PASSWORD, "admin")
        self.register()
        self.code = self.booked()["code"]
        with self.world.engine.begin() as connection:
            connection.execute(update(WebhookDelivery).values(state="given_up", tries=9, error="timeout 10"))
        taken = socket.create_server(("127.0.0.1", 0))
        self._server = uvicorn.Server(uvicorn.Config(self.centre.app, log_level="warning", timeout_graceful_shutdown=1))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [taken]}, daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{taken.getsockname()[1]}/console"
        until(lambda: self._server.started)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(60)
        super().close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])


@pytest.fixture(params=[(size, scripts) for size in SIZES for scripts in (True, False)], ids=str)
def page(request: pytest.FixtureRequest, browser: Browser, office: Office) -> Iterator[Page]:
    size, scripts = request.param
    context = browser.new_context(viewport=SIZES[size], java_script_enabled=scripts, locale="en-GB")
    shown = context.new_page()
    shown.goto(f"{office.address}/login")
    shown.get_by_label(re.compile("user ?name", re.I)).fill("boss")
    shown.locator("input[name=password]").fill(console_world.PASSWORD)
    with shown.expect_navigation(url=re.compile(r"/console/$")):
        shown.locator("button[type=submit]").first.click()
    yield shown
    context.close()


def test_a_key_is_made_and_a_webhook_registered(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/keys/new")
    page.get_by_label("Whose key it is").fill(f"city app {time.monotonic_ns()}")
    page.get_by_label("Channel").select_option("app")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("status")).to_contain_text("hk_")
    page.get_by_label("Address").fill("https://127.0.0.1.example.org:1/x#y")
    page.get_by_role("button", name="Register it").click()
    expect(page.get_by_label("Address")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#url-fault")).to_contain_text("https://example.org/hooks")
    page.get_by_label("Address").fill("https://example.org/hooks")
    page.get_by_label("Cancelled").check()
    page.get_by_role("button", name="Register it").click()
    expect(page.get_by_role("status")).to_contain_text("whsec_")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"


def test_a_message_is_looked_at_and_sent_again(page: Page, office: Office) -> None:
    with office.world.engine.begin() as connection:
        connection.execute(update(WebhookDelivery).values(state="given_up", tries=9, error="timeout 10"))
    page.goto(f"{office.address}/deliveries?state=given_up")
    expect(page.get_by_text("no answer within 10 s")).to_be_visible()
    page.get_by_text("What was said").click()
    expect(page.locator("pre")).to_contain_text(office.code)
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("No message for this.")).to_be_visible()
    assert {row.state for row in office.deliveries()} == {"waiting"}
