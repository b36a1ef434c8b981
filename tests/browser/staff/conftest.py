"""A whole hall behind the staff's pages: the real line, journal, check-in and readers' news; twins' papers are kept."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from nacl.encoding import Base64Encoder
from nacl.public import PrivateKey
from playwright.sync_api import Browser, Page, expect, sync_playwright

from contract.catalogue import (
    CheckItem,
    Checklist,
    Counter,
    FailureReason,
    Material,
    PauseReason,
    PriorityClass,
    Rules,
    Service,
)
from contract.messages import StateReport
from edge.clock import ManualClock
from edge.config import Day, Hall, Node, Settings, Staff, TwinPrinter
from edge.engine import Engine
from edge.errors import DeviceError
from edge.hall.commands import CallNext, Command, IssueTicket, LogIn, Start
from edge.hall.report import counter_reports, service_reports
from edge.hall.view import CounterView
from edge.journal import Journal
from edge.people.identity_key import IdentityKey
from edge.people.reception import Reception, open_reception
from edge.people.staff import BadgeLogin, fingerprint_of, hashed
from edge.people.staff import Staff as Proofs
from edge.printing.papers import Found, find_paper
from edge.web.app import create_app, open_terminals
from edge.web.panel import PanelCard, PanelKey
from edge.web.serve import WebServer
from tests.panel_of_keys import NOON, PanelOfKeys

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
BADGE = "04A23B1C"
PIN = "7294"
ALARM_KEY = PanelKey("buttons", "f1", "alarm:fire:east stairs", "fire")
CARDS = (PanelCard("zhang", "Social security card: 张伟"), PanelCard("badge-1", "Staff badge 04A1B2C3D4E501"))
KEY = IdentityKey(b"a key of the tests alone, 32 b..")
SEAL = PrivateKey(b"a seal of the tests alone, 32 b.")
"""The centre's."""


def hall_settings(folder: Path) -> Settings:
    return Settings(
        hall=Hall(id="branch", name={"zh": "城东政务大厅", "en": "East hall"}),
        node=Node(id="branch-1", data=str(folder)),
        day=Day(opens="09:00", last_ticket="16:30", closes="17:00"),
        rules=Rules(rings=2, limit_s=900, limit_complex_s=2700),
        services=(
            Service(
                "social", "A", {"zh": "社保业务", "en": "Social security"}, verify="always",
                materials=("id-card", "form"),
            ),
            Service("estate", "B", {"zh": "不动产登记", "en": "Real estate"}, complexity="complex"),
        ),
        counters=(
            Counter("1", {"zh": "1号窗口", "en": "Counter 1"}, (("social", "estate"),)),
            Counter("2", {"zh": "2号窗口", "en": "Counter 2"}, (("estate",), ("social",))),
            Counter("3", {"zh": "3号窗口", "en": "Counter 3"}, (("social",),)),
        ),
        priority_classes=(PriorityClass("elderly", {"zh": "老年人", "en": "Elderly"}),),
        pause_reasons=(PauseReason("meal", {"zh": "就餐", "en": "Meal"}),),
        materials=(
            Material("id-card", {"zh": "身份证原件", "en": "Identity card"}, original=True),
            Material("form", {"zh": "申请表", "en": "Application form"}),
        ),
        failure_reasons=(
            FailureReason(
                "no-record", {"zh": "查无记录", "en": "No record found"},
                {"zh": "请到原单位开具证明", "en": "Bring a certificate from your former employer"},
            ),
        ),
        checklists=(
            Checklist(
                "opening", {"zh": "开门准备", "en": "Opening"},
                (
                    CheckItem("tidy", {"zh": "环境整洁", "en": "The hall is tidy"}),
                    CheckItem("devices", {"zh": "设备运行", "en": "The devices run"}),
                ),
            ),
        ),
        clerks=(
            Staff(id="1001", name="王芳", pin=hashed(PIN)),
            Staff(id="1002", name="李强"),
            Staff(id="1003", name="赵敏", badge=fingerprint_of(BADGE, KEY.of)),
            Staff(id="9001", name="周洁", role="supervisor", pin=hashed(PIN)),
        ),
        printers=(TwinPrinter(id="printer", chinese="gb18030"),),
    )  # fmt: skip


def press(page: Page, key: str) -> None:
    """A key, once the command before it is answered: until then it counts for nothing, as a double press does, though
    the page may show already what came of that command."""
    idle(page)
    page.keyboard.press(key)


def idle(page: Page) -> None:
    expect(page.locator("body.busy, form.working")).to_have_count(0)


class StaffedHall:
    """A running hall; `clock.advance` makes time pass."""

    def __init__(self, folder: Path) -> None:
        self.settings = hall_settings(folder)
        self.clock = ManualClock(NOON, rate=1.0)
        self.line = Engine(Journal.open(folder / "journal.db", boot="boot"), self.clock, self.settings)
        self.line.start()
        self.panel = PanelOfKeys(self.line, "social", (ALARM_KEY,), CARDS)
        self.terminals = open_terminals(self.settings, self.now)
        self.reprinted: list[str] = []
        self.printed: list[str] = []
        self.tested: list[str] = []
        self.jam = ""
        """What is wrong with the printer of papers."""
        self._proofs = Proofs(self.settings.clerks, KEY.of)
        self.reception = self._reception()
        self.serve()

    def now(self) -> int:
        return self.clock.stamp().at

    def serve(self, port: int = 0) -> None:
        app = create_app(
            self.line, self.settings, self.panel, terminals=self.terminals, report=self._report,
            reprint=self.reprinted.append, clock=self.now, staff=self._proofs, reception=self.reception,
            print_paper=self._print, self_test=self._self_test, find_paper=self._find_paper,
        )  # fmt: skip
        self.server = WebServer(app, "127.0.0.1", port)
        self.server.start()
        self.url = self.server.url

    def close(self) -> None:
        self.server.stop()
        self.line.stop()

    def do(self, *orders: Command) -> Any:
        """Carries them out; gives what the last led to."""
        return [self.line.submit(order).result(60) for order in orders][-1]

    def ticket(self, service: str = "social", priority: str | None = None) -> None:
        self.do(IssueTicket(service, f"ABCDEFGHIJK{self.line.view.seq:04d}", "test", priority))

    def counter(self, counter: str = "1") -> CounterView:
        return next(one for one in self.line.view.counters if one.id == counter)

    def events(self, kind: type[Any]) -> list[Any]:
        """All of that kind the journal holds, oldest first."""
        reading = self.line.journal.reader()
        try:
            return [one.event for one in reading.replay() if isinstance(one.event, kind)]
        finally:
            reading.close()

    def _reception(self) -> Reception:
        badges = BadgeLogin(self._proofs, self.line.submit)
        return open_reception(
            self.line, KEY, timezone="Asia/Shanghai", clock=self.now, on_badge=badges.badge,
            seal_key=SEAL.public_key.encode(Base64Encoder).decode(),
        )  # fmt: skip

    def _report(self) -> StateReport:
        view = self.line.view
        return StateReport(
            "branch-1", "branch", "boot", 1, "epoch", view.seq, self.now(), True, view.version, view.open,
            service_reports(view, self.now()), counter_reports(view), [],
        )  # fmt: skip

    def _find_paper(self, number: str) -> Found | None:
        reading = self.line.journal.reader()
        try:
            return find_paper(reading, number)
        finally:
            reading.close()

    def _print(self, draw: Callable[..., bytes]) -> "Future[None]":
        if self.jam:
            raise DeviceError(self.jam)
        self.printed.append(draw(self.settings.printers[0], None).decode("gb18030", "ignore"))
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def _self_test(self, by: str) -> dict[str, str]:
        self.tested.append(by)
        return {"printer": "ok", "buttons": "failed"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[StaffedHall]:
    running = StaffedHall(tmp_path)
    yield running
    running.close()


@pytest.fixture
def open_page(browser: Browser, hall: StaffedHall) -> Iterator[Callable[..., Page]]:
    """Opens a page and fails the test if a script of it complained or the policy blocked anything."""
    complaints: list[str] = []
    contexts = []

    def opened(path: str, size: dict[str, int] = WIDE) -> Page:
        context = browser.new_context(viewport=size, timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(hall.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [one for one in complaints if not one.startswith("Failed to load resource")] == []


@pytest.fixture
def counter(hall: Any, open_page: Any) -> Page:
    """Counter 1 in English, with a clerk logged in and one customer waiting."""
    hall.do(LogIn("1", "1002"))
    hall.ticket()
    page: Page = open_page("/counter/1?lang=en")
    expect(page.locator("[data-action=next]")).to_be_enabled()
    return page


def serving(hall: Any, page: Page) -> None:
    hall.do(CallNext("1"), Start("1"))
    expect(page.locator("#status")).to_have_text("being served")
