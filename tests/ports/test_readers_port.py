"""One suite for everything that stands under the port `CardReader`: PC/SC on a real pcscd, the ID module on a
serial line, the scanner on an input node, the twin."""

import os
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from edge import config
from edge.devices import id_module
from edge.devices.id_module import IdModule
from edge.devices.key_names import CODES
from edge.devices.keypad import EV_KEY, RECORD
from edge.devices.pcsc_reader import PcscReader
from edge.devices.ports import Card, CardReader, Scanned
from edge.devices.scanner import Scanner
from edge.devices.twins.chips import Chip, SocialSecurityChip
from edge.devices.twins.id_module import IdModuleTwin, resident_text
from edge.devices.twins.reader import TwinReader
from edge.devices.twins.sample_cards import LI, SAMPLES, ZHANG
from edge.devices.twins.virtual_card import VirtualCard
from edge.errors import Refused, Unknown
from tests import vpcd
from tests.unit.identity.test_typist import TD3, strokes
from tests.waiting import until


class Heard:
    """What a reader told, in its order."""

    def __init__(self, device: CardReader) -> None:
        self.cards: list[Card] = []
        self.texts: list[str] = []
        self.failures: list[tuple[str, str]] = []
        self.threads: set[int] = set()
        self.trip = 0
        device.watch(self._read, self._fail)

    def _read(self, what: Card | Scanned) -> None:
        self.threads.add(threading.get_ident())
        if self.trip:
            self.trip -= 1
            raise RuntimeError(f"a listener that stumbles over {what}")
        if isinstance(what, Card):
            self.cards.append(what)
        else:
            self.texts.append(what.text)

    def _fail(self, code: str, sentence: str) -> None:
        self.failures.append((code, sentence))


class CardRig(Protocol):
    """A reader, a hand with a card, and the cable. `number`: of the card that `lay` lays."""

    device: CardReader
    number: str

    def lay(self) -> None: ...
    def lay_and_pull(self) -> None: ...
    def lay_unknown(self) -> None: ...
    def pull(self) -> None: ...
    def unplug(self) -> None: ...
    def plug(self) -> None: ...
    def end(self) -> None: ...


class PcscRig:
    number = ZHANG

    def __init__(self, folder: Path) -> None:
        self.daemon = vpcd.daemon()
        self.daemon.ready()
        self.device = PcscReader(config.PcscReader(id="r", name="Virtual"))
        self.card: VirtualCard | None = None

    def _insert(self, chip: Chip, pull_after: int | None = None) -> None:
        self.pull()
        self.card = VirtualCard(chip, self.daemon.wire(), pull_after)

    def lay(self) -> None:
        self._insert(SocialSecurityChip(ZHANG, "张伟"))

    def lay_and_pull(self) -> None:
        self._insert(SocialSecurityChip(ZHANG, "张伟"), pull_after=6)

    def lay_unknown(self) -> None:
        self._insert(Chip())

    def pull(self) -> None:
        if self.card is not None:
            self.card.pull()
            self.card = None
            self.daemon.settle()

    def unplug(self) -> None:
        self.pull()
        self.daemon.stop()
        self.daemon.plugged = False
        self.daemon.start()

    def plug(self) -> None:
        self.daemon.ready()

    def end(self) -> None:
        self.pull()
        self.daemon.ready()


class ModuleRig:
    number = LI

    def __init__(self, folder: Path) -> None:
        self.module = IdModuleTwin(folder / "id-module")
        self.device = IdModule(config.IdModule(id="r", path=self.module.path), answers_s=60)

    def lay(self) -> None:
        self.module.lift_before = None
        self.module.lay(resident_text("李明", LI, "长期"))

    def lay_and_pull(self) -> None:
        self.module.lift_before = (0x30, 0x01)
        self.module.lay(resident_text("李明", LI, "长期"))

    def lay_unknown(self) -> None:
        self.module.lay(resident_text("李明", LI, "长期", "Q"))

    def pull(self) -> None:
        """A hand is slower than the driver's next question or two."""
        self.module.lift()
        asked = len(self.module.asked)
        until(lambda: len(self.module.asked) >= asked + 2 or self.device.health().status == "failed")

    def unplug(self) -> None:
        self.module.unplug()

    def plug(self) -> None:
        self.module.plug()

    def end(self) -> None:
        self.module.end()


class TwinRig:
    number = ZHANG

    def __init__(self, folder: Path) -> None:
        self.device = TwinReader(config.TwinReader(id="r"))

    def lay(self) -> None:
        self.device.toggle("pulled_early", False)
        self.device.lay("zhang")

    def lay_and_pull(self) -> None:
        self.device.toggle("pulled_early", True)
        self.device.lay("zhang")

    def lay_unknown(self) -> None:
        self.device.lay("unknown")

    def pull(self) -> None:
        self.device.pull()

    def unplug(self) -> None:
        self.device.toggle("unplugged", True)

    def plug(self) -> None:
        self.device.toggle("unplugged", False)

    def end(self) -> None:
        pass


@pytest.fixture(params=[PcscRig, ModuleRig, TwinRig], ids=["pcsc", "id-module", "twin"])
def rig(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CardRig]:
    # An adapter that stands still with the whole machine is not gone.
    monkeypatch.setattr(id_module, "_SENT_S", 60.0)
    made = request.param(tmp_path)
    yield made
    made.device.close()
    made.end()


def opened(rig: CardRig) -> Heard:
    heard = Heard(rig.device)
    rig.device.open()
    until(lambda: rig.device.health().status == "ok", say=rig.device.health)
    return heard


def test_a_reader_is_not_ok_before_it_is_open_nor_after(rig: CardRig) -> None:
    assert rig.device.kind == "reader"
    assert rig.device.health().status == "failed" and rig.device.health().cause
    opened(rig)
    assert rig.device.check().status == "ok"
    rig.device.open()
    rig.device.close()
    rig.device.close()
    assert rig.device.health().status == "failed"


def test_a_card_is_told_whole_once_in_the_drivers_own_thread(rig: CardRig) -> None:
    heard = opened(rig)
    rig.lay()
    until(lambda: heard.cards, say=lambda: heard.failures)
    assert heard.cards[0].number == rig.number and heard.cards[0].name
    assert heard.threads.isdisjoint({threading.get_ident()})
    rig.pull()
    rig.lay_unknown()
    until(lambda: heard.failures)
    assert len(heard.cards) == 1


@pytest.mark.fault("F38")
def test_a_card_pulled_in_the_middle_is_nobody_and_the_next_is_read(rig: CardRig) -> None:
    heard = opened(rig)
    rig.lay_and_pull()
    until(lambda: heard.failures, say=lambda: heard.cards)
    assert heard.failures[0][0] == "pulled" and "nothing was read" in heard.failures[0][1]
    assert heard.cards == []
    assert rig.device.health().status == "ok"
    rig.pull()
    rig.lay()
    until(lambda: heard.cards, say=lambda: heard.failures)
    assert heard.cards[0].number == rig.number and len(heard.failures) == 1


def test_an_unknown_card_tells_the_manual_way(rig: CardRig) -> None:
    heard = opened(rig)
    rig.lay_unknown()
    until(lambda: heard.failures)
    code, sentence = heard.failures[0]
    assert code == "unknown_card" and "type the number" in sentence


@pytest.mark.fault("F39")
def test_a_reader_unplugged_has_failed_and_put_back_it_reads(rig: CardRig) -> None:
    heard = opened(rig)
    rig.unplug()
    until(lambda: rig.device.health().status == "failed")
    assert rig.device.health().cause
    rig.plug()
    until(lambda: rig.device.health().status == "ok", say=rig.device.health)
    rig.lay()
    until(lambda: heard.cards, say=lambda: heard.failures)
    assert heard.cards[0].number == rig.number


def test_a_listener_that_stumbles_costs_one_card_and_no_number_is_logged(
    rig: CardRig, caplog: pytest.LogCaptureFixture
) -> None:
    heard = opened(rig)
    heard.trip = 1
    rig.lay()
    until(lambda: heard.trip == 0)
    until(lambda: "RuntimeError" in caplog.text)
    rig.pull()
    rig.lay()
    until(lambda: heard.cards, say=lambda: heard.failures)
    assert rig.number not in caplog.text


def test_opened_without_its_hardware_it_does_not_raise_and_finds_it_later(rig: CardRig) -> None:
    rig.unplug()
    heard = Heard(rig.device)
    rig.device.open()
    assert rig.device.health().status == rig.device.check().status == "failed"
    rig.plug()
    until(lambda: rig.device.health().status == "ok", say=rig.device.health)
    rig.lay()
    until(lambda: heard.cards, say=lambda: heard.failures)


# --- scanners --------------------------------------------------------------------


class ScannerRig:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "scanner"
        os.mkfifo(self.path)
        self.device = Scanner(config.Scanner(id="s", path=str(self.path)))
        self.writer: int | None = None

    def scan(self, *lines: str) -> None:
        if self.writer is None:
            self.writer = os.open(self.path, os.O_WRONLY)
        moves = [move for line in lines for move in strokes(line)]
        records = [RECORD.pack(0, 0, EV_KEY, CODES[key], int(down)) + RECORD.pack(0, 0, 0, 0, 0) for key, down in moves]
        os.write(self.writer, b"".join(records))

    def unplug(self) -> None:
        self.path.unlink()
        if self.writer is not None:
            os.close(self.writer)
            self.writer = None

    def plug(self) -> None:
        os.mkfifo(self.path)

    def end(self) -> None:
        if self.writer is not None:
            os.close(self.writer)


class TwinScannerRig(TwinRig):
    def scan(self, *lines: str) -> None:
        self.device.scan("\n".join(lines))


@pytest.fixture(params=[ScannerRig, TwinScannerRig], ids=["scanner", "twin"])
def scanner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ScannerRig | TwinScannerRig]:
    made = request.param(tmp_path)
    yield made
    made.device.close()
    made.end()


def test_a_code_is_told_as_it_is_printed(scanner: ScannerRig | TwinScannerRig) -> None:
    heard = Heard(scanner.device)
    scanner.device.open()
    scanner.scan("https://site.example/t/h1/AbC-12?x=1")
    scanner.scan("B7K2")
    until(lambda: len(heard.texts) == 2)
    assert heard.texts == ["https://site.example/t/h1/AbC-12?x=1", "B7K2"]
    assert heard.failures == []


def test_the_two_lines_of_a_passport_are_one_text(scanner: ScannerRig | TwinScannerRig) -> None:
    heard = Heard(scanner.device)
    scanner.device.open()
    scanner.scan(*TD3)
    until(lambda: heard.texts)
    assert heard.texts == ["\n".join(TD3)]


@pytest.mark.fault("F39")
def test_a_scanner_unplugged_is_found_again(scanner: ScannerRig | TwinScannerRig) -> None:
    heard = Heard(scanner.device)
    scanner.device.open()
    scanner.scan("ONE")
    until(lambda: heard.texts == ["ONE"])
    scanner.unplug()
    until(lambda: scanner.device.health().status == "failed")
    scanner.plug()
    until(lambda: scanner.device.health().status == "ok", say=scanner.device.health)
    scanner.scan("TWO")
    until(lambda: heard.texts == ["ONE", "TWO"])


def test_a_lone_line_of_a_document_is_told_all_the_same(tmp_path: Path) -> None:
    rig = ScannerRig(tmp_path)
    heard = Heard(rig.device)
    rig.device.open()
    try:
        rig.scan(TD3[0])
        until(lambda: heard.texts == [TD3[0]])
    finally:
        rig.device.close()
        rig.end()


def test_a_scanner_that_is_not_there_is_called_a_scanner(tmp_path: Path) -> None:
    device = Scanner(config.Scanner(id="s", path=str(tmp_path / "nothing")))
    device.open()
    try:
        assert "the scanner plugged in" in device.health().cause
    finally:
        device.close()


def test_the_record_is_the_kernels() -> None:
    assert RECORD.size == struct.calcsize("llHHi") == 24


# --- what only the twin has ------------------------------------------------------


def test_the_twin_offers_cards_and_says_what_it_has_not() -> None:
    twin = TwinReader(config.PcscReader(id="r"))
    assert [name for name, _ in twin.cards()] == [sample.name for sample in SAMPLES]
    with pytest.raises(Unknown, match="zhang"):
        twin.lay("nobody")
    with pytest.raises(Refused) as error:
        twin.lay("zhang")
    assert error.value.code == "device"
    twin.open()
    try:
        twin.lay("zhang")
        assert twin.lying == "zhang"
        twin.pull()
        assert twin.lying is None
        assert twin.switches() == {"unplugged": False, "pulled_early": False}
        twin.toggle("unplugged", True)
        with pytest.raises(Refused, match="cable"):
            twin.scan("B7K2")
        with pytest.raises(KeyError):
            twin.toggle("on_fire", True)
    finally:
        twin.close()
