"""A hall whose tickets the centre knows, and phones that scan their slips."""

from fastapi import FastAPI
from starlette.testclient import TestClient

from central import live, site
from contract import events as e
from contract.catalogue import Catalogue, Counter, Service
from tests.centre import CentreBench
from tests.fakenode import FakeNode

OFFERED = Catalogue(
    1,
    "bank",
    {"zh": "示例大厅", "en": "Example hall"},
    (Service("savings", "A", {"zh": "储蓄", "en": "Savings"}), Service("loans", "B", {"zh": "贷款", "en": "Loans"})),
    tuple(Counter(i, {"zh": f"{i}号窗口", "en": f"Counter {i}"}, (("savings", "loans"),)) for i in ("1", "2")),
)


def issued(n: int, service: str = "savings", wait: e.Wait | None = e.Wait(300, 700)) -> e.TicketIssued:
    letter = "A" if service == "savings" else "B"
    number = f"{letter}{n:03d}"
    return e.TicketIssued(
        f"20261122-{number}", "2026-11-22", number, n, service, "ordinary", None, f"TOKEN{number}", "keys", n - 1, wait
    )


class Site:
    """`tell` lets the hall record events and send them; `wall` is everybody's clock (ms)."""

    def __init__(self, bench: CentreBench) -> None:
        self.bench = bench
        self.node = bench.enrol(FakeNode("bank"))
        self.live = live.Live()
        self.app = FastAPI()
        self.app.include_router(site.router(bench.database, self.live, wall=lambda: bench.wall))
        self.bench.say(self.node.hello())
        self.sent = 0
        self.tell(e.CatalogueChanged(OFFERED))

    def tell(self, *facts: e.Event, after_ms: int = 1000, state: bool = True, synced: bool = True) -> None:
        self.node.record(*facts, after_ms=after_ms, synced=synced)
        self.bench.wall = self.node.clock
        self.bench.say(self.node.events(self.sent + 1))
        self.sent = self.node.last
        if state:
            self.report()

    def report(self, online: bool = True) -> None:
        """The hall's state and its link, as the board knows them."""
        self.bench.say(self.node.link(online), self.node.state())
        self.live.load(live.read(self.bench.database))

    def phone(self, address: str = "192.0.2.7") -> TestClient:
        return TestClient(self.app, base_url="http://slips.example", client=(address, 40_000))
