"""A running hall for the customers' pages: real line, journal and server, a roster, and readers in the test's hand."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import Page

from contract.catalogue import Counter, Journey, Material, PriorityClass, Rules, Service, Zone
from contract.directives import BookingAdded
from contract.events import DirectiveTaken, Event
from contract.messages import StateReport
from edge.clock import Clock, mono_ms
from edge.config import Day, Hall, Kiosk, Node, Settings, TwinPrinter
from edge.devices.ports import Card, Scanned
from edge.engine import Engine
from edge.hall.commands import Command, IssueTicket, LogIn, Record
from edge.hall.report import counter_reports, service_reports
from edge.journal import Journal
from edge.people.identity_key import IdentityKey
from edge.people.reception import open_reception
from edge.web.app import create_app, open_terminals
from edge.web.serve import WebServer
from identity_numbers import examine
from tests.unit.web.conftest import PanelInHand

AFTERNOON = 1_790_049_600_000 + 4 * 3_600_000
"""2026-09-22 16:00 in Shanghai."""
KEY = IdentityKey(b"k" * 32)
LI_MING = "11010519491231002X"
"""The number in GB 11643-1999's own example."""
PHONE_NUMBER = "13812341234"
WIDE = {"width": 1280, "height": 800}
UPRIGHT = {"width": 1080, "height": 1920}
PHONE = {"width": 390, "height": 844}
MINUTE = 60_000
TODAY = date(2026, 9, 22)


def settings_in(folder: Path, idle_s: int) -> Settings:
    return Settings(
        hall=Hall(id="branch", name={"zh": "城东政务服务中心", "en": "East service centre"}),
        node=Node(id="branch-1", data=str(folder)),
        day=Day(opens="09:00", last_ticket="23:00", closes="23:30"),
        rules=Rules(fallback_class="helped"),
        services=(
            Service("savings", "A", {"zh": "综合咨询", "en": "Enquiries"}, zone="a"),
            Service(
                "permits", "B", {"zh": "居住证办理", "en": "Residence permits"}, cap=3, expected_s=1800,
                guide={"zh": "首次申领需本人到场。", "en": "Come in person the first time."},
                materials=("id", "form"), zone="b",
                instead=({"zh": "可在网上续签，无需到场。", "en": "Renew online without coming."},
                         {"zh": "城西大厅目前等候较短。", "en": "The west hall has less wait at present."}),
            ),
            Service("tax", "C", {"zh": "税务", "en": "Taxes"}),
        ),
        counters=(
            Counter("1", {"zh": "1号窗口", "en": "Counter 1"}, (("savings", "tax"),)),
            Counter("2", {"zh": "2号窗口", "en": "Counter 2"}, (("permits",),)),
        ),
        zones=(Zone("a", {"zh": "A 等候区", "en": "Area A"}), Zone("b", {"zh": "B 等候区", "en": "Area B"})),
        materials=(
            Material("id", {"zh": "居民身份证", "en": "Resident ID card"}, original=True),
            Material("form", {"zh": "申请表", "en": "Application form"}),
        ),
        journeys=(Journey("home", {"zh": "新市民一件事", "en": "New in town"}, ("savings", "permits", "tax")),),
        priority_classes=(
            PriorityClass("elderly", {"zh": "老年人", "en": "Elderly"}),
            PriorityClass("helped", {"zh": "自助未成功", "en": "Sent from the kiosk"}),
        ),
        printers=(TwinPrinter(id="printer"),),
        kiosk=Kiosk(idle_s=idle_s, enquiry_phone="010-12345"),
    )  # fmt: skip


class CustomersHall:
    """`lay` and `scan` are what a hand does at the kiosk's reader."""

    def __init__(self, folder: Path, idle_s: int = 60) -> None:
        begun = mono_ms()
        self.settings = settings_in(folder, idle_s)
        clock = Clock(wall=lambda: AFTERNOON + mono_ms() - begun, synced=lambda: True)
        self.now = lambda: clock.stamp().at
        self.line = Engine(Journal.open(folder / "journal.db", boot="boot"), clock, self.settings)
        self.line.start()
        for counter in ("1", "2"):
            self.do(LogIn(counter, f"clerk-{counter}"))
        self.reception = open_reception(self.line, KEY, timezone="Asia/Shanghai", clock=self.now)
        app = create_app(
            self.line, self.settings, PanelInHand(), terminals=open_terminals(self.settings, self.now),
            report=self._report, reprint=lambda ticket: None, clock=self.now, reception=self.reception,
        )  # fmt: skip
        self.server = WebServer(app, "127.0.0.1", 0)
        self.server.start()
        self.url = self.server.url

    def close(self) -> None:
        self.server.stop()
        self.line.stop()

    def do(self, *orders: Command) -> Any:
        return [self.line.submit(order).result(60) for order in orders][-1]

    def take(self, service: str, count: int = 1, token: str = "") -> None:
        for _ in range(count):
            self.do(IssueTicket(service, token or f"ABCDEFGHIJK{self.line.view.seq:04d}", "test"))

    def book(self, code: str, minutes: int = 10, number: str = LI_MING, id_type: str = "resident-id") -> None:
        """A booking for `minutes` from now, for the bearer of that number and of PHONE_NUMBER."""
        found = examine(id_type, number, TODAY)
        starts = self.now() + minutes * MINUTE
        told = BookingAdded(
            code, TODAY.isoformat(), "permits", starts, starts + 15 * MINUTE, "李*明",
            KEY.of(found.id_type, found.number), KEY.phone(PHONE_NUMBER),
        )  # fmt: skip
        self.do(Record(DirectiveTaken("g1", 1, f"d-{code}", "fact", "BookingAdded", msgspec.to_builtins(told))))

    def lay(self, number: str = LI_MING, name: str = "李小明") -> None:
        self.reception.readings.read("front", "kiosk", Card("social", "resident-id", number, name))

    def scan(self, text: str) -> None:
        self.reception.readings.read("scanner", "kiosk", Scanned(text))

    def fail(self, code: str, sentence: str) -> None:
        self.reception.readings.failed("front", "kiosk", code, sentence)

    def events(self, kind: type[Event]) -> list[Any]:
        reading = self.line.journal.reader()
        try:
            return [one.event for one in reading.replay() if isinstance(one.event, kind)]
        finally:
            reading.close()

    def _report(self) -> StateReport:
        view = self.line.view
        return StateReport(
            "branch-1", "branch", "boot", 1, "epoch", view.seq, self.now(), True, view.version, view.open,
            service_reports(view, self.now()), counter_reports(view), [],
        )  # fmt: skip


Opened = Callable[..., Page]
