"""The console in a real browser: every page draws, nothing is asked of another host, the board lives."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from central import live
from central.console import mount
from contract.messages import AlarmReport
from tests import console_world as world

PAGES = {
    "board": "/",
    "day figures": f"/today?hall=hall-001&day={world.DAY}",
    "all halls": f"/today?hall=*&day={world.DAY}",
    "tickets": "/tickets/list",
    "ticket": "/tickets/detail?pk=node-001,20261120-Z007",
    "nodes": "/nodes",
    "node": "/nodes/node-001",
    "orders": "/orders",
    "rules": "/rules?hall=hall-002",
    "alerts": "/alerts",
    "messages passed on": "/relays",
    "notices sent": "/outbox",
    "wording": "/wording",
    "wording of one": "/wording/booking.confirmed/sms/zh",
    "alarms": "/alarms/list",
    "events": "/events/list",
    "dead letters": "/dead-letters/list",
}
IN_ORDER = """() => {
    const troubles = [...document.querySelectorAll(".hk-card")].map((one) => Number(one.dataset.trouble));
    return troubles.every((one, nth) => nth === 0 || troubles[nth - 1] >= one);
}"""
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class Office:
    """A served console over `halls` halls; `feed` is its live picture."""

    def __init__(self, folder: Path, halls: int) -> None:
        engine = world.new_engine(f"sqlite:///{folder / 'centre.db'}")
        world.fill(engine, halls=halls, now=time.time_ns() // 1_000_000, tickets=40)
        world.tell_story(engine)
        world.alarms(engine)
        self.feed = live.Live()
        self.feed.load(live.read(engine))
        app = FastAPI()
        mount(app, engine, self.feed, world.SETTINGS)
        taken = socket.create_server(("127.0.0.1", 0))
        self.server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [taken]}, daemon=True)
        self.thread.start()
        self.address = f"http://127.0.0.1:{taken.getsockname()[1]}"

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(60)

    def freshen(self) -> None:
        """Every node that is online reports again, as nodes do."""
        now = time.time_ns() // 1_000_000
        for one in self.feed.news():
            if one.online and one.state is not None:
                self.feed.change([live.StateArrived(one.node, msgspec.structs.replace(one.state, at=now), now)])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"), halls=3)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def large_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("large"), halls=60)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Watched:
    """A browser window that notes what goes wrong in it."""

    def __init__(self, chromium: Browser, office: Office, size: dict[str, int], language: str) -> None:
        self.context: BrowserContext = chromium.new_context(viewport=size)  # type: ignore[arg-type]
        self.context.add_cookies([{"name": "language", "value": language, "url": office.address}])
        self.base = office.address + "/console"
        self.hosts: set[str] = set()
        self.faults: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.faults.append(said.text))

    def log_in(self, name: str = "boss") -> Page:
        self.page.goto(self.base + "/login")
        self.page.fill("#username", name)
        self.page.fill("#password", world.PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(re.compile(r"/console/$"))
        return self.page


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_draws_and_asks_no_other_host(
    chromium: Browser, office: Office, size: dict[str, int], language: str
) -> None:
    window = Watched(chromium, office, size, language)
    page = window.log_in()
    for name, path in PAGES.items():
        assert page.goto(window.base + path).status == 200, name  # type: ignore[union-attr]
        expect(page.locator("h1").last).to_be_visible()
        if name in ("day figures", "all halls"):
            expect(page.locator("#chart-groups svg.apexcharts-svg")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{name} runs out of the window"
    own = urlsplit(office.address).netloc
    assert window.hosts - {own, ""} == set()
    assert window.faults == []
    window.context.close()


def test_the_language_is_switched_by_the_reader(chromium: Browser, office: Office) -> None:
    window = Watched(chromium, office, WIDE, "zh")
    page = window.log_in()
    expect(page.locator("h1").last).to_have_text("实时总览")
    page.get_by_role("button", name="中文").click()
    page.locator("header .language-switcher-item", has_text="English").click()
    expect(page.locator("h1").last).to_have_text("Live board")
    window.context.close()


@pytest.mark.clause("S1-53")
def test_a_call_in_a_hall_appears_on_the_open_board(chromium: Browser, office: Office) -> None:
    window = Watched(chromium, office, WIDE, "en")
    page = window.log_in()
    office.freshen()
    expect(page.locator("#hk-line")).to_have_text("live")
    report = office.feed.snapshot()["node-002"].state
    assert report is not None
    now = time.time_ns() // 1_000_000
    called = msgspec.structs.replace(report.counters[0], status="called", number="Q777")
    counters = [called, *report.counters[1:]]
    office.feed.change([live.StateArrived("node-002", msgspec.structs.replace(report, at=now, counters=counters), now)])
    expect(page.locator("#card-node-002")).to_contain_text("Q777")
    office.feed.change([live.LinkChanged("node-002", False, now)])
    expect(page.locator("#card-node-002")).to_have_attribute("data-link", "offline")
    expect(page.locator("#card-node-002 .hk-link")).to_contain_text(re.compile(r"offline\s*· as of \d+ (s|min) ago"))
    expect(page.locator("[data-sum=offline]")).to_have_text("2")
    assert window.faults == []
    window.context.close()


def test_an_alarm_appears_on_the_open_board_at_once_and_in_the_tab(chromium: Browser, office: Office) -> None:
    window = Watched(chromium, office, WIDE, "en")
    page = window.log_in()
    office.freshen()
    expect(page.locator("#hk-line")).to_have_text("live")
    expect(page).to_have_title(re.compile(r"^\(3\) "))
    report = office.feed.snapshot()["node-001"].state
    assert report is not None
    now = time.time_ns() // 1_000_000
    raised = msgspec.structs.replace(report, at=now, alarms=[AlarmReport("help", "counter:1", now)])
    office.feed.change([live.StateArrived("node-001", raised, now)])
    alarm = page.locator("#card-node-001 .hk-alarm-help")
    expect(alarm).to_contain_text(re.compile(r"help wanted\s*· Counter 1 · since \d\d:\d\d:\d\d"))
    expect(page.locator("[data-sum=alarms]")).to_have_text("4")
    expect(page).to_have_title(re.compile(r"^\(4\) "))
    office.feed.change([live.StateArrived("node-001", msgspec.structs.replace(report, at=now), now)])
    expect(alarm).to_have_count(0)
    assert window.faults == []
    window.context.close()


def test_a_rule_is_changed_in_its_sentence(chromium: Browser, office: Office) -> None:
    window = Watched(chromium, office, WIDE, "en")
    page = window.log_in()
    page.goto(window.base + "/rules?hall=hall-003")
    line = page.locator(".hk-rules li", has_text="A window idle for 5 min")
    expect(line.locator("input[type=number]")).to_be_hidden()
    line.get_by_text("Change").click()
    line.locator("input[type=number]").fill("240")
    line.get_by_role("button", name="Tell the hall").click()
    expect(page.locator("body")).to_contain_text("The rules are on their way")
    expect(page.locator(".badge", has_text="on its way")).to_be_visible()
    expect(page.locator("body")).to_contain_text("A window idle for 4 min while people wait is told of.")
    assert window.faults == []
    window.context.close()


def test_many_halls_stay_readable_sorted_by_trouble_and_found_by_name(chromium: Browser, large_office: Office) -> None:
    window = Watched(chromium, large_office, WIDE, "en")
    page = window.log_in()
    cards = page.locator(".hk-card")
    expect(cards).to_have_count(60)
    page.wait_for_function(IN_ORDER)
    assert int(cards.first.get_attribute("data-trouble") or 0) > 0
    first = cards.first
    expect(first.locator(".hk-services")).to_be_hidden()
    first.locator(".hk-title").click()
    expect(first.locator(".hk-services")).to_be_visible()
    page.fill("#hk-find", "hall-017")
    expect(page.locator(".hk-card:visible")).to_have_count(1)
    page.fill("#hk-find", "")
    page.get_by_role("button", name="Offline", exact=True).click()
    links = page.locator(".hk-card:visible").evaluate_all("all => all.map(one => one.dataset.link)")
    assert links
    assert "online" not in links
    assert window.faults == []
    window.context.close()


def test_a_board_that_hears_nothing_says_so(chromium: Browser, tmp_path: Path) -> None:
    office = Office(tmp_path, halls=2)
    window = Watched(chromium, office, WIDE, "en")
    page = window.log_in()
    expect(page.locator("#hk-line")).to_have_text("live")
    office.stop()
    expect(page.locator("#hk-line")).to_contain_text("connection lost: shown as of")
    expect(page.locator("body")).to_have_class(re.compile("hk-lost"))
    window.context.close()
