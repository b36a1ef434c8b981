"""The guide sign in a real browser, over the example halls: who is where, the way, the wait, what is open, the map."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from edge import config
from edge.clock import Clock, mono_ms
from edge.engine import Engine
from edge.hall.commands import (
    CallNext,
    ChangeCatalogue,
    CloseAlarm,
    Command,
    DeclareEmergency,
    EndEmergency,
    IssueTicket,
    LogIn,
    Pause,
    RaiseAlarm,
    SuspendHall,
)
from edge.journal import Journal
from edge.web.app import create_app, open_terminals
from edge.web.serve import WebServer
from tests.unit.web.conftest import PanelInHand

HALLS = Path(__file__).parents[2] / "firmware_config" / "halls"
MORNING = 1_790_049_600_000 - 2 * 3_600_000
"""2026-09-22 10:00 in Shanghai."""
LYING, UPRIGHT, PHONE = {"width": 1920, "height": 1080}, {"width": 1080, "height": 1920}, {"width": 390, "height": 844}
INSIDE = (
    "(one) => { const at = one.getBoundingClientRect(); return at.left >= -1 && at.top >= -1"
    " && at.right <= innerWidth + 1 && at.bottom <= innerHeight + 1; }"
)


class SignedHall:
    """An example hall as it is shipped, with a journal of its own, at ten in the morning."""

    def __init__(self, folder: Path, name: str, at: int = MORNING) -> None:
        shipped = config.load(HALLS / f"{name}.toml")
        node = msgspec.structs.replace(shipped.node, data=str(folder))
        self.settings = msgspec.structs.replace(shipped, node=node, clerks=())
        begun = mono_ms()
        clock = Clock(wall=lambda: at + mono_ms() - begun, synced=lambda: True)
        self.line = Engine(Journal.open(folder / "journal.db", boot="boot"), clock, self.settings)
        self.line.start()
        app = create_app(
            self.line, self.settings, PanelInHand(), terminals=open_terminals(self.settings, lambda: clock.stamp().at),
            report=lambda: None, reprint=lambda ticket: None, clock=lambda: clock.stamp().at,  # type: ignore[arg-type,return-value]
        )  # fmt: skip
        self.server = WebServer(app, "127.0.0.1", 0)
        self.server.start()

    def do(self, *orders: Command) -> Any:
        return [self.line.submit(order).result(60) for order in orders][-1]

    def take(self, service: str, count: int) -> None:
        for _ in range(count):
            self.do(IssueTicket(service, f"ABCDEFGHIJK{self.line.view.seq:04d}", "test"))

    def close(self) -> None:
        self.server.stop()
        self.line.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


Look = Callable[..., Page]


@pytest.fixture
def hall(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SignedHall]:
    made = SignedHall(tmp_path, getattr(request, "param", "government-hall"))
    yield made
    made.close()


@pytest.fixture
def look(hall: SignedHall, browser: Browser) -> Iterator[Look]:
    pages: list[Page] = []
    complaints: list[str] = []

    def open_page(size: dict[str, int] = LYING, path: str = "/guide") -> Page:
        page = browser.new_context(viewport=size, reduced_motion="reduce").new_page()  # type: ignore[arg-type]
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        pages.append(page)
        page.goto(hall.server.url + path)
        expect(page.locator("#zones [data-service]").first).to_be_visible()
        return page

    yield open_page
    for page in pages:
        page.context.close()
    assert complaints == []


def busy(hall: SignedHall) -> None:
    """A morning: windows open, one paused, people waiting."""
    if hall.settings.hall.id == "bank-branch":
        hall.do(LogIn("1", "a"), LogIn("3", "c"))
        hall.take("personal", 7)
        return
    for counter in "1235678":
        hall.do(LogIn(counter, f"clerk-{counter}"))
    hall.take("consult", 3)
    hall.take("social", 12)
    hall.take("tax", 4)
    hall.do(CallNext("1"), Pause("6", "meal"))


@pytest.mark.clause("S4-22")
def test_who_comes_in_reads_where_every_service_is_how_to_get_there_and_how_long_it_takes(
    hall: SignedHall, look: Look
) -> None:
    busy(hall)
    page = look()
    area = page.locator("#zones [data-zone=a]")
    for words in ("A等候区", "Waiting area A", "进门左侧", "Left of the entrance"):
        expect(area).to_contain_text(words)
    social = area.locator("[data-service=social]")
    for words in ("B", "社会保险", "Social insurance", "12人等候", "12 waiting"):
        expect(social).to_contain_text(words)
    assert [one.inner_text() for one in social.locator(".window").all()] == ["1", "2", "3", "4"]
    expect(social.locator(".range").first).to_contain_text("分钟")
    expect(social.locator(".range").last).to_contain_text("min")
    kiosk = page.locator("#places [data-place=kiosk]")
    for words in ("取号机", "Ticket kiosk", "左手边", "Straight on, left hand", "开放中 Open now"):
        expect(kiosk).to_contain_text(words)
    expect(page.locator("#places [data-place=desk]")).to_contain_text("开放中")
    expect(page.locator("#places [data-place=statements]")).to_contain_text("社保自助终端")
    sign = page.locator("#map svg")
    expect(sign).to_have_attribute("aria-label", "大厅平面图 Map of the hall")
    assert [one.get_attribute("data-zone") for one in sign.locator(".zone").all()] == ["a", "b"]
    assert {one.get_attribute("data-place") for one in sign.locator(".place").all()} == {
        each.id for each in hall.settings.places
    }
    expect(sign.locator("[data-place=entrance].here")).to_contain_text("您在此处")


@pytest.mark.clause("S1-41")
def test_windows_are_grouped_into_areas_by_the_layout_and_customers_are_sent_there(
    hall: SignedHall, look: Look
) -> None:
    """Window 4 does taxes first, and still stands on the left, where its households wait."""
    known = hall.line.ask(lambda state: state.catalogue).result(60)
    assert known is not None
    assert {zone.id: zone.windows for zone in known.zones} == {"a": ("1", "2", "3", "4"), "b": ("5", "6", "7", "8")}
    other = tuple(
        msgspec.structs.replace(each, serves=(("tax",), ("household",))) if each.id == "4" else each
        for each in known.counters
    )
    hall.do(ChangeCatalogue(msgspec.structs.replace(known, version=known.version + 1, counters=other)))
    page = look()
    for area, windows in (("a", ["1", "2", "3", "4"]), ("b", ["5", "6", "7", "8"])):
        shown = page.locator(f"#map [data-zone={area}] .window")
        expect(shown).to_have_text(windows)
    household = page.locator("#zones [data-zone=a] [data-service=household]")
    assert [one.inner_text() for one in household.locator(".window").all()] == ["1", "3", "4"]
    assert page.locator("#zones [data-zone=b] [data-service=household]").count() == 0


def test_what_is_open_shows_at_once_when_it_changes(hall: SignedHall, look: Look) -> None:
    busy(hall)
    page = look()
    tax = page.locator("#zones [data-service=tax]")
    expect(tax.locator("[data-counter='6']")).to_have_attribute("aria-label", "6号窗口 Window 6 暂停服务 Paused")
    expect(page.locator("#zones [data-service=social] [data-counter='4']")).to_have_class("window closed")
    expect(page.locator("#map .zone .window.closed")).to_have_count(1)
    expect(tax).to_contain_text("4人等候")
    hall.do(LogIn("4", "clerk-4"))
    hall.take("tax", 1)
    expect(tax).to_contain_text("5人等候")
    expect(page.locator("#map .zone .window.closed")).to_have_count(0)
    expect(page.locator("#state")).to_contain_text("Tickets can be taken now")
    hall.do(SuspendHall("停电检修", "wang"))
    expect(page.locator("#state")).to_contain_text("停电检修")
    expect(page.locator("#places [data-place=kiosk]")).not_to_contain_text("Open now")
    expect(page.locator("#zones [data-service=household]")).to_contain_text("暂停取号")


@pytest.mark.parametrize("hall", ["government-hall", "bank-branch"], indirect=True)
@pytest.mark.parametrize("size", [LYING, UPRIGHT, PHONE], ids=["lying", "upright", "phone"])
def test_everything_fits_and_no_letter_is_cut(
    hall: SignedHall, look: Look, size: dict[str, int], tmp_path: Any
) -> None:
    busy(hall)
    hall.do(RaiseAlarm("crowd", "kiosk", "guide"))
    page = look(size)
    expect(page.locator("#crowd")).to_be_visible()
    page.screenshot(path=tmp_path / f"guide-{size['width']}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if size is not PHONE:
        for box in (
            ".head",
            "#crowd",
            "#zones",
            "#map",
            "#places-box",
            "#zones .zone:last-child",
            "#places li:last-child",
        ):
            assert page.locator(box).evaluate(INSIDE), box
        zones = page.locator("#zones").bounding_box()
        last = page.locator("#zones .zone").last.bounding_box()
        assert zones is not None and last is not None
        assert last["y"] + last["height"] <= zones["y"] + zones["height"] + 1, "no service hides behind what is below"
    overlaps = page.evaluate(
        """() => { const boxes = ['.head', '#crowd', '#zones', '#map', '#places-box'].map((one) =>
             document.querySelector(one).getBoundingClientRect());
           return boxes.some((one, nth) => boxes.slice(nth + 1).some((other) => one.left < other.right - 1
             && other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1)); }"""
    )
    assert not overlaps
    for card in page.locator("#zones .zone").all():
        assert card.evaluate(
            "(one) => one.scrollHeight <= one.clientHeight + 1 && one.scrollWidth <= one.clientWidth + 1"
        )
    frame = page.locator("#map svg").bounding_box()
    assert frame is not None and frame["width"] > 300
    for word in page.locator("#map text:visible").all():
        shown = word.bounding_box()
        assert shown is not None
        assert frame["x"] - 1 <= shown["x"] and shown["x"] + shown["width"] <= frame["x"] + frame["width"] + 1, (
            word.inner_text()
        )


@pytest.mark.parametrize("size", [LYING, UPRIGHT], ids=["lying", "upright"])
@pytest.mark.parametrize("hall", ["government-hall"], indirect=True)
def test_four_windows_of_a_service_stand_in_one_line(hall: SignedHall, look: Look, size: dict[str, int]) -> None:
    busy(hall)
    windows = look(size).locator("[data-service=social] .window")
    expect(windows).to_have_count(4)
    tops = windows.evaluate_all("(chips) => chips.map((chip) => chip.offsetTop)")
    assert len(set(tops)) == 1


def test_a_screen_at_another_door_says_you_are_here_there(look: Look) -> None:
    page = look(path="/guide?at=west-exit")
    expect(page.locator("#map .here")).to_have_attribute("data-place", "west-exit")
    expect(page.locator("#places [data-place=entrance]")).to_contain_text("正门")


@pytest.mark.parametrize("size", [LYING, UPRIGHT, PHONE], ids=["lying", "upright", "phone"])
def test_in_a_fire_the_sign_is_the_way_out_and_nothing_else(
    hall: SignedHall, look: Look, size: dict[str, int], tmp_path: Any
) -> None:
    busy(hall)
    page = look(size)
    hall.do(RaiseAlarm("fire", "smoke-detector", "keys"))
    cover = page.locator("#emergency")
    expect(cover).to_be_visible()
    page.screenshot(path=tmp_path / f"fire-{size['width']}.png")
    box = cover.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, size["width"], size["height"])
    assert cover.evaluate("(one) => one.scrollHeight <= one.clientHeight && one.scrollWidth <= one.clientWidth")
    for words in ("FIRE", "安全出口", "Way out", "东侧出口", "East exit", "End of the left wall"):
        expect(cover).to_contain_text(words)
    assert {one.get_attribute("data-place") for one in cover.locator("svg .place.out").all()} == {
        "entrance", "east-exit", "west-exit",
    }  # fmt: skip
    hall.do(EndEmergency("wang"))
    expect(cover).to_be_hidden()


def test_where_people_should_stay_no_way_out_is_shown(hall: SignedHall, look: Look) -> None:
    page = look()
    hall.do(DeclareEmergency("power", "wang"))
    expect(page.locator("#emergency")).to_contain_text("POWER")
    expect(page.locator("#emergency .out")).to_have_count(0)


@pytest.mark.clause("S4-43")
def test_before_a_crowded_device_people_are_asked_to_queue_until_it_is_over(hall: SignedHall, look: Look) -> None:
    """Kiosk, display and sign ask everybody, in both languages, and blame nobody."""
    kiosk, display, sign = look(LYING), look(LYING), look(LYING)
    kiosk.goto(hall.server.url + "/kiosk")
    display.goto(hall.server.url + "/display")
    hall.do(RaiseAlarm("help", "service-desk", "keys"))
    raised = hall.do(RaiseAlarm("crowd", "kiosk", "keys")).events[0].event
    places = ((kiosk, "#crowd"), (display, "#notice"), (sign, "#crowd"))
    for page, where in places:
        expect(page.locator(where)).to_contain_text("请排队使用，一次一人。等候超过5人时")
        expect(page.locator(where)).to_contain_text("Please queue, one at a time. If more than 5 are waiting")
    hall.do(CloseAlarm(raised.alarm, "guide", "second kiosk opened"))
    for page, where in places:
        expect(page.locator(where).filter(has_text="Please queue", visible=True)).to_have_count(0)
