"""One suite for every printer: the three drivers, each with a printer at the end of its wire, and the twin."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import pytest

from edge import config
from edge.devices.escpos_dialogue import EscposPrinter, printing_s
from edge.devices.escpos_printer import NetworkPrinter, SerialPrinter, UsbPrinter
from edge.devices.ports import Printer
from edge.devices.twins.escpos_paper import Paper
from edge.devices.twins.printer import TwinPrinter
from edge.errors import DeviceError
from edge.faces.escpos import document
from edge.faces.paper import Code, Line, Number
from edge.typefaces import find_typeface
from tests.awake import Awake
from tests.ports.printer_peer import PtyPrinter, TcpPrinter, UsbBus

TIMEOUT_S = 0.6
PATIENT_S = 30.0
"""Longer than a machine stands still: who is there answers."""
FACE = find_typeface()
NEVER = 1 << 30
"""Bytes that do not come."""
SHAPE = config.PrinterShape(id="p", chinese="gb18030", qr="native")
SLIP = document((Line("政务服务"), Number("A005"), Code("https://hall.example/t/x/y")), SHAPE, FACE)
DRAWN = document((Line("政务服务"), Number("A006")), config.PrinterShape(id="p"), FACE)


class Bench:
    """A printer under test, the paper at its far end, and hands to trouble both."""

    def __init__(
        self,
        printer: EscposPrinter,
        paper: Paper,
        unplug: Callable[[], None],
        plug: Callable[[], None],
        deafen: Callable[[bool], None],
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.printer, self.paper, self.unplug, self.plug = printer, paper, unplug, plug
        self.deafen, self.close = deafen, close

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """Meanwhile nobody is waited for longer than `TIMEOUT_S`."""
        patient = self.printer.section
        self.printer.section = msgspec.structs.replace(patient, timeout_s=TIMEOUT_S)
        try:
            yield
        finally:
            self.printer.section = patient


def paper() -> Paper:
    return Paper(80, FACE, lambda: 0)


def network(**more: object) -> Bench:
    peer = TcpPrinter(paper())
    section = config.NetworkPrinter(id="p", host="127.0.0.1", port=peer.port, timeout_s=PATIENT_S, **more)

    def unplug() -> None:
        peer.paper.switch(False)
        peer.hang_up()

    return Bench(
        NetworkPrinter(section),
        peer.paper,
        unplug,
        lambda: peer.paper.switch(True),
        lambda on: setattr(peer, "deaf", on),
        peer.close,
    )


def serial(**more: object) -> Bench:
    peer = PtyPrinter(paper())
    section = config.SerialPrinter(id="p", path=peer.path, baud=115200, timeout_s=PATIENT_S, **more)
    return Bench(
        SerialPrinter(section),
        peer.paper,
        lambda: peer.paper.switch(False),
        lambda: peer.paper.switch(True),
        lambda on: setattr(peer, "deaf", on),
        peer.close,
    )


def usb(**more: object) -> Bench:
    bus = UsbBus(paper())
    section = config.UsbPrinter(id="p", vendor=bus.VENDOR, product=bus.PRODUCT, timeout_s=PATIENT_S, **more)

    def unplug() -> None:
        bus.plugged = False
        bus.paper.switch(False)

    def plug() -> None:
        bus.paper.switch(True)
        bus.plugged = True

    return Bench(
        UsbPrinter(section, backend=bus), bus.paper, unplug, plug, lambda on: setattr(bus, "deaf", on), bus.close
    )


def twin(**more: object) -> Bench:
    printer = TwinPrinter(config.TwinPrinter(id="p", timeout_s=PATIENT_S, **more), FACE, lambda: 0)
    hear = printer._line.heard

    def deafen(on: bool) -> None:
        printer._line.heard = (lambda _: None) if on else hear  # type: ignore[method-assign]

    return Bench(
        printer,
        printer.paper,
        lambda: printer.toggle("unplugged", True),
        lambda: printer.toggle("unplugged", False),
        deafen,
    )


@pytest.fixture(params=[network, serial, usb, twin], ids=lambda make: make.__name__)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    made = request.param()
    made.printer.open()
    yield made
    made.printer.close()
    made.close()


def test_prints_and_is_well(bench: Bench) -> None:
    port: Printer = bench.printer
    port.print(SLIP)
    port.print(DRAWN)
    assert [sheet.cut for sheet in bench.paper.sheets] == [True, True]
    first = bench.paper.sheets[0]
    assert "政务服务" in first.text and "A005" in first.text
    assert first.codes == ("https://hall.example/t/x/y",)
    assert bench.paper.unknown == []
    assert port.health().status == "ok"


@pytest.mark.fault("F37")
@pytest.mark.parametrize(
    ("trouble", "word"), [({"paper_out": True}, "out of paper"), ({"cover_open": True}, "cover is open")]
)
def test_a_printer_that_stopped_says_why_and_prints_nothing(bench: Bench, trouble: dict[str, bool], word: str) -> None:
    bench.paper.set(**trouble)
    status = bench.printer.status()
    assert not status.ready and word in status.cause
    with pytest.raises(DeviceError, match=word):
        bench.printer.print(SLIP)
    assert bench.printer.health().status == "failed"
    bench.paper.mend()
    assert not bench.paper.sheets, "nothing may wait in its buffer"
    bench.printer.print(SLIP)
    assert len(bench.paper.sheets) == 1


def test_paper_nearly_used_up_still_prints(bench: Bench) -> None:
    bench.paper.set(near_end=True)
    assert bench.printer.status().paper == "near_end"
    bench.printer.print(SLIP)
    assert bench.printer.check().status == "degraded"


@pytest.mark.fault("F37")
@pytest.mark.parametrize("trouble", ["paper_out", "cover_open", "off"])
@pytest.mark.parametrize("part", [0.01, 0.5, 0.99])
def test_trouble_in_mid_document_is_never_taken_for_printed(bench: Bench, trouble: str, part: float) -> None:
    bench.printer.status()
    bench.paper.trouble_after(int(len(DRAWN) * part), trouble)  # type: ignore[arg-type]
    with bench.hurried(), Awake() as awake, pytest.raises(DeviceError):
        bench.printer.print(DRAWN)
    bound = 2 * TIMEOUT_S + bench.printer._wire.carrying_s(len(DRAWN))
    assert awake.seconds < bound + 0.5
    assert not bench.paper.sheets
    bench.paper.mend()
    bench.paper.trouble_after(NEVER, trouble)  # type: ignore[arg-type]
    bench.plug()
    bench.paper.tear()
    bench.paper.sheets.clear()
    bench.printer.print(SLIP)
    assert "A005" in bench.paper.sheets[-1].text


@pytest.mark.fault("F37")
def test_unplugged_and_back_reopens_by_itself(bench: Bench) -> None:
    bench.printer.print(SLIP)
    bench.unplug()
    with bench.hurried():
        assert not bench.printer.status().online
        assert bench.printer.health().status == "failed"
        with pytest.raises(DeviceError):
            bench.printer.print(SLIP)
    bench.plug()
    bench.printer.print(SLIP)
    assert len(bench.paper.sheets) == 2
    assert bench.printer.health().status == "ok"


def test_a_silent_printer_is_not_online_and_never_hangs(bench: Bench) -> None:
    bench.deafen(True)
    with bench.hurried(), Awake() as awake:
        status = bench.printer.status()
        assert not status.online and "does not answer" in status.cause
        with pytest.raises(DeviceError, match="does not answer"):
            bench.printer.print(SLIP)
    assert awake.seconds < 2 * TIMEOUT_S + 1
    bench.deafen(False)
    assert bench.printer.check().status == "ok"


def test_health_never_waits_for_a_document(bench: Bench) -> None:
    bench.printer.status()
    bench.paper.trouble_after(200, "paper_out")

    def fail() -> None:
        with pytest.raises(DeviceError):
            bench.printer.print(DRAWN)

    thread = threading.Thread(target=fail)
    thread.start()
    try:
        with Awake() as awake:
            bench.printer.health()
        assert awake.seconds < TIMEOUT_S / 2
    finally:
        thread.join(60)
    assert not thread.is_alive()


@pytest.mark.parametrize("make", [network, twin], ids=lambda make: make.__name__)
def test_a_printer_without_gs_r_is_believed_by_its_status(make: Callable[..., Bench]) -> None:
    bench = make(confirm="status")
    try:
        bench.printer.print(SLIP)
        assert len(bench.paper.sheets) == 1
        bench.paper.trouble_after(40, "paper_out")
        with pytest.raises(DeviceError, match="out of paper"):
            bench.printer.print(SLIP)
    finally:
        bench.printer.close()
        bench.close()


def test_one_connection_serves_many_slips_and_a_dropped_one_is_made_anew() -> None:
    peer = TcpPrinter(paper())
    printer = NetworkPrinter(config.NetworkPrinter(id="p", host="127.0.0.1", port=peer.port, timeout_s=PATIENT_S))
    try:
        for _ in range(5):
            printer.print(SLIP)
        assert peer.connections == 1
        peer.hang_up()
        printer._ready_at = float("-inf")
        printer.print(SLIP)
        assert peer.connections == 2 and len(peer.paper.sheets) == 6
    finally:
        printer.close()
        peer.close()


@pytest.mark.fault("F37")
def test_a_connection_lost_inside_a_picture_does_not_eat_the_next_slip(monkeypatch: pytest.MonkeyPatch) -> None:
    """The printer keeps waiting for the rest of the picture: the next document must not become it."""
    peer = TcpPrinter(paper())
    printer = NetworkPrinter(config.NetworkPrinter(id="p", host="127.0.0.1", port=peer.port, timeout_s=PATIENT_S))
    # The question it takes for a part of the picture is answered by nobody, however long it is waited for.
    monkeypatch.setattr(printer, "_part_of", lambda end: min(end, time.monotonic() + 1))
    try:
        printer.status()
        sent = peer.paper.receive

        def lose(data: bytes) -> bytes:
            if len(data) <= 9:
                return sent(data)
            answers = sent(data[:300])
            peer.paper.receive = sent  # type: ignore[method-assign]
            peer.hang_up()
            return answers

        peer.paper.receive = lose  # type: ignore[method-assign]
        with pytest.raises(DeviceError):
            printer.print(DRAWN)
        printer.print(SLIP)
        assert "A005" in peer.paper.sheets[-1].text
        assert peer.paper.sheets[-1].codes
    finally:
        printer.close()
        peer.close()


def test_nobody_at_the_address_says_where_to_look() -> None:
    peer = TcpPrinter(paper())
    peer.close()
    printer = NetworkPrinter(config.NetworkPrinter(id="p", host="127.0.0.1", port=peer.port, timeout_s=PATIENT_S))
    printer.open()
    assert printer.health().status == "failed"
    assert f"127.0.0.1:{peer.port}" in printer.health().cause
    missing = SerialPrinter(config.SerialPrinter(id="p", path="/dev/no-such-port", timeout_s=PATIENT_S))
    assert "/dev/no-such-port" in missing.status().cause


def test_a_serial_printer_that_is_off_lets_itself_be_closed() -> None:
    bench = serial()
    bench.unplug()
    with bench.hurried(), Awake() as awake:
        with pytest.raises(DeviceError):
            bench.printer.print(DRAWN)
        bench.printer.close()
    assert awake.seconds < 3 * TIMEOUT_S
    bench.close()


def test_the_twin_shows_its_slips_and_moves_its_switches() -> None:
    printer = TwinPrinter(config.TwinPrinter(id="p"), FACE, lambda: 7, keep=2)
    for _ in range(3):
        printer.print(SLIP)
    newest, older = printer.slips()
    assert (newest.id, older.id, newest.at) == (3, 2, 7)
    assert printer.png(newest.id).startswith(b"\x89PNG")
    with pytest.raises(KeyError):
        printer.png(1)
    printer.toggle("cover_open", True)
    assert printer.switches()["cover_open"] and not printer.status().ready
    printer.mend()
    assert not any(printer.switches().values()) and printer.status().ready
    with pytest.raises(KeyError):
        printer.toggle("explode", True)


def test_a_slow_twin_is_waited_for_and_a_too_slow_one_is_not() -> None:
    printer = TwinPrinter(config.TwinPrinter(id="p", timeout_s=PATIENT_S), FACE, lambda: 0)
    printer.slow(len(SLIP) / 0.05)
    printer.print(SLIP)
    printer.slow(10)
    printer.section = config.TwinPrinter(id="p", timeout_s=TIMEOUT_S)
    with pytest.raises(DeviceError, match="slow"):
        printer.print(SLIP)


def test_a_long_paper_is_given_the_time_a_slow_mechanism_needs_and_a_slip_no_more_than_before() -> None:
    lines = tuple(Line("请备好以下材料", "small", "left") for _ in range(160))
    assert printing_s(SLIP) == 0.0
    assert 7 < printing_s(document(lines, SHAPE, FACE)) < 15, "60 cm at 60 mm/s"
    assert 7 < printing_s(document(lines, config.PrinterShape(id="p"), FACE)) < 25
