"""The slip worker on a real line: recorded before a byte goes out, never printed on a promise."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from contract.events import SlipStarted, TicketIssued, Wait
from edge import config
from edge.config import catalogue
from edge.devices.twins.printer import TwinPrinter
from edge.effects import PrintSlip
from edge.errors import ConfigError, DeviceError, StorageError
from edge.faces.slip import Appointment, print_slip
from edge.hall.commands import Command, Record
from edge.hall.state import Ticket
from edge.printing.slip_words import Job, filled, job_of_issue, job_of_ticket
from edge.printing.slips import SlipWorker
from edge.stage import Stage
from tests.line import NOON, line, settings, ticket
from tests.waiting import until

SECTION = config.TwinPrinter(id="p", chinese="gb18030", qr="native", timeout_s=60)


@contextmanager
def staged(engine: Any, printer: TwinPrinter, look_s: float = 30) -> Iterator[SlipWorker]:
    worker = SlipWorker(engine, [printer], settings(), None, lambda: NOON, look_s=look_s)
    stage = Stage(engine, worker, None)
    stage.open()
    try:
        yield worker
    finally:
        stage.close()


def test_no_byte_goes_out_before_its_start_is_on_the_disk(tmp_path: Path) -> None:
    """The commit behind the ticket's own is held until a print begins, which must not happen, or a second is over."""
    printing, issued = threading.Event(), threading.Event()
    held: list[bool] = []

    def before_commit() -> None:
        if issued.is_set():
            issued.clear()
            held.append(printing.wait(1))

    class Watched(TwinPrinter):
        def print(self, document: bytes) -> None:
            printing.set()
            super().print(document)

    printer = Watched(SECTION, None, lambda: 0)
    printer.open()
    with line(tmp_path / "journal.db", before_commit=before_commit) as engine:
        engine.subscribe(
            lambda batch: issued.set() if any(isinstance(one.event, TicketIssued) for one in batch.recorded) else None
        )
        with staged(engine, printer):
            engine.submit(ticket()).result(60)
            until(lambda: printer.paper.sheets)
    assert held == [False], "printed before SlipStarted was durable"


class Broken:
    """A line that cannot record the start of a slip."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self.refused = 0

    def submit(self, command: Command, key: str | None = None) -> "Future[Any]":
        if isinstance(command, Record) and isinstance(command.event, SlipStarted):
            self.refused += 1
            failed: Future[Any] = Future()
            failed.set_exception(StorageError("the disk is gone"))
            return failed
        future: Future[Any] = self._engine.submit(command, key)
        return future

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def test_what_cannot_be_recorded_is_not_printed(tmp_path: Path) -> None:
    printer = TwinPrinter(SECTION, None, lambda: 0)
    printer.open()
    with line(tmp_path / "journal.db") as engine:
        broken = Broken(engine)
        with staged(broken, printer) as worker:
            engine.submit(ticket()).result(60)
            until(lambda: broken.refused == 1 and not worker.busy)
        assert printer.paper.received % 9 == 0, "nothing but questions (nine bytes each)"
        printer.paper.tear()
        assert not printer.paper.sheets


def test_a_ticket_asked_for_twice_while_it_waits_comes_out_once(tmp_path: Path) -> None:
    printer = TwinPrinter(SECTION, None, lambda: 0)
    with line(tmp_path / "journal.db") as engine, staged(engine, printer, look_s=0.05) as worker:
        printer.toggle("paper_out", True)
        (issued,) = [one.event for one in engine.submit(ticket()).result(60).events]
        until(lambda: worker.busy)
        for _ in range(3):
            worker.reprint(issued.ticket)
        worker.add(issued, NOON)
        printer.mend()
        until(lambda: not worker.busy)
        assert len(printer.paper.sheets) == 1


def test_the_words_of_a_slip() -> None:
    hall = settings(
        hall={"id": "bench", "name": {"zh": "大厅"}, "timezone": "Asia/Shanghai", "languages": ["zh"]},
        priority_classes=[{"id": "elderly", "name": {"zh": "老人"}}],
        centre={"host": "broker", "password": "x", "site": "https://hall.example/"},
    )
    job = Job("t", "A001", "deposit", "elderly", "tok", 4, Wait(60, 120), NOON, copy=True)
    slip = filled(job, catalogue(hall), hall, ZoneInfo("Asia/Shanghai"))
    assert slip.url == "https://hall.example/t/bench/tok"
    assert slip.at == "2026-11-22 20:00"
    assert (slip.number, slip.ahead, slip.copy) == ("A001", 4, True)
    assert slip.priority_class == {"zh": "老人"} and slip.service == {"en": "Deposit"}


SLOT = NOON - 600_000
BOOKED = TicketIssued(
    "20261122-A000001", "2026-11-22", "A000001", 1, "deposit", "priority", None, "tok", "kiosk", 2, None,
    booking="K7Q2", slot_at=SLOT, name="李*明", place="slot", then=("loan",),
)  # fmt: skip


@pytest.mark.parametrize(("place", "late"), [("slot", ""), ("inserted", "inserted"), ("deferred", "deferred")])
def test_the_slip_of_a_booked_customer(place: Any, late: str) -> None:
    hall = settings()
    issued = msgspec.structs.replace(BOOKED, place=place)
    slip = filled(job_of_issue(issued, NOON), catalogue(hall), hall, ZoneInfo("UTC"))
    assert slip.booked == Appointment("李*明", "11:50", late)  # type: ignore[arg-type]
    assert slip.then == ({"en": "Loan"},)


def test_a_slot_of_another_day_says_its_date_and_no_name_leaves_the_code() -> None:
    issued = msgspec.structs.replace(BOOKED, slot_at=SLOT - 86_400_000, name=None)
    hall = settings()
    slip = filled(job_of_issue(issued, NOON), catalogue(hall), hall, ZoneInfo("UTC"))
    assert slip.booked == Appointment("K7Q2", "2026-11-21 11:50")


@pytest.mark.parametrize(
    ("held", "slot_at", "late"),
    [("slot", NOON + 60_000, ""), ("", SLOT, "inserted"), ("deferred", SLOT, "deferred"), ("", NOON + 60_000, "")],
)
def test_a_copy_says_what_the_first_slip_said(held: Any, slot_at: int, late: str) -> None:
    b = BOOKED
    kept = Ticket(
        b.ticket, b.day, b.number, b.service, b.lane, None, b.token, "waiting", NOON, NOON,
        slips=1, booking=b.booking, slot_at=slot_at, name=b.name, held=held, then=b.then,
    )  # fmt: skip
    job = job_of_ticket(kept)
    slip = filled(job, catalogue(settings()), settings(), ZoneInfo("UTC"))
    assert slip.copy and slip.booked is not None
    assert (slip.booked.late, slip.booked.name, slip.then) == (late, "李*明", ({"en": "Loan"},))


def test_a_zone_is_called_by_its_name_and_a_bare_label_by_itself() -> None:
    services = [
        {"id": "deposit", "letter": "A", "name": {"en": "Deposit"}, "zone": "east"},
        {"id": "loan", "letter": "B", "name": {"en": "Loan"}, "zone": "2"},
    ]
    listed = settings(
        services=services, zones=[{"id": "east", "name": {"zh": "东区"}}, {"id": "2", "name": {"en": "Two"}}]
    )
    bare = settings(services=services)
    zones = [
        filled(Job("t", "A1", service, None, "", 0, None, NOON), catalogue(hall), hall, ZoneInfo("UTC")).zone
        for hall, service in ((listed, "deposit"), (listed, "loan"), (bare, "loan"))
    ]
    assert zones == [{"zh": "东区"}, {"en": "Two"}, {"": "2"}]


def test_a_hall_without_a_site_has_no_code_and_a_service_that_is_gone_keeps_its_id() -> None:
    hall = settings()
    slip = filled(Job("t", "A001", "gone", None, "tok", 0, None, NOON), catalogue(hall), hall, ZoneInfo("UTC"))
    assert slip.url is None and slip.service == {"en": "gone"}


def test_pictures_of_text_need_a_font_from_the_beginning() -> None:
    printer = TwinPrinter(config.TwinPrinter(id="p", chinese="raster"), None)
    with pytest.raises(ConfigError, match="font"):
        SlipWorker(None, [printer], settings(), None, lambda: NOON)  # type: ignore[arg-type]


def test_a_hall_without_printers_and_loudspeakers_still_runs(tmp_path: Path) -> None:
    with line(tmp_path / "journal.db") as engine:
        stage = Stage(engine, None, None)
        stage.open()
        (issued,) = [one.event for one in engine.submit(ticket()).result(60).events]
        stage._perform(PrintSlip(issued), NOON)
        stage.close()


def test_a_fault_leaves_one_slip_to_staff_and_the_next_comes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The warm-up, every look and the first slip fail in a way nobody foresaw."""

    class Odd(TwinPrinter):
        looks = 0

        def status(self) -> Any:
            self.looks += 1
            if self.looks in (2, 3):
                raise ValueError("an answer nobody knows")
            return super().status()

    def print_slip_badly(slip: Any, *rest: Any) -> bytes:
        if slip.number in ("A0", "A000001"):
            raise ValueError("no such letter")
        return print_slip(slip, *rest)

    monkeypatch.setattr("edge.printing.slips.print_slip", print_slip_badly)
    printer = Odd(SECTION, None, lambda: 0)
    printer.open()
    with line(tmp_path / "journal.db") as engine, staged(engine, printer, look_s=0.02) as worker:
        until(lambda: printer.looks > 3)
        for _ in range(2):
            engine.submit(ticket()).result(60)
        until(lambda: printer.paper.sheets and not worker.busy)
        until(lambda: engine.view.slips_for_staff == ("A000001",))
        assert "A000002" in printer.paper.sheets[0].text and len(printer.paper.sheets) == 1
        assert worker.alive
    assert "no such letter" in caplog.text and "an answer nobody knows" in caplog.text


def test_a_paper_that_cannot_be_made_is_told_and_ends_nothing(tmp_path: Path) -> None:
    printer = TwinPrinter(SECTION, None, lambda: 0)
    printer.open()

    def spoilt(shape: Any) -> bytes:
        raise ValueError("no such day")

    with line(tmp_path / "journal.db") as engine, staged(engine, printer) as worker:
        with pytest.raises(DeviceError, match="no such day"):
            worker.print_document(spoilt).result(60)
        engine.submit(ticket()).result(60)
        until(lambda: printer.paper.sheets)


def test_a_worker_that_is_not_running_does_not_pass_for_alive() -> None:
    worker = SlipWorker(None, [], settings(), None, lambda: NOON)  # type: ignore[arg-type]
    assert not worker.alive
