"""People, the audit trail and master data in a real browser; and coming in by single sign-on."""

import re
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from central import live
from central.audit import SYSTEM
from central.config import Oidc
from central.console import mount
from central.console.people.single_sign_on import SingleSignOn
from central.db.engine import writing
from central.masters import files
from central.masters.take_over import take_over
from tests import console_world as world
from tests.oidc_provider import CLIENT, SECRET, Provider

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PAGES = (
    "/people", "/people/new", "/people/1", "/audit", "/masters/matters", "/masters/matters/estate-inherit",
    "/masters/types", "/masters/materials", "/masters/posts/window", "/masters-halls", "/masters-halls/hall-001",
    "/duties", "/duties?hall=hall-001", "/account",
)  # fmt: skip
UNNAMED = """[...document.querySelectorAll('.page-wrapper :is(input:not([type=hidden]), select, textarea)')]
    .filter(field => !field.labels?.length && !field.ariaLabel).map(field => field.name)"""
"""Fields that a screen reader could not tell."""


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[str]:
    engine = world.new_engine(f"sqlite:///{tmp_path_factory.mktemp('people') / 'centre.db'}")
    world.fill(engine, halls=3, now=time.time_ns() // 10**6, tickets=20)
    with writing(engine).begin() as connection:
        files.load_sample(connection, at=1, by=SYSTEM)
        take_over(connection, "hall-001", at=1, by=SYSTEM)
    feed = live.Live()
    feed.load(live.read(engine))
    oidc = Oidc(issuer=provider.issuer, client_id=CLIENT, name="Town account", roles={"hotline": ("operator",)})
    app = FastAPI()
    mount(app, engine, feed, world.SETTINGS, elsewhere=SingleSignOn(oidc, SECRET))
    taken = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{taken.getsockname()[1]}/console"
    server.should_exit = True
    thread.join(60)
    engine.dispose()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Desk:
    """A browser at the console; `faults` are what went wrong in it."""

    def __init__(self, chromium: Browser, address: str, size: dict[str, int] = WIDE, language: str = "en") -> None:
        self.context: BrowserContext = chromium.new_context(viewport=size)  # type: ignore[arg-type]
        self.context.add_cookies([{"name": "language", "value": language, "url": address}])
        self.address, self.faults = address, list[str]()
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.faults.append(said.text))
        self.page.goto(address + "/login")

    def log_in(self, name: str, password: str = world.PASSWORD) -> Page:
        self.page.fill("#username", name)
        self.page.fill("#password", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(re.compile(r"/console/$"))
        return self.page


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_fits_its_window_in_both_languages(
    chromium: Browser, address: str, size: dict[str, int], language: str
) -> None:
    desk = Desk(chromium, address, size, language)
    page = desk.log_in("boss")
    for path in PAGES:
        assert page.goto(address + path).status == 200, path  # type: ignore[union-attr]
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{path} runs out of the window"
        unnamed = page.evaluate(UNNAMED)
        assert unnamed == [], f"{path}: fields without a name"
    assert desk.faults == []
    desk.context.close()


@pytest.mark.clause("S0-2")
def test_an_account_is_made_by_hand_and_its_owner_comes_in(chromium: Browser, address: str) -> None:
    desk = Desk(chromium, address, NARROW)
    page = desk.log_in("boss")
    page.goto(address + "/people")
    page.get_by_role("link", name="New account").click()
    page.get_by_label("Name to log in with").fill("wangfang")
    page.get_by_label("First password").fill("a good long password")
    page.get_by_label("Called").fill("王芳")
    page.get_by_label("window clerk").check()
    page.get_by_label("Dongcheng Government Hall 1").check()
    page.get_by_label("Post").select_option("window")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The account is there.")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("王芳"))).to_contain_text("window clerk")
    page.goto(address + "/audit?action=user.created")
    expect(page.locator("table")).to_contain_text("wangfang")
    desk.context.close()
    other = Desk(chromium, address)
    other.log_in("wangfang", "a good long password")
    expect(other.page.get_by_text("Administration")).to_have_count(0)
    other.context.close()


def test_a_mistake_is_named_beside_its_field_and_what_was_typed_stays(chromium: Browser, address: str) -> None:
    desk = Desk(chromium, address)
    page = desk.log_in("boss")
    page.goto(address + "/people/new")
    page.get_by_label("Name to log in with").fill("boss")
    page.get_by_label("First password").fill("a good long password")
    page.get_by_label("Called").fill("Another boss")
    page.get_by_role("button", name="Save").click()
    field = page.get_by_label("Name to log in with")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{field.get_attribute('aria-describedby')}")).to_contain_text(
        "an account of this name already"
    )
    expect(page.get_by_label("Called")).to_have_value("Another boss")
    desk.context.close()


@pytest.mark.clause("S4-55")
def test_somebody_comes_in_by_single_sign_on_to_the_page_asked_for(
    chromium: Browser, address: str, provider: Provider
) -> None:
    desk = Desk(chromium, address, NARROW)
    page = desk.page
    page.goto(address + "/nodes")
    page.get_by_role("link", name="Log in with Town account").click()
    page.wait_for_url(re.compile(r"/console/nodes$"))
    expect(page.get_by_text("李霞").first).to_be_visible()
    assert desk.faults == []
    desk.context.close()


def test_who_has_no_role_here_is_told_so_where_he_came_from(
    chromium: Browser, address: str, provider: Provider
) -> None:
    provider.user = {"sub": "u-1", "name": "Somebody", "groups": ["canteen"]}
    desk = Desk(chromium, address)
    desk.page.get_by_role("link", name="Log in with Town account").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("none of your groups has access here")
    expect(desk.page.locator("#username")).to_be_visible()
    desk.context.close()
