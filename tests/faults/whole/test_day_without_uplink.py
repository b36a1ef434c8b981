"""A whole day in a government hall while its uplink is cut, with everything that goes wrong on such a day.

When the uplink is back, the office shows the same as the journal.
"""

import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contract import events as e
from contract.directives import BookingAdded
from edge import config
from edge.folders import journal_path
from edge.journal import Reader
from hallkeeper.central_setup import tell_bookings
from hallkeeper.customers import HallVisitors
from hallkeeper.programs import Programs
from hallkeeper.system import Layout, System, free_port
from tests.faults.whole.load import Hall
from tests.faults.whole.programs import ROOT
from tests.waiting import until

HALL = "government-hall"
SPEED = 300
LIVED_S, LONGEST_S = 20, 120
"""People come and go so long; longer, on a slow machine, until they are enough."""
MINUTE = 60_000


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = System(tmp_path_factory.mktemp("day"), Layout(free_port(), free_port(), {HALL: free_port()}))
    system.enrol()
    with Programs(system.folder / "logs") as programs:
        for program in system.programs():
            programs.start(program)
        yield system


def bookings(now: int, zone: str) -> list[BookingAdded]:
    """Early, late, too late to come, and one that is void within seconds."""
    day = datetime.fromtimestamp(now / 1000, ZoneInfo(zone)).date().isoformat()

    def one(code: str, minutes: float, service: str = "consult") -> BookingAdded:
        starts_at = round(now + minutes * MINUTE)
        return BookingAdded(code, day, service, starts_at, starts_at + 30 * MINUTE, "王*")

    return [
        *(one(f"EARLY-{n}", 15 + n) for n in range(4)),
        *(one(f"LATE-{n}", -2 - n, "social") for n in range(3)),
        one("NEVER-CAME", -14.9, "household"),
    ]


class Floor:
    """The hall by its own calls."""

    def __init__(self, system: System) -> None:
        self._port = system.layout.halls[HALL]

    @property
    def http(self) -> Hall:
        """A fresh connection: the node ends idle ones."""
        return Hall(self._port)

    def post(self, path: str, **body: Any) -> Any:
        status, answer = self.http.post(f"/api/{path}", body)
        assert status < 300, f"{path}: {answer}"
        return answer

    def refused(self, path: str, **body: Any) -> str:
        status, answer = self.http.post(f"/api/{path}", body)
        assert status >= 400, f"{path}: {answer}"
        return str(answer["error"])

    def view(self) -> Any:
        return self.http.get("/api/view")

    def panel(self) -> Any:
        return self.http.get("/api/panel")["panel"]

    def switch(self, device: str, what: str, on: bool) -> None:
        self.post("panel/switch", device=device, what=what, on=on)

    def words(self, device: str) -> str:
        return str(next(one["words"] for one in self.panel()["devices"] if one["id"] == device))

    def codes(self) -> set[str]:
        return {one["code"] for one in self.http.get("/api/supervisor/bookings")["bookings"]}


@pytest.mark.fault("F37")
@pytest.mark.fault("F38")
@pytest.mark.fault("F41")
def test_a_whole_day_goes_on_and_the_office_counts_the_same_when_it_is_back(system: System) -> None:
    floor = Floor(system)
    told = bookings(time.time_ns() // 1_000_000, system.timezone)
    tell_bookings(system.central, HALL, told)
    until(lambda: floor.codes() >= {one.code for one in told})

    floor.post("panel/uplink", on=False)
    until(lambda: not floor.panel()["link"]["online"])
    _live(system)
    _things_go_wrong(floor)
    _people_come(floor)
    assert _lively(_happened(system)), _happened(system)
    backlog = floor.panel()["link"]["backlog"]
    assert backlog > 200, "all of it waits for the office"

    floor.post("panel/uplink", on=True)
    until(lambda: floor.panel()["link"]["online"] and floor.panel()["link"]["backlog"] == 0)
    argv = [sys.executable, "-m", "hallkeeper", "edge", "verify", str(system.halls[HALL])]
    proof = subprocess.run(
        [*argv, "--against", system.centre_url], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert proof.returncode == 0 and "0 differences" in proof.stdout, proof.stdout + proof.stderr


def _live(system: System) -> None:
    """Walk-ins and clerks for a while: journeys, transfers, suspended cases among them."""

    async def while_() -> None:
        visitors = HallVisitors(system.hall_url(HALL), config.load(system.halls[HALL]), SPEED, 7, None)
        task = asyncio.create_task(visitors.run())
        end = time.monotonic() + LONGEST_S
        await asyncio.wait([task], timeout=LIVED_S)
        while not task.done() and not _lively(_happened(system)) and time.monotonic() < end:
            await asyncio.wait([task], timeout=1)
        task.cancel()

    asyncio.run(while_())


def _happened(system: System) -> Counter[str]:
    return Counter(type(event).__name__ for event in _journal(system))


def _lively(happened: Counter[str]) -> bool:
    return happened["TicketIssued"] > 30 and happened["ServiceFinished"] > 10 and happened.total() > 300


def _things_go_wrong(floor: Floor) -> None:
    floor.switch("slip-printer", "paper_out", True)
    number = floor.post("tickets", service="consult")["number"]
    until(lambda: "slip-printer" in floor.view()["failed_devices"])
    floor.switch("slip-printer", "paper_out", False)
    until(lambda: number in {slip["number"] for slip in floor.panel()["slips"]})

    floor.switch("kiosk-cards", "pulled_early", True)
    (cards,) = (one["cards"] for one in floor.panel()["readers"] if one["id"] == "kiosk-cards")
    floor.post("panel/card", reader="kiosk-cards", card=random.Random(1).choice(cards)["name"])
    until(lambda: "too early" in floor.words("kiosk-cards"), 60, lambda: floor.words("kiosk-cards"))
    floor.switch("kiosk-cards", "pulled_early", False)

    before = floor.view()["services"][0]["issued"]
    floor.switch("ticket-buttons", "stick", True)
    floor.post("panel/press", device="ticket-buttons", key="5")
    until(lambda: "ticket-buttons:5" in floor.view()["failed_devices"])
    assert floor.view()["services"][0]["issued"] == before + 1, "a stuck key is one press"
    floor.switch("ticket-buttons", "stick", False)
    until(lambda: "ticket-buttons:5" not in floor.view()["failed_devices"])


def _people_come(floor: Floor) -> None:
    outcomes = [floor.post("checkin", code=f"EARLY-{n}")["outcome"] for n in range(4)]
    assert outcomes == ["on_time"] * 4
    late = {floor.post("checkin", code=f"LATE-{n}")["outcome"] for n in range(3)}
    assert late <= {"late", "deferred"}
    until(lambda: floor.view()["roster"]["void"] == 1)
    assert floor.refused("checkin", code="NEVER-CAME") == "booking_void"
    lift = {"by": "s1", "reason": "the bus broke down", "consent": True}
    assert floor.post("bookings/NEVER-CAME/lift", **lift)["number"]
    best = ("serving", "called", "idle")
    at_work = [one for one in floor.view()["counters"] if one["status"] in best]
    open_ = min(at_work, key=lambda one: best.index(one["status"]))
    if open_["ticket"] is None:
        floor.post(f"counters/{open_['id']}/next")
    floor.post(f"counters/{open_['id']}/transfer", to_service="market", reason="another matter")


def _journal(system: System) -> list[e.Event]:
    reader = Reader(journal_path(config.load(system.halls[HALL])))
    try:
        return [one.event for one in reader.replay()]
    finally:
        reader.close()


def test_what_happened_that_day_is_on_record(system: System) -> None:
    """After the day above: every exception with its reason, by whom, and what it led to."""
    day = _journal(system)

    def of(kind: type[Any]) -> list[Any]:
        return [event for event in day if isinstance(event, kind)]

    assert {event.outcome for event in of(e.BookingArrived)} >= {"on_time", "lifted"}
    assert [event.code for event in of(e.BookingVoided)] == ["NEVER-CAME"]
    (lifted,) = of(e.VoidLifted)
    assert (lifted.by, lifted.reason, lifted.consent) == ("s1", "the bus broke down", True)
    assert "another matter" in {event.reason for event in of(e.TicketTransferred)}
    assert {event.device for event in of(e.DeviceFailed)} >= {"slip-printer", "ticket-buttons:5"}
    assert {event.device for event in of(e.DeviceRecovered)} >= {"slip-printer", "ticket-buttons:5"}
    numbers = [event.ticket for event in of(e.TicketIssued)]
    assert len(set(numbers)) == len(numbers)
    assert Path(journal_path(config.load(system.halls[HALL]))).exists()
