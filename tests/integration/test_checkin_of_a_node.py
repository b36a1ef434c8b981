"""Check-in at a whole node on simulated devices: card, slip, window, restart; and no number on any disk."""

import contextlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from contract.directives import BookingAdded
from contract.events import BookingArrived, DirectiveTaken, IdentityVerified
from edge import config
from edge.app import Node
from edge.clock import ManualClock
from edge.devices.twins.printer import TwinPrinter
from edge.devices.twins.sample_cards import LI, WANG
from edge.hall.commands import CallNext, IssueTicket, LogIn, Record
from edge.people.identity_key import IdentityKey
from hallkeeper.system import free_port
from identity_numbers import examine
from tests.line import NOON
from tests.waiting import until

DAY = "2026-11-22"
MINUTE = 60_000


def document(folder: Path) -> dict[str, Any]:
    return {
        "hall": {"id": "bench", "name": {"zh": "示例厅", "en": "Bench"}, "timezone": "UTC"},
        "node": {"id": "bench-1", "data": str(folder), "port": free_port()},
        "day": {"starts": "00:00", "opens": "00:00", "last_ticket": "23:00", "closes": "23:30"},
        "services": [{"id": "a", "letter": "A", "name": {"zh": "存款", "en": "Deposit"}, "zone": "east"}],
        "zones": [{"id": "east", "name": {"zh": "东区", "en": "East area"}}],
        "counters": [{"id": "1", "name": {"zh": "一号窗口", "en": "One"}, "serves": [["a"]]}],
        "printers": [{"id": "slips", "driver": "twin", "chinese": "gb18030", "timeout_s": 60}],
        "readers": [
            {"id": "kiosk-cards", "driver": "twin", "at": "kiosk"},
            {"id": "window-cards", "driver": "twin", "at": "counter:1"},
        ],
    }


class Hall:
    """A node that can be restarted on its data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ManualClock(NOON)
        self.open()

    def open(self) -> None:
        self.node = Node(config.parse(document(self.folder)), simulated=True, clock=self.clock)
        self.node.open()
        self.key = IdentityKey.open(self.node.settings, self.folder)

    def restart(self) -> None:
        self.node.close()
        self.open()

    def do(self, command: Any) -> Any:
        return self.node.engine.submit(command).result(60)

    def book(self, code: str, number: str, minutes: int = 10) -> None:
        found = examine("resident-id", number, date(2026, 11, 22))
        starts = NOON + minutes * MINUTE
        told = BookingAdded(
            code, DAY, "a", starts, starts + 15 * MINUTE, "李*", self.key.of(found.id_type, found.number)
        )
        self.do(Record(DirectiveTaken("g", 1, f"d-{code}", "fact", "BookingAdded", msgspec.to_builtins(told))))

    def lay(self, reader: str, card: str) -> None:
        self.node.panel.lay(reader, card)

    def post(self, path: str, **body: Any) -> httpx.Response:
        return httpx.post(self.node.web.url + path, json=body, timeout=60)

    def events(self, kind: type[Any]) -> list[Any]:
        reading = self.node.engine.journal.reader()
        try:
            return [one.event for one in reading.replay() if isinstance(one.event, kind)]
        finally:
            reading.close()

    def printed(self) -> str:
        [printer] = self.node.equipment.printers
        assert isinstance(printer, TwinPrinter)
        return "".join(sheet.text for sheet in printer.paper.sheets)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall(tmp_path)
    yield made
    made.node.close()


@contextlib.contextmanager
def beside(hall: Hall, reader: str) -> Iterator[Any]:
    """A page beside that reader: gives the next news it is told."""
    url = f"{hall.node.web.url}/api/stream?reader={reader}"
    with httpx.stream("GET", url, timeout=60) as response:
        lines = response.iter_lines()
        while not next(lines).startswith("event: view"):
            pass

        def news() -> dict[str, Any]:
            for line in lines:
                if line.startswith("event: reading"):
                    told: dict[str, Any] = json.loads(next(lines).removeprefix("data: "))
                    return told
            raise EOFError

        yield news


@pytest.mark.clause("S2-51", "S0-34")
def test_from_the_card_at_the_kiosk_to_the_window_with_the_same_person(hall: Hall) -> None:
    hall.book("BK1", LI)
    with beside(hall, "kiosk") as news:
        hall.lay("kiosk-cards", "li")
        offer = news()
    assert (offer["kind"], offer["booked"]) == ("offer", True), offer
    assert LI not in str(offer)
    told = hall.post("/api/checkin", handle=offer["handle"]).json()
    assert (told["number"], told["outcome"], told["verified"]) == ("A001", "on_time", True), told
    assert told["zone"] == {"zh": "东区", "en": "East area"}
    until(lambda: "A001" in hall.printed())

    hall.do(LogIn("1", "c1"))
    hall.clock.advance(10 * MINUTE)
    hall.do(CallNext("1"))
    with beside(hall, "counter:1") as news:
        hall.lay("window-cards", "li")
        assert news()["match"] == "same"
        hall.lay("window-cards", "wang")
        assert news()["match"] == "other"
    arrival, same, other = hall.events(IdentityVerified)
    assert [one.stage for one in (arrival, same, other)] == ["arrival", "window", "window"]
    assert (same.reader, same.assurance, same.by, other.match) == ("window-cards", "high", "c1", "other")
    assert all(LI not in one and WANG not in one for one in (hall.printed(), str(hall.events(IdentityVerified))))


def test_a_restart_remembers_who_is_here_and_no_disk_holds_a_number(hall: Hall) -> None:
    hall.book("BK1", LI)
    hall.book("BK2", WANG)
    with beside(hall, "kiosk") as news:
        hall.lay("kiosk-cards", "li")
        handle = news()["handle"]
    assert hall.post("/api/checkin", handle=handle).status_code == 201
    typed = {"id_type": "resident-id", "id_number": WANG, "reason": "card broken"}
    assert hall.post("/api/checkin", **typed).json()["number"] == "A002"
    hall.restart()
    again = hall.post("/api/checkin", **typed)
    assert (again.status_code, again.json()["error"]) == (409, "already_arrived")
    assert [one.method for one in hall.events(BookingArrived)] == ["card", "number"]
    hall.node.close()
    kept = [path for path in hall.folder.rglob("*") if path.is_file()]
    assert any(path.name == "journal.db" for path in kept)
    for number in (LI, WANG):
        assert not [path.name for path in kept if number.encode() in path.read_bytes()]


@pytest.mark.fault("F38")
def test_a_card_pulled_in_the_middle_gives_no_half_identity_and_the_next_one_is_read(hall: Hall) -> None:
    hall.book("BK1", LI)
    hall.node.panel.toggle("kiosk-cards", "pulled_early", True)
    with beside(hall, "kiosk") as news:
        hall.lay("kiosk-cards", "li")
        told = news()
        assert (told["kind"], told["code"], told["handle"], told["id_masked"]) == ("failed", "pulled", "", "")
        assert hall.events(IdentityVerified) == []
        hall.node.panel.toggle("kiosk-cards", "pulled_early", False)
        hall.lay("kiosk-cards", "li")
        assert news()["kind"] == "offer"


def test_a_walk_in_is_not_disturbed_by_the_roster(hall: Hall) -> None:
    hall.book("BK1", LI)
    assert hall.post("/api/checkin", code="nothing").json()["error"] == "no_booking"
    hall.do(IssueTicket("a", "ABCDEFGHIJKLM", "kiosk"))
    assert hall.node.engine.view.services[0].waiting == 1


@pytest.mark.clause("S2-51")
@pytest.mark.parametrize(
    ("card", "code"), [("zhao", "expired"), ("unknown", "unknown_card"), ("badge-1", "badge_here")]
)
def test_a_card_that_cannot_serve_is_said_at_the_kiosk_and_on_the_front_panel(hall: Hall, card: str, code: str) -> None:
    with beside(hall, "kiosk") as news:
        hall.lay("kiosk-cards", card)
        told = news()
    assert (told["kind"], told["code"]) == ("failed", code) and told["detail"]
    assert hall.node.reception.readings.words("kiosk-cards") == told["detail"]
    assert hall.events(BookingArrived) == hall.events(IdentityVerified) == []
