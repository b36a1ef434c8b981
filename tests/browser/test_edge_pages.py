"""The node's pages in a real browser, over the real line and journal: a person presses, others see it."""

import re
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from contract.catalogue import Counter, PauseReason, PriorityClass, Rules, Service
from contract.events import DayClosed, DeviceFailed, ServiceSheet
from contract.messages import StateReport
from edge.clock import Clock, mono_ms
from edge.config import Day, Hall, Node, Settings, Staff, TwinPrinter
from edge.engine import Engine
from edge.errors import DeviceError
from edge.hall.commands import IssueTicket, Record, ResumeHall, SuspendHall
from edge.hall.report import counter_reports, service_reports
from edge.journal import Journal
from edge.web import feed
from edge.web.app import create_app, open_terminals
from edge.web.serve import WebServer
from tests.browser.page_time import stand_still
from tests.browser.staff.conftest import press
from tests.panel_of_keys import NOON, PanelOfKeys

CHROMIUM = "/usr/bin/chromium"
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

SETTINGS = Settings(
    hall=Hall(id="branch", name={"zh": "城东营业厅", "en": "East branch"}),
    node=Node(id="branch-1"),
    day=Day(opens="09:00", last_ticket="16:30", closes="17:00"),
    rules=Rules(rings=2),
    services=(
        Service("savings", "A", {"zh": "储蓄业务", "en": "Savings"}),
        Service("loans", "B", {"zh": "贷款业务", "en": "Loans"}, cap=1),
    ),
    counters=(
        Counter("1", {"zh": "1号窗口", "en": "Counter 1"}, (("savings", "loans"),)),
        Counter("2", {"zh": "2号窗口", "en": "Counter 2"}, (("loans",), ("savings",))),
    ),
    priority_classes=(PriorityClass("elderly", {"zh": "老年人", "en": "Elderly"}),),
    pause_reasons=(PauseReason("meal", {"zh": "用餐", "en": "Meal"}),),
    clerks=(Staff(id="1001", name="王芳"), Staff(id="1002", name="李强")),
    printers=(TwinPrinter(id="printer"),),
)  # fmt: skip


def closed(day: str, issued: int) -> DayClosed:
    savings = ServiceSheet("savings", issued, issued - 4, 2, 1, 1, 372, 1815, 245, {"5": 31, "4": 9, "1": 2})
    return DayClosed(day, (savings, ServiceSheet("loans", 3, 2, 0, 0, 1, None, None, 1260, {})))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Any]:
    begun = mono_ms()
    clock = Clock(wall=lambda: NOON + mono_ms() - begun, synced=lambda: True)
    line = Engine(Journal.open(tmp_path / "journal.db", boot="boot"), clock, SETTINGS)
    line.start()
    panel, reprinted = PanelOfKeys(line, "savings"), list[str]()

    def now() -> int:
        return clock.stamp().at

    def report() -> StateReport:
        view = line.view
        return StateReport(
            "branch-1", "branch", "boot", 1, "epoch", view.seq, now(), True, view.version, view.open,
            service_reports(view, now()), counter_reports(view), [],
        )  # fmt: skip

    terminals = open_terminals(
        Settings(
            hall=SETTINGS.hall,
            node=Node(id="branch-1", data=str(tmp_path)),
            services=SETTINGS.services,
            counters=SETTINGS.counters,
        ),
        now,
    )
    running = SimpleNamespace(line=line, panel=panel, terminals=terminals, printed=[], paper_out=False)

    def print_paper(draw: Any) -> "Future[None]":
        done: Future[None] = Future()
        if running.paper_out:
            done.set_exception(DeviceError("The printer has no paper: put a roll in."))
        else:
            running.printed.append(draw(TwinPrinter(id="printer", chinese="gb18030"), None).decode("gb18030", "ignore"))
            done.set_result(None)
        return done

    def serve(port: int = 0) -> None:
        app = create_app(
            line, SETTINGS, panel, terminals=terminals, report=report, reprint=reprinted.append, clock=now,
            sheets=lambda: [closed("2026-09-20", 80), closed("2026-09-21", 90)], print_paper=print_paper,
        )  # fmt: skip
        running.server = WebServer(app, "127.0.0.1", port)
        running.server.start()
        running.url = running.server.url

    running.serve = serve
    serve()
    yield running
    running.server.stop()
    line.stop()


@pytest.fixture
def open_page(browser: Browser, node: Any) -> Iterator[Any]:
    """Opens a page and fails the test if a script of it complained or the policy blocked anything."""
    complaints: list[str] = []
    contexts = []

    def opened(path: str, size: dict[str, int] = WIDE, zone: str = "Asia/Shanghai") -> Page:
        context = browser.new_context(viewport=size, timezone_id=zone)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(node.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [one for one in complaints if not one.startswith("Failed to load resource")] == []


def waiting(node: Any, service: int = 0) -> int:
    return int(node.line.view.services[service].waiting)


def test_from_the_kiosk_to_the_counter_to_the_display(
    node: Any, open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "CLOCK_S", 3600.0)  # the display's time stands, so that a new call stays a new one
    kiosk, display = open_page("/kiosk?lang=en"), open_page("/display")
    stand_still(display)
    counter = open_page("/counter/1?lang=en")

    counter.click("[data-clerk='1001']")
    expect(counter.locator("#clerk")).to_have_text("Clerk: 王芳")
    kiosk.click("[data-service=savings]")
    expect(kiosk.locator("#ticket-number")).to_have_text("A001")
    expect(kiosk.locator("#ticket-ahead")).to_have_text("0")
    expect(counter.locator("#next-up .number").first).to_have_text("A001")

    press(counter, "n")
    expect(counter.locator("#now .number")).to_have_text("A001")
    newest = display.locator("#calls li").first
    expect(newest.locator(".number")).to_have_text("A001")
    expect(newest.locator(".where")).to_contain_text("1号窗口")
    expect(newest.locator(".where")).to_contain_text("Counter 1")
    expect(newest).to_have_class(re.compile("new"))

    press(counter, "s")
    expect(counter.locator("#status")).to_have_text("being served")
    press(counter, "f")
    expect(counter.locator("#status")).to_have_text("free")
    assert node.line.view.services[0].served == 1


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
@pytest.mark.parametrize("path", ["/kiosk?lang=en", "/kiosk?lang=zh", "/display"])
def test_times_are_the_halls_whatever_zone_the_terminal_is_in(open_page: Any, path: str, zone: str) -> None:
    page = open_page(path, zone=zone)
    expect(page.locator("#time")).to_have_text(re.compile(r"^16:0\d$"))


def test_the_kiosk_says_why_a_service_is_closed_and_clears_itself(node: Any, open_page: Any) -> None:
    kiosk = open_page("/kiosk?lang=en")
    stand_still(kiosk)
    kiosk.click("text=Elderly")
    kiosk.click("[data-service=loans]")
    expect(kiosk.locator("#ticket")).to_be_visible()
    assert node.line.view.services[1].waiting == 1
    expect(kiosk.locator("[data-service=loans]")).to_be_disabled()
    expect(kiosk.locator("[data-service=loans]")).to_contain_text("today's tickets are all taken")
    kiosk.clock.run_for(61_000)
    expect(kiosk.locator("#ticket")).to_be_hidden()
    expect(kiosk).to_have_url(node.url + "/kiosk")
    expect(kiosk.locator(".classes .chosen")).to_have_count(0)


def test_the_kiosk_tells_the_customer_to_remember_the_number_when_no_slip_comes(node: Any, open_page: Any) -> None:
    kiosk = open_page("/kiosk?lang=en")
    expect(kiosk.locator("#trouble")).to_be_hidden()
    node.line.submit(Record(DeviceFailed("printer", "printer", "paper is out"))).result(60)
    expect(kiosk.locator("#trouble")).to_contain_text("remember your number")
    kiosk.click("[data-service=savings]")
    expect(kiosk.locator("#ticket-advice")).to_contain_text("take a picture")


def test_a_node_that_went_away_is_said_and_its_return_noticed(node: Any, open_page: Any) -> None:
    kiosk = open_page("/kiosk?lang=en")
    expect(kiosk.locator("[data-service=savings]")).to_contain_text("Waiting: 0")
    node.server.stop()
    expect(kiosk.locator("#alone")).to_be_visible()
    node.line.submit(IssueTicket("savings", "ABCDEFGHIJKLM", "test")).result(60)
    node.serve(node.server.port)
    expect(kiosk.locator("[data-service=savings]")).to_contain_text("Waiting: 1")
    expect(kiosk.locator("#alone")).to_be_hidden()


LIT = (
    "() => { const board = document.querySelector('[data-board=summary]');"
    " return board && board.getContext('2d').getImageData(2, 2, 1, 1).data[0] > 200; }"
)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/kiosk?lang=en", "() => document.querySelector('[data-service=savings]')"),
        ("/display", "() => document.querySelector('#queues li')"),
        ("/counter/1?lang=en", "() => document.querySelector('[data-clerk]')"),
        ("/?lang=en", LIT),
    ],
    ids=["kiosk", "display", "counter", "panel"],
)
def test_a_node_that_says_nothing_is_called_lost_and_found_again(
    node: Any, open_page: Any, path: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection stands, as that of a frozen node does, and no message comes. `told`: that the last of the
    first messages has come."""
    page = open_page(path)
    stand_still(page)
    page.wait_for_function(told)
    monkeypatch.setattr(feed.Follower, "due", lambda _: [])
    expect(page.locator("#alone")).to_be_hidden()
    page.clock.run_for(15_000)
    expect(page.locator("#alone")).to_be_hidden()
    page.clock.run_for(7_000)
    expect(page.locator("#alone")).to_be_visible()
    assert float(page.locator("main:visible").evaluate("main => getComputedStyle(main).opacity")) < 1
    page.clock.run_for(2_500)
    expect(page.locator("#alone")).to_be_hidden()


def test_a_kiosk_without_an_answer_says_so_and_the_next_press_is_a_new_one(node: Any, open_page: Any) -> None:
    kiosk = open_page("/kiosk?lang=en")
    stand_still(kiosk)
    held: list[Any] = []
    kiosk.route("**/api/tickets", lambda route: held.append(route))
    kiosk.click("[data-service=savings]")
    expect(kiosk.locator("[data-service=savings]")).to_contain_text("Taking your number")
    kiosk.clock.run_for(9_000)
    expect(kiosk.locator("#toast")).to_have_text("No answer. Please ask the staff.")
    expect(kiosk.locator("[data-service=savings]")).to_be_enabled()
    kiosk.unroute("**/api/tickets")
    with kiosk.expect_request("**/api/tickets") as other:
        kiosk.click("[data-service=savings]")
    expect(kiosk.locator("#ticket-number")).to_have_text("A001")
    assert held[0].request.headers["idempotency-key"] != other.value.headers["idempotency-key"]


def test_a_suspended_hall_says_why_on_every_page(node: Any, open_page: Any) -> None:
    paths = {"/kiosk?lang=zh": "#suspended", "/counter/1": "#suspended", "/": "#suspended", "/display": "#notice"}
    opened = {path: open_page(path) for path in paths}
    for path, place in paths.items():
        expect(opened[path].locator(place)).not_to_contain_text("停电检修")
    node.line.submit(SuspendHall("停电检修", "manager")).result(60)
    for path, place in paths.items():
        expect(opened[path].locator(place)).to_contain_text("暂停取号：停电检修")
    expect(opened["/display"].locator("#notice")).to_contain_text("No tickets at present: 停电检修")
    node.line.submit(ResumeHall("manager")).result(60)
    for path, place in paths.items():
        expect(opened[path].locator(place)).not_to_contain_text("停电检修")


def test_a_hidden_tab_lets_its_connection_go_and_catches_up_when_shown(node: Any, open_page: Any) -> None:
    kiosk = open_page("/kiosk?lang=en")
    expect(kiosk.locator("[data-service=savings]")).to_contain_text("Waiting: 0")
    seen = (
        "(hidden) => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    with kiosk.expect_event("requestfailed", lambda request: "/api/stream" in request.url):
        kiosk.evaluate(seen, True)
    node.line.submit(IssueTicket("savings", "ABCDEFGHIJKLM", "test")).result(60)
    kiosk.evaluate(seen, False)
    expect(kiosk.locator("[data-service=savings]")).to_contain_text("Waiting: 1")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["/", "/kiosk", "/counter/1", "/display", "/pair"])
def test_no_page_is_wider_than_its_screen(
    node: Any, open_page: Any, path: str, lang: str, size: dict[str, int]
) -> None:
    page = open_page(f"{path}?lang={lang}", size)
    expect(page.locator("body")).to_be_visible()
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if path == "/display":
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


# --- the day-end sheet --------------------------------------------------------


def test_the_sheet_shows_the_running_day_beside_closed_ones(node: Any, open_page: Any) -> None:
    sheet = open_page("/sheet?lang=en", zone="UTC")
    expect(sheet.locator("#running-at")).to_have_text(re.compile(r"as of 16:0\d"))
    running = sheet.locator("#running-table [data-service=savings] td")
    expect(running.first).to_have_text("0")
    node.line.submit(IssueTicket("savings", "ABCDEFGHIJKLM", "test")).result(60)
    expect(running.first).to_have_text("1")

    expect(sheet.locator("#closed-day")).to_have_text("2026-09-21")
    line = sheet.locator("#closed-table [data-service=savings] td")
    expect(line.first).to_have_text("90")
    heads = sheet.locator("#closed-table thead th").all_inner_texts()[1:]
    told = dict(zip(heads, line.all_inner_texts(), strict=True))
    assert (told["Issued"], told["Mean wait"], told["Rated 5"], told["Not rated"]) == ("90", "6:12", "31", "44")
    assert sheet.locator("#closed-table [data-service=loans] td").all_inner_texts()[5] == "–"
    sheet.select_option("#days", "2026-09-20")
    expect(line.first).to_have_text("80")


def test_the_sheet_is_printed_and_says_when_it_was_not(node: Any, open_page: Any) -> None:
    sheet = open_page("/sheet?lang=zh")
    sheet.click("[data-print=closed]")
    expect(sheet.locator("#toast")).to_have_text("已打印。")
    assert "2026-09-21" in node.printed[0] and "日结单" in node.printed[0]
    node.paper_out = True
    sheet.click("[data-print=running]")
    expect(sheet.locator("#toast")).to_contain_text("请检查设备")
    assert len(node.printed) == 1


def test_the_panel_leads_to_the_sheet_and_paper_shows_one_day_alone(node: Any, open_page: Any) -> None:
    sheet = open_page("/?lang=en")
    sheet.click("text=Day-end sheet")
    expect(sheet).to_have_url(node.url + "/sheet?lang=en")
    sheet.evaluate("window.print = () => {}")
    expect(sheet.locator("#closed-day")).to_have_text("2026-09-21")
    sheet.click("[data-page=closed]")
    sheet.emulate_media(media="print")
    expect(sheet.locator("#running")).to_be_hidden()
    expect(sheet.locator("#closed-table")).to_be_visible()
    expect(sheet.locator("[data-print=closed]")).to_be_hidden()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_sheet_stays_within_the_window(
    node: Any, open_page: Any, tmp_path: Path, size: dict[str, int], lang: str
) -> None:
    sheet = open_page(f"/sheet?lang={lang}", size)
    expect(sheet.locator("#closed-day")).to_have_text("2026-09-21")
    assert sheet.evaluate("document.documentElement.scrollWidth") <= size["width"]
    sheet.screenshot(path=tmp_path / f"sheet-{lang}.png", full_page=True)
