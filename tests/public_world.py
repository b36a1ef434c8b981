"""The public site over two halls with the shipped master data, and browsers that come to it."""

import html
import re
from typing import Any

import msgspec
from fastapi import FastAPI
from sqlalchemy import Row, insert, select
from starlette.testclient import TestClient

from central import site
from central.audit import SYSTEM
from central.board import News
from central.booking import opening
from central.booking.desk import BookingDesk
from central.db import migrate
from central.db.engine import engine as open_engine
from central.db.engine import writing
from central.db.tables import CatalogueRow, HallMatter, HallPage, Slot
from central.live import Live
from central.masters import files
from central.registry import enrol
from central.site import SiteSettings
from central.vault import Vault
from contract.catalogue import Catalogue, Counter, PriorityClass, Service
from contract.events import Wait
from contract.messages import CounterReport, DeviceReport, ServiceReport, StateReport
from tests.booking_world import MONDAY, SECRET, id_number

SERVICES = (
    ("consult", "A", {"zh": "综合咨询", "en": "Enquiries"}, 4, 380, Wait(300, 720)),
    ("social", "B", {"zh": "社会保险", "en": "Social insurance"}, 7, 900, Wait(600, 1500)),
    ("household", "C", {"zh": "户籍业务", "en": "Household registration"}, 0, 0, None),
    ("estate", "D", {"zh": "不动产登记", "en": "Real estate"}, 2, 120, Wait(120, 600)),
)
CLASSES = (PriorityClass("elderly", {"zh": "70岁以上老人", "en": "70 years and older"}),
           PriorityClass("military", {"zh": "现役军人", "en": "Active military"}))  # fmt: skip
HALLS = {
    "central-hall": ({"zh": "市政务服务大厅", "en": "City Service Hall"}, {"zh": "人民路12号", "en": "12 Renmin Road"}),
    "north-hall": ({"zh": "城北分厅", "en": "North Branch"}, {"zh": "北环路88号", "en": "88 Beihuan Road"}),
}
SETTINGS = SiteSettings(
    secret=SECRET,
    name={"zh": "政务大厅预约", "en": "City hall booking"},
    operator={"zh": "市政务服务管理局", "en": "the City Service Office"},
    hotline="12345",
    hotline_hours={"zh": "工作日9:00–17:00", "en": "working days 9:00–17:00"},
)
TOMORROW = "2026-11-24"


def catalogue(hall: str) -> Catalogue:
    services = tuple(Service(id_, letter, name, expected_s=600) for id_, letter, name, *_ in SERVICES)
    serves = (tuple(service.id for service in services),)
    counters = tuple(Counter(str(i), {"zh": f"{i}号窗口", "en": f"Counter {i}"}, serves) for i in range(1, 9))
    return Catalogue(1, hall, HALLS[hall][0], services, counters, priority_classes=CLASSES)


def state(hall: str, at: int) -> StateReport:
    return StateReport(
        hall, hall, "boot-1", 1, "01J00000000000000000000001", 1, at, True, 1, True,
        [ServiceReport(id_, name, n, longest, wait) for id_, _, name, n, longest, wait in SERVICES],
        [CounterReport("1", {"zh": "1号窗口", "en": "Counter 1"}, "serving", "w07", "A001", at)],
        [DeviceReport("printer", "printer", "ok", at)],
    )  # fmt: skip


class PublicWorld:
    """`at` is the clock (ms), Monday nine o'clock in Shanghai until a test moves it."""

    def __init__(self, url: str, settings: SiteSettings = SETTINGS) -> None:
        self.at = MONDAY
        self.engine = open_engine(url, pool_size=20)
        migrate.upgrade(self.engine)
        self.vault = Vault(SECRET)
        self.desk = BookingDesk(self.engine, self.vault, SECRET, wall=lambda: self.at)
        self.live = Live()
        for hall, (name, _) in HALLS.items():
            enrol(self.engine, hall, hall, name, at=self.at)
        with writing(self.engine).begin() as connection:
            files.load_sample(connection, at=self.at, by=SYSTEM)
            for hall in HALLS:
                self._furnish(connection, hall)
        opening.open_all(self.engine, self.desk.offers, self.at)
        self.report()
        self.settings = settings
        self.serve()

    def serve(self) -> None:
        """The site as it begins: nothing is remembered of what it read before."""
        self.app = FastAPI()
        for router in site.public_site(site.Front(self.desk, self.live, self.settings)):
            self.app.include_router(router)

    def _furnish(self, connection: Any, hall: str) -> None:
        told = msgspec.to_builtins(catalogue(hall))
        connection.execute(insert(CatalogueRow).values(node=hall, hall=hall, version=1, catalogue=told, at=self.at))
        offered = {service[0] for service in SERVICES}
        for matter in files.sample().matters:
            if matter.business_type in offered:
                connection.execute(
                    insert(HallMatter).values(
                        hall=hall, matter=matter.id, service=matter.business_type, bookable=matter.id != "consult"
                    )
                )
        way = {"zh": "地铁2号线人民路站A口", "en": "Metro line 2, Renmin Road, exit A"}
        connection.execute(
            insert(HallPage).values(hall=hall, address=HALLS[hall][1], way=way, phone="0571-88001234", published=True)
        )

    def report(self, online: bool = True) -> None:
        """The halls' states arrive."""
        self.live.load(
            [
                News(
                    node=hall,
                    hall=hall,
                    name=name,
                    online=online,
                    link_at=self.at,
                    state=state(hall, self.at),
                    state_at=self.at,
                    verdict="continue",
                )
                for hall, (name, _) in HALLS.items()
            ]
        )

    def slots(self, hall: str = "central-hall", service: str = "social", day: str = TOMORROW) -> list[Row[Any]]:
        query = select(Slot).where(Slot.hall == hall, Slot.service == service, Slot.day == day)
        with self.engine.connect() as connection:
            return list(connection.execute(query.order_by(Slot.starts_at)))

    def phone(self, address: str = "192.0.2.7", language: str = "en") -> TestClient:
        """A browser that follows redirects and keeps cookies."""
        return TestClient(
            self.app, base_url="http://halls.example", client=(address, 40_000), headers={"Accept-Language": language}
        )

    def close(self) -> None:
        self.engine.dispose()


def details(n: int = 1, **changes: str) -> dict[str, str]:
    """What the n-th customer writes into the form."""
    return {
        "name": "李小明", "id_type": "resident-id", "id_number": id_number(n), "phone": f"138{n:08d}", "consent": "yes"
    } | changes  # fmt: skip


class Visitor:
    """Somebody at a browser without scripts: follows links, fills in the one form of a page and sends it."""

    def __init__(self, world: PublicWorld, address: str = "192.0.2.7", language: str = "en") -> None:
        self.http = world.phone(address, language)
        self.page: Any = None

    def go(self, path: str, status: int = 200) -> str:
        self.page = self.http.get(path)
        assert self.page.status_code == status, self.page.text
        return str(self.page.text)

    def follow(self, text: str) -> str:
        """The first link in whose words `text` stands."""
        for address, words in re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', self.page.text, re.DOTALL):
            if text in re.sub(r"<[^>]+>", "", words):
                return self.go(html.unescape(address))
        raise AssertionError(f"no link says {text}: {words_of(self.page.text)}")

    def send(self, status: int = 200, **fields: str | list[str]) -> str:
        """The page's form with what it holds already, its blanks filled in."""
        action, kept = form_of(self.page.text)
        self.page = self.http.post(action or self.page.url.path, data=kept | fields)
        assert self.page.status_code == status, words_of(self.page.text)
        return str(self.page.text)

    def book(
        self, n: int = 1, matter: str = "social-register", nth: int = 0, day: str = TOMORROW, **changes: str
    ) -> str:
        """The whole walk; gives the page it ends on."""
        self.go(f"/h/central-hall/book?matter={matter}&day={day}")
        slots = re.findall(r'href="([^"]+&amp;slot=[^"]+)"', self.page.text)
        self.go(html.unescape(slots[nth]))
        return self.send(**details(n, **changes))

    @property
    def path(self) -> str:
        return str(self.page.url.path)


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """Where the first posted form goes, and what it sends untouched."""
    [form, *_] = re.findall(r'<form[^>]*method="post"[^>]*>.*?</form>', page, re.DOTALL)
    action = re.search(r'<form[^>]*action="([^"]*)"', form)
    tags = [one for one in re.findall(r"<input[^>]*>", form) if 'type="radio"' not in one or " checked" in one]
    inputs = [dict(re.findall(r'(\w+)="([^"]*)"', one)) for one in tags]
    kept = {one["name"]: html.unescape(one.get("value", "")) for one in inputs if one.get("type") != "checkbox"}
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        values = re.findall(r'<option value="([^"]*)"( selected)?', options)
        kept[name] = next((value for value, selected in values if selected), values[0][0])
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        kept[name] = html.unescape(text)
    return html.unescape(action[1]) if action else "", kept


def words_of(page: str) -> str:
    """What a person reads."""
    body = page.partition("<main")[2]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body))).strip()
