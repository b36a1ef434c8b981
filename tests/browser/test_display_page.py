"""The hall display in a real browser: pictures of a hall as the line would publish them, seen from across the room."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from contract.catalogue import Counter, PauseReason, Service, Text, Zone
from edge.clock import wall_ms
from edge.config import Display, Hall, Kiosk, Node, Settings
from edge.config import catalogue as catalogue_of
from edge.hall.state import RecentCall, State
from edge.hall.view import AlarmView, CounterView, HallView, ServiceView
from edge.line_news import LineHealth
from edge.web.app import create_app, open_terminals
from edge.web.serve import WebServer
from tests.browser.page_time import stand_still

CHROMIUM = "/usr/bin/chromium"
SCREEN = {"width": 1920, "height": 1080}
PHONE = {"width": 390, "height": 844}

SERVICES = (
    Service("general", "A", {"zh": "综合业务", "en": "General services"}, zone="east"),
    Service("savings", "B", {"zh": "储蓄业务", "en": "Savings"}, zone="west"),
    Service("permits", "C", {"zh": "行政许可", "en": "Permits and licences"}, zone="west"),
)
COUNTERS = tuple(
    Counter(str(n), {"zh": f"{n}号窗口", "en": f"Counter {n}"}, (("general", "savings", "permits"),))
    for n in range(1, 7)
)


def settings(tmp_path: Any, width_mm: int = 1210, digit_mm: int = 40) -> Settings:
    return Settings(
        hall=Hall(id="east", name={"zh": "东城政务大厅", "en": "East Hall"}),
        node=Node(id="east-1", data=str(tmp_path)),
        services=SERVICES,
        counters=COUNTERS,
        zones=(
            Zone("east", {"zh": "东侧等候区", "en": "East side"}),
            Zone("west", {"zh": "西侧等候区", "en": "West side"}),
        ),
        pause_reasons=(PauseReason("meal", {"zh": "就餐", "en": "Meal"}),),
        kiosk=Kiosk(enquiry_phone="010-12345678"),
        display=Display(width_mm=width_mm, digit_mm=digit_mm),
    )  # fmt: skip


def counter(ident: str, status: str = "idle", **more: Any) -> CounterView:
    names: Text = {"zh": f"{ident}号窗口", "en": f"Counter {ident}"}
    return CounterView(
        ident, names, ("general", "savings", "permits"), status,  # type: ignore[arg-type]
        **{"since": 0, "clerk": None, "clerk_name": None, "ticket": None, "number": None, "service": None,
           "lane": None, "priority_class": None, "issued_at": None, "called_at": None, "started_at": None, "calls": 0,
           "why": None, "pause_reason": None, "cover": None, "waiting": 0, "next_up": (), "passed": (), "undo": None,
           "rate_ticket": None, "rate_number": None, "rate_until": 0} | more,
    )  # fmt: skip


def call(number: str, at_counter: str, ago_s: int = 3600, calls: int = 1) -> RecentCall:
    service = {"A": "general", "B": "savings", "C": "permits"}[number[0]]
    return RecentCall(f"d-{number}", number, service, at_counter, wall_ms() - ago_s * 1000, calls)


SOON = -60
"""Called a minute from now: new for as long as a test may take, and eight seconds."""

CALLS = (("A018", "3"), ("B007", "1"), ("A017", "2"), ("C002", "6"), ("B006", "1"), ("A016", "3"))


def picture(**more: Any) -> HallView:
    services = tuple(
        ServiceView(one.id, one.letter, one.name, one.zone, waiting, None, None, 0, 0, 0, None)
        for one, waiting in zip(SERVICES, (12, 3, 0), strict=True)
    )
    counters = tuple(counter(str(n)) for n in range(1, 7))
    calls = tuple(call(number, at, 3600 + n) for n, (number, at) in enumerate(CALLS))
    plain = HallView(
        1, wall_ms(), 1, "east", {"zh": "东城政务大厅", "en": "East Hall"}, None, True, None,
        services, counters, calls, (), {},
    )  # fmt: skip
    return msgspec.structs.replace(plain, **more)


class ShownLine:
    """A line that publishes the pictures it is given."""

    def __init__(self, offered: Settings, view: HallView) -> None:
        self.view = view
        self._state = State(catalogue=catalogue_of(offered))
        self._told: list[Callable[[Any], None]] = []
        self.health = LineHealth("running")

    def subscribe(self, told: Callable[[Any], None]) -> Callable[[], None]:
        self._told.append(told)
        return lambda: self._told.clear()

    def ask(self, question: Callable[[State], Any]) -> "Future[Any]":
        done: Future[Any] = Future()
        done.set_result(question(self._state))
        return done

    def publish(self, **more: Any) -> None:
        self.view = msgspec.structs.replace(self.view, seq=self.view.seq + 1, at=wall_ms(), **more)
        for told in list(self._told):
            told(SimpleNamespace(recorded=(), view=self.view))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


class Wall:
    """The hall's screen: a line to publish on, and pages looking at it."""

    def __init__(self, browser: Browser, offered: Settings) -> None:
        self._browser, self._offered = browser, offered
        self.line = ShownLine(offered, picture())
        self.notices: list[Text] = []
        self._pages: list[Page] = []
        self.complaints: list[str] = []
        app = create_app(
            self.line, offered, SimpleNamespace(),  # type: ignore[arg-type]
            terminals=open_terminals(offered, wall_ms), report=lambda: None, reprint=lambda ticket: None,  # type: ignore[arg-type,return-value]
            notices=lambda: list(self.notices), clock=wall_ms,
        )  # fmt: skip
        self._server = WebServer(app, "127.0.0.1", 0)
        self._server.start()

    def look(self, path: str = "/display", size: dict[str, int] = SCREEN, **more: Any) -> Page:
        context = self._browser.new_context(viewport=size, **more)  # type: ignore[arg-type]
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.goto(self._server.url + path)
        expect(page.locator("#queues li").first).to_be_visible()
        page.wait_for_function("document.fonts.status === 'loaded'")
        page.wait_for_function("getComputedStyle(document.body).getPropertyValue('--digit') !== '0px'")
        self._pages.append(page)
        return page

    def close(self) -> None:
        for page in self._pages:
            page.context.close()
        self._server.stop()


@pytest.fixture
def hang(browser: Browser, tmp_path: Any) -> Iterator[Callable[..., Wall]]:
    hung: list[Wall] = []

    def make(**sizes: int) -> Wall:
        hung.append(Wall(browser, settings(tmp_path, **sizes)))
        return hung[-1]

    yield make
    for wall in hung:
        wall.close()
        assert wall.complaints == []


@pytest.fixture
def wall(hang: Callable[..., Wall]) -> Wall:
    return hang()


def digit_px(page: Page, nth: int) -> int:
    """How high the digits of a called number are as the browser draws them: its picture's right half, letters left."""
    shot = Image.open(io.BytesIO(page.locator("#calls li .number").nth(nth).screenshot())).convert("L")
    text = page.locator("#calls li .number").nth(nth)
    drawn = text.evaluate(
        "(one) => { const all = document.createRange(); all.selectNodeContents(one);"
        " return all.getBoundingClientRect().width; }"
    )
    digits = shot.crop((int(drawn * 0.4), 0, int(drawn), shot.height))
    ground = digits.getpixel((digits.width - 1, 0))
    inked = digits.point(lambda value: 255 if abs(value - ground) > 60 else 0)
    box = inked.getbbox()
    assert box is not None
    return box[3] - box[1]


@pytest.mark.parametrize(
    ("width_mm", "digit_mm"), [(1210, 40), (600, 40), (520, 40), (1430, 60)], ids=["55in", "27in", "24in", "65in-60mm"]
)
def test_digits_of_every_called_number_are_as_high_as_the_screen_s_size_asks(
    hang: Callable[..., Wall], width_mm: int, digit_mm: int
) -> None:
    page = hang(width_mm=width_mm, digit_mm=digit_mm).look()
    rows = page.locator("#calls li .number")
    expect(rows.first).to_have_text("A018")
    assert rows.count() >= 2
    for nth in range(rows.count()):
        assert digit_px(page, nth) * width_mm / SCREEN["width"] >= digit_mm
    for row in page.locator("#calls li:not(.empty)").all():
        assert row.evaluate("(one) => one.scrollWidth <= one.clientWidth"), "no number is cut off at its side"


def test_a_wider_screen_holds_more_calls_and_never_more_than_five(hang: Callable[..., Wall]) -> None:
    expect(hang(width_mm=1210).look().locator("#calls li")).to_have_count(5)
    rows = hang(width_mm=520).look().locator("#calls li")
    expect(rows).not_to_have_count(5)
    assert 2 <= rows.count() < 5


def test_the_newest_call_is_on_top_blinks_and_a_repeated_one_says_so(wall: Wall) -> None:
    page = wall.look()
    expect(page.locator("#calls li.new")).to_have_count(0)
    wall.line.publish(recent=(call("C003", "4", SOON), *wall.line.view.recent[:5]))
    first = page.locator("#calls li").first
    expect(first).to_have_attribute("data-number", "C003")
    expect(first).to_contain_text("4号窗口")
    expect(first).to_contain_text("Counter 4")
    expect(page.locator("#calls li.new")).to_have_count(1)
    blinking = "(one) => getComputedStyle(one).animationName"
    assert first.evaluate(blinking) == "call"
    assert page.locator("#calls li").nth(1).evaluate(blinking) == "none"
    wall.line.publish(recent=(call("C003", "4", SOON, 2), *wall.line.view.recent[1:]))
    expect(first).to_have_class("new again")
    expect(first).to_contain_text("再次呼叫")
    expect(first).to_contain_text("Called again")


@pytest.mark.clause("S1-43")
def test_it_says_the_business_who_waits_the_way_and_the_phone_in_both_languages(wall: Wall) -> None:
    page = wall.look()
    expect(page.locator("[data-service=general]")).to_contain_text("综合业务")
    expect(page.locator("[data-service=general]")).to_contain_text("General services")
    expect(page.locator("[data-service=general] .count")).to_have_text("12")
    expect(page.locator("#notice")).to_contain_text("办理流程：取号、候号、到窗口办理、评价")
    expect(page.locator("#notice")).to_contain_text("Take a number, wait for your call, go to the window")
    expect(page.locator("#phone")).to_have_text("咨询电话 Enquiries 010-12345678")


def test_notices_run_through(wall: Wall) -> None:
    wall.notices.append({"zh": "本周六照常办公", "en": "Open this Saturday"})
    page = wall.look()
    run = page.locator("#notice .run")
    expect(run).to_contain_text("本周六照常办公")
    expect(run).to_contain_text("Open this Saturday")
    left = "(one) => one.getBoundingClientRect().left"
    before = run.evaluate(left)
    page.wait_for_function(
        "(was) => document.querySelector('#notice .run').getBoundingClientRect().left < was", arg=before
    )
    speed = float(run.evaluate("(one) => one.offsetWidth / parseFloat(getComputedStyle(one).animationDuration)"))
    assert 100 < speed < 250, "px a second: it can be read"


def test_who_wants_no_motion_gets_none_and_reads_everything_all_the_same(wall: Wall) -> None:
    wall.notices.append({"zh": "本周六照常办公", "en": "Open this Saturday"})
    page = wall.look(reduced_motion="reduce")
    stand_still(page)
    wall.line.publish(recent=(call("C003", "4", SOON), *wall.line.view.recent[:5]))
    expect(page.locator("#calls li.new")).to_have_count(1)
    moving = "() => document.getAnimations().filter((one) => one.playState === 'running').length"
    assert page.evaluate(moving) == 0
    read = set()
    for _ in range(4):
        read.add(page.locator("#notice").inner_text())
        page.clock.run_for(8_000)
    assert len(read) == 3
    assert any("本周六照常办公" in one and "Open this Saturday" in one for one in read)


def test_windows_that_serve_nobody_are_named_with_the_reason(wall: Wall) -> None:
    page = wall.look()
    expect(page.locator("#windows-box")).to_be_hidden()
    counters = list(wall.line.view.counters)
    counters[1] = counter("2", "paused", pause_reason="meal")
    counters[4] = counter("5", "closed")
    wall.line.publish(counters=tuple(counters))
    expect(page.locator("#windows li")).to_have_count(2)
    expect(page.locator("[data-counter='2']")).to_contain_text("2号窗口 · 暂停服务 · 就餐")
    expect(page.locator("[data-counter='2']")).to_contain_text("Counter 2 · Paused · Meal")
    expect(page.locator("[data-counter='5']")).to_contain_text("5号窗口 · 暂未开放")


@pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["screen", "phone"])
@pytest.mark.parametrize("kind", ["fire", "incident", "power", "network", "device"])
def test_an_emergency_covers_the_screen_in_both_languages_until_it_ends(
    wall: Wall, kind: str, size: dict[str, int]
) -> None:
    page = wall.look(size=size)
    cover = page.locator("#emergency")
    expect(cover).to_be_hidden()
    wall.line.publish(emergency=kind)
    expect(cover).to_be_visible()
    box = cover.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, size["width"], size["height"])
    assert cover.evaluate("(one) => one.scrollHeight <= one.clientHeight && one.scrollWidth <= one.clientWidth")
    chinese, english = cover.locator("h2").all_inner_texts()
    assert chinese and english.isupper() and english.isascii()
    assert len(cover.locator("p").all_inner_texts()) == 2
    wall.line.publish(emergency=None)
    expect(cover).to_be_hidden()
    expect(cover).to_have_text("")


def test_no_alarm_is_seen(wall: Wall) -> None:
    page = wall.look()

    def shown() -> list[str]:
        """All but the clock and the notices, which change by themselves."""
        return [page.locator(part).inner_text() for part in ("#hall", ".calls", ".side")]

    before = shown()
    wall.line.publish(alarms=(AlarmView("1", "silent", "counter:2", wall_ms()),))
    wall.line.publish(suspended="停电检修")  # seen, so the alarm before it has come through too
    expect(page.locator("#notice")).to_contain_text("停电检修")
    wall.line.publish(suspended=None)
    expect(page.locator("#notice")).not_to_contain_text("停电检修")
    assert shown() == before
    assert "silent" not in page.locator("body").inner_text()


@pytest.mark.clause("S0-32")
def test_the_screen_of_a_waiting_area_shows_its_own_calls_and_queues(wall: Wall) -> None:
    page = wall.look("/display?zone=west")
    expect(page.locator("#hall")).to_contain_text("西侧等候区")
    expect(page.locator("#calls li .number")).to_have_text(["B007", "C002", "B006"])
    expect(page.locator("#queues li")).to_have_count(2)
    expect(page.locator("#queues")).not_to_contain_text("综合业务")


def test_before_the_first_call_it_asks_to_watch_in_both_languages(wall: Wall) -> None:
    wall.line.publish(recent=())
    page = wall.look()
    expect(page.locator("#calls li.quiet")).to_contain_text("请留意屏幕及语音叫号")
    expect(page.locator("#calls li.quiet")).to_contain_text("listen for your number")


def test_a_slip_that_was_not_printed_is_asked_for(wall: Wall) -> None:
    wall.line.publish(slips_for_staff=("A021",))
    page = wall.look()
    expect(page.locator("#notice")).to_contain_text("A021号票未打印，请咨询导办台")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [SCREEN, PHONE, {"width": 1080, "height": 1920}], ids=["screen", "phone", "upright"])
def test_everything_fits_on_the_screen(wall: Wall, size: dict[str, int], lang: str, tmp_path: Any) -> None:
    counters = list(wall.line.view.counters)
    counters[1] = counter("2", "paused", pause_reason="meal")
    counters[4] = counter("5", "closed")
    wall.line.publish(counters=tuple(counters), recent=(call("A019", "4", 0, 2), *wall.line.view.recent[:5]))
    page = wall.look(f"/display?lang={lang}", size)
    for box in ("html", "main", ".calls", ".side", ".foot", "#windows-box"):
        inside = (
            "(one) => { const at = one.getBoundingClientRect(); return at.left >= 0 && at.top >= 0"
            " && at.right <= innerWidth + 1 && at.bottom <= innerHeight + 1; }"
        )
        assert page.locator(box).evaluate(inside), box
    page.screenshot(path=tmp_path / f"display-{lang}-{size['width']}.png")
