"""A hall behind the HTTP routes: the real decide and apply on one thread, without a journal's disk."""

import struct
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from nacl.encoding import Base64Encoder
from nacl.public import PrivateKey
from starlette.testclient import TestClient

from contract.catalogue import Counter, PauseReason, PriorityClass, Service
from contract.events import Event
from contract.messages import StateReport
from edge.config import Day, Hall, Node, Settings, Staff, TwinPrinter
from edge.config import catalogue as catalogue_of
from edge.errors import StorageError, Unknown
from edge.hall.apply import apply
from edge.hall.commands import ChangeCatalogue, Command, LogIn, PassTime
from edge.hall.days import plan_day
from edge.hall.decide import decide
from edge.hall.picture import picture
from edge.hall.report import counter_reports, service_reports
from edge.hall.state import State
from edge.hall.view import HallView
from edge.line_news import LineHealth
from edge.people.identity_key import IdentityKey
from edge.people.reception import Reception, open_reception
from edge.web.app import create_app
from edge.web.panel import (
    LinkStatus,
    PanelBoard,
    PanelCard,
    PanelDevice,
    PanelKey,
    PanelReader,
    PanelSlip,
    Switch,
    VoiceLine,
)
from edge.web.terminals import Terminals

NOON = 1_790_049_600_000 + 4 * 3_600_000
"""2026-09-22 12:00 in Shanghai, a Tuesday."""
LOOPBACK = ("127.0.0.1", 40_000)
LAN = ("192.168.7.21", 40_000)
BASE = "http://127.0.0.1:8611"
KEY = IdentityKey(b"k" * 32)
"""Under which this hall knows numbers."""
SEAL = PrivateKey(b"s" * 32)
"""The centre's: what this hall seals, it alone opens."""


@dataclass(frozen=True)
class Recorded:
    seq: int
    at: int
    event: Event


@dataclass(frozen=True)
class Outcome:
    events: tuple[Recorded, ...]


@dataclass(frozen=True)
class Batch:
    recorded: tuple[Recorded, ...]
    view: HallView


class MemoryLine:
    """`now` is the hall's clock in ms; `broken` makes every commit fail as a full disk does."""

    def __init__(self) -> None:
        self.now = NOON
        self.broken = False
        self.state = State()
        self.view = picture(self.state, self.now)
        self.submitted: list[tuple[Command, str | None]] = []
        self._known: dict[str, Outcome] = {}
        self._told: list[Callable[[Any], None]] = []
        self._thread = ThreadPoolExecutor(1)

    def submit(self, command: Command, key: str | None = None) -> "Future[Outcome]":
        return self._thread.submit(self._do, command, key)

    def ask(self, question: Callable[[State], Any]) -> "Future[Any]":
        return self._thread.submit(question, self.state)

    @property
    def health(self) -> LineHealth:
        return LineHealth("failed", "no space left") if self.broken else LineHealth("running")

    def subscribe(self, told: Callable[[Any], None]) -> Callable[[], None]:
        self._told.append(told)
        return lambda: self._told.remove(told)

    def close(self) -> None:
        self._thread.shutdown()

    def _do(self, command: Command, key: str | None) -> Outcome:
        self.submitted.append((command, key))
        if key is not None and key in self._known:
            return self._known[key]
        if self.broken:
            raise StorageError("The journal could not be written: no space left on device.")
        recorded = []
        for event in decide(self.state, command, self.now):
            seq = self.state.seq + 1
            apply(self.state, event, seq=seq, at=self.now)
            recorded.append(Recorded(seq, self.now, event))
        self.view = picture(self.state, self.now)
        outcome = Outcome(tuple(recorded))
        if key is not None:
            self._known[key] = outcome
        for told in self._told:
            told(Batch(outcome.events, self.view))
        return outcome


def white_png() -> bytes:
    """One white dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\xff")) + chunk(b"IEND", b"")
    )


@dataclass
class PanelInHand:
    """A panel that remembers what was done to it."""

    done: list[tuple[Any, ...]] = field(default_factory=list)
    link: LinkStatus = field(default_factory=lambda: LinkStatus(True, True, False, 7, NOON))
    spoken: list[VoiceLine] = field(default_factory=list)
    lies: str | None = None

    def keys(self) -> list[PanelKey]:
        return [PanelKey("panel", "A", "ticket:savings", "A"), PanelKey("panel", "N1", "counter:1:next", "next")]

    def press(self, device: str, key: str) -> None:
        if device != "panel":
            raise Unknown(f"No keys {device!r} here.", "device")
        self.done.append(("press", device, key))

    def devices(self) -> list[PanelDevice]:
        switches = (Switch("paper_out", False), Switch("unplugged", False))
        return [PanelDevice("printer", "printer", "ok", NOON, "", True, switches)]

    def slips(self) -> list[PanelSlip]:
        return [PanelSlip("s1", "A001", NOON)]

    def slip_png(self, slip: str) -> bytes:
        if slip != "s1":
            raise Unknown(f"No slip {slip!r}.", "slip")
        return white_png()

    def boards(self) -> list[PanelBoard]:
        return [PanelBoard("summary", "summary", 16, 8)]

    def board_bits(self, board: str) -> bytes:
        return bytes([0b1000_0001, 0]) * 8

    def voice_lines(self) -> list[VoiceLine]:
        return self.spoken

    def readers(self) -> list[PanelReader]:
        return [PanelReader("desk-reader", "counter:1", (PanelCard("zhang", "Social security card: 张伟"),), self.lies)]

    def lay(self, reader: str, card: str) -> None:
        if card != "zhang":
            raise Unknown(f"No card {card!r}.", "card")
        self.lies = card

    def pull(self, reader: str) -> None:
        self.lies = None

    def scan(self, reader: str, text: str) -> None:
        self.done.append(("scan", reader, text))

    def toggle(self, device: str, what: str, on: bool) -> None:
        self.done.append(("toggle", device, what, on))

    def uplink(self, on: bool) -> None:
        self.done.append(("uplink", on))

    def link_status(self) -> LinkStatus:
        return self.link


@dataclass
class Hallway:
    """One running hall and clients of it."""

    line: MemoryLine
    panel: PanelInHand
    settings: Settings
    folder: Path
    app: Any
    terminals: Terminals
    reprinted: list[str]
    reception: Reception
    steady: list[float]
    """What the count of wrong tries takes for the time, seconds."""
    running: TestClient | None = None

    def client(self, address: tuple[str, int] = LOOPBACK, base: str = BASE) -> TestClient:
        """All clients share the event loop of `running`, as they would share the server's."""
        made = TestClient(self.app, base_url=base, client=address, raise_server_exceptions=False)
        made.portal = self.running.portal if self.running else None
        return made

    def paired(self, role: str) -> TestClient:
        """A terminal on the LAN, paired for `role`."""
        client = self.client(LAN)
        code = self.terminals.new_code(role).text
        answer = client.post("/api/pair", json={"code": code})
        assert answer.status_code == 201, answer.text
        return client


def settings_in(folder: Path) -> Settings:
    return Settings(
        hall=Hall(id="branch", name={"zh": "城东营业厅", "en": "East branch"}),
        node=Node(id="branch-1", data=str(folder), allowed_hosts=("hall.lan",)),
        day=Day(opens="09:00", last_ticket="16:30", closes="17:00"),
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
        clerks=(
            Staff(id="1001", name="王芳"),
            Staff(id="1002", name="李强"),
            Staff(id="1003", name="周敏", role="receptionist"),
        ),
        printers=(TwinPrinter(id="printer"),),
    )


@pytest.fixture
def hallway(tmp_path: Path) -> Iterator[Hallway]:
    settings = settings_in(tmp_path)
    line, panel, reprinted = MemoryLine(), PanelInHand(), list[str]()
    line.submit(ChangeCatalogue(catalogue_of(settings, 1))).result()
    plan = plan_day(line.now, settings.day, settings.hall.timezone, settings.services)
    line.submit(PassTime(plan)).result()
    for counter, clerk in (("1", "1001"), ("2", "1002")):
        line.submit(LogIn(counter, clerk)).result()
    line.submitted.clear()
    terminals = Terminals(tmp_path, lambda: line.now)

    def report() -> StateReport:
        view = line.view
        return StateReport(
            "branch-1", "branch", "boot", 1, "epoch", view.seq, line.now, True, view.version, view.open,
            service_reports(view, line.now), counter_reports(view), [],
        )  # fmt: skip

    steady = [1000.0]
    reception = open_reception(
        line, KEY, timezone=settings.hall.timezone, clock=lambda: line.now, steady=lambda: steady[0],
        seal_key=SEAL.public_key.encode(Base64Encoder).decode(),
    )  # fmt: skip
    app = create_app(
        line, settings, panel, terminals=terminals, report=report, reprint=reprinted.append,
        clock=lambda: line.now, reception=reception,
    )  # fmt: skip
    way = Hallway(line, panel, settings, tmp_path, app, terminals, reprinted, reception, steady)
    with way.client() as way.running:
        yield way
    line.close()


@pytest.fixture
def client(hallway: Hallway) -> TestClient:
    return hallway.client()
