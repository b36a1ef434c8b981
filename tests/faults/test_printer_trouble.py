"""F37: paper out, cover open, power off at any byte of a slip: its number is kept and printed once all is well."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from contract.events import DeviceFailed, DeviceRecovered, Event, SlipFailed, SlipPrinted, SlipStarted
from edge import config
from edge.devices.twins.printer import TwinPrinter
from edge.engine import Engine
from edge.errors import DeviceError, Unknown
from edge.faces.escpos import document
from edge.faces.paper import Line, Number
from edge.health import HealthWatch
from edge.printing.slips import SlipWorker
from edge.stage import Stage
from tests.line import NOON, line, number, settings, ticket
from tests.waiting import until

SECTION = config.TwinPrinter(id="p", chinese="gb18030", qr="native", timeout_s=30)
HURRIED = config.TwinPrinter(id="p", chinese="gb18030", qr="native", timeout_s=0.3)
"""Whoever is switched off is found out by waiting."""
TROUBLES = ("paper_out", "cover_open", "off")


class Hall(NamedTuple):
    engine: Engine
    printer: TwinPrinter
    worker: SlipWorker
    events: list[Event]
    clock: list[int]

    def press(self) -> str:
        return number(self.engine.submit(ticket()).result(60))

    def slip(self, number_: str) -> str:
        states = self.engine.ask(lambda state: {one.number: one.slip for one in state.tickets.values()}).result(60)
        return states[number_]

    def settled(self, number_: str, slip: str = "printed") -> None:
        until(lambda: self.slip(number_) == slip and not self.worker.busy, 60, lambda: self.slip(number_))

    def marks(self, number_: str) -> list[bool]:
        """For each piece of paper with that number: whether it says COPY."""
        return ["COPY" in sheet.text for sheet in self.printer.paper.sheets if number_ in sheet.text]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with line(tmp_path / "journal.db") as engine:
        printer = TwinPrinter(SECTION, None, lambda: 0, keep=400)
        printer.open()
        clock = [NOON]
        events: list[Event] = []
        engine.subscribe(lambda batch: events.extend(one.event for one in batch.recorded))
        worker = SlipWorker(engine, [printer], settings(), None, lambda: clock[0], look_s=0.05)
        watch = HealthWatch(engine, [printer], lambda: clock[0], period_s=0.02, settle_s=0.1)
        stage = Stage(engine, worker, None)
        stage.open()
        watch.start()
        yield Hall(engine, printer, worker, events, clock)
        watch.close()
        stage.close()
        printer.close()


def kinds(events: list[Event], *wanted: type) -> list[str]:
    return [type(event).__name__ for event in events if isinstance(event, wanted)]


@pytest.mark.fault("F37")
@pytest.mark.parametrize("trouble", TROUBLES)
def test_at_many_bytes_of_the_slip_never_lost_never_twice_unmarked(hall: Hall, trouble: Any) -> None:
    first = hall.press()
    hall.settled(first)
    if trouble == "off":
        hall.printer.section = HURRIED
    size = hall.printer.paper.received
    for after in sorted({1, 2, 9, 10, *range(12, size, max(1, size // 11))}):
        hall.printer.trouble_after(after, trouble)
        pressed = hall.press()
        until(
            lambda p=pressed: (
                SlipFailed in {type(e) for e in hall.events if getattr(e, "ticket", "").endswith(p)}  # type: ignore[misc]
                or hall.slip(p) == "printed"
            )
        )

        def mended(number: str = pressed) -> bool:
            """As often as it takes: a slip that failed of a stall meets its trouble only when it comes again."""
            hall.printer.mend()
            return hall.slip(number) == "printed" and not hall.worker.busy

        until(mended)
        hall.printer.paper.tear()
        hall.printer._ready_at = float("-inf")
        marks = hall.marks(pressed)
        assert marks, f"{pressed} was lost ({trouble} after {after} bytes)"
        assert marks.count(False) <= 1, f"{pressed} came out twice without COPY ({trouble} after {after} bytes)"
        assert False not in marks[1:], "the unmarked one can only be the first"


@pytest.mark.fault("F37")
@pytest.mark.parametrize("trouble", TROUBLES)
def test_at_every_byte_nothing_counts_as_printed_that_did_not_come_out(trouble: Any) -> None:
    section = config.TwinPrinter(id="p", chinese="gb18030", timeout_s=0.01)
    slip = document((Line("请", "large"), Number("A005")), section, None)
    printer = TwinPrinter(section, None, lambda: 0)
    for after in range(1, len(slip)):
        printer.mend()
        printer.paper.tear()
        printer.paper.sheets.clear()
        # it may be silent for longer than the short time it is given here, on a busy machine
        until(lambda: printer.status().ready)
        printer.trouble_after(after, trouble)
        with pytest.raises(DeviceError):
            printer.print(slip)
        assert not any(sheet.cut for sheet in printer.paper.sheets)


@pytest.mark.fault("F37")
def test_without_paper_the_hall_says_so_and_prints_clean_slips_later_in_order(hall: Hall) -> None:
    hall.printer.toggle("paper_out", True)
    until(lambda: hall.engine.view.failed_devices)
    assert "out of paper" in hall.engine.view.failed_devices["p"]
    pressed = [hall.press() for _ in range(3)]
    until(lambda: [hall.slip(one) for one in pressed] == ["failed"] * 3)
    assert not kinds(hall.events, SlipStarted), "nothing is begun on a printer that cannot print"
    hall.printer.toggle("paper_out", False)
    for one in pressed:
        hall.settled(one)
    texts = "".join(sheet.text for sheet in hall.printer.paper.sheets)
    assert [texts.index(one) for one in pressed] == sorted(texts.index(one) for one in pressed)
    assert "COPY" not in texts
    assert kinds(hall.events, SlipFailed, SlipPrinted) == ["SlipFailed"] * 3 + ["SlipPrinted"] * 3
    until(lambda: not hall.engine.view.failed_devices)
    assert kinds(hall.events, DeviceFailed, DeviceRecovered) == ["DeviceFailed", "DeviceRecovered"]


@pytest.mark.fault("F37")
def test_a_slip_that_waited_too_long_is_left_to_staff(hall: Hall) -> None:
    hall.printer.toggle("cover_open", True)
    pressed = hall.press()
    hall_failed = until(lambda: hall.slip(pressed) == "failed")
    assert hall_failed
    hall.clock[0] += 900_000
    hall.printer.toggle("cover_open", False)
    hall.settled(pressed, "staff")
    assert hall.engine.view.slips_for_staff == (pressed,)
    assert hall.marks(pressed) == []
    (id_,) = hall.engine.ask(lambda state: list(state.tickets)).result(60)
    hall.worker.reprint(id_)
    hall.settled(pressed)
    assert hall.marks(pressed) == [False], "none was ever begun, so it is no copy"
    assert hall.engine.view.slips_for_staff == ()


def test_staff_get_a_copy_and_an_unknown_ticket_is_refused(hall: Hall) -> None:
    pressed = hall.press()
    hall.settled(pressed)
    (id_,) = hall.engine.ask(lambda state: list(state.tickets)).result(60)
    hall.worker.reprint(id_)
    until(lambda: hall.marks(pressed) == [False, True])
    with pytest.raises(Unknown, match="nobody"):
        hall.worker.reprint("nobody")


def test_another_printer_takes_over_and_technicians_are_answered_at_once(tmp_path: Path) -> None:
    with line(tmp_path / "journal.db") as engine:
        empty, spare = (TwinPrinter(SECTION, None, lambda: 0) for _ in range(2))
        empty.toggle("paper_out", True)
        spare.toggle("paper_out", True)
        worker = SlipWorker(engine, [empty, spare], settings(), None, lambda: NOON, look_s=0.05)
        stage = Stage(engine, worker, None)
        stage.open()
        try:
            engine.submit(ticket()).result(60)
            until(lambda: engine.ask(lambda s: [one.slip for one in s.tickets.values()]).result(60) == ["failed"])
            asked = worker.print_document(lambda shape: document((Line("test"),), shape, None))
            with pytest.raises(DeviceError, match="paper"):
                asked.result(60)
            spare.toggle("paper_out", False)
            until(lambda: spare.paper.sheets)
            worker.print_document(lambda shape: document((Line("test"),), shape, None)).result(60)
            assert [("A000001" in one.text, "test" in one.text) for one in spare.paper.sheets] == [
                (True, False),
                (False, True),
            ]
            assert not empty.paper.sheets
        finally:
            stage.close()
