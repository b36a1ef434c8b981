"""F38 and F39 for real: virtual cards pulled at every step, pcscd killed and started anew, a module gone mad.

What only another machine could show (pyscard missing, a reader's cable) is said by a stand-in for pcscd's calls.
"""

import queue
import threading
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import smartcard.scard as scard

from edge import config
from edge.devices import id_module
from edge.devices.id_module import IdModule
from edge.devices.id_module_frames import FIND, READ, SELECT, STATUS
from edge.devices.pcsc import Pcsc
from edge.devices.pcsc_reader import READER_LOST, UNREADABLE, PcscReader
from edge.devices.ports import Card, Scanned
from edge.devices.twins.chips import SocialSecurityChip
from edge.devices.twins.id_module import IdModuleTwin, resident_text
from edge.devices.twins.sample_cards import LI, ZHANG
from edge.devices.twins.virtual_card import VirtualCard
from tests import vpcd
from tests.waiting import until

Told = Card | Scanned | tuple[str, str]


class Listened:
    """What a reader told; `next` waits for it."""

    def __init__(self, reader: PcscReader | IdModule) -> None:
        self.told: queue.Queue[Told] = queue.Queue()
        self.reader = reader
        reader.watch(self.told.put, lambda code, sentence: self.told.put((code, sentence)))
        reader.open()

    def next(self) -> Told:
        return self.told.get(timeout=60)

    def well(self) -> None:
        until(lambda: self.reader.health().status == "ok", say=self.reader.health)

    def failed(self) -> str:
        until(lambda: self.reader.health().status == "failed", say=self.reader.health)
        return self.reader.health().cause


@pytest.fixture
def daemon() -> Iterator[vpcd.Daemon]:
    made = vpcd.daemon()
    made.ready()
    yield made
    made.ready()


@pytest.fixture
def pcsc(daemon: vpcd.Daemon) -> Iterator[Listened]:
    made = Listened(PcscReader(config.PcscReader(id="r")))
    yield made
    made.reader.close()


def whole() -> SocialSecurityChip:
    return SocialSecurityChip(ZHANG, "张伟")


@pytest.mark.fault("F38")
def test_pulled_after_any_command_there_is_no_half_identity(pcsc: Listened, daemon: vpcd.Daemon) -> None:
    commands = 0
    while True:
        card = VirtualCard(whole(), daemon.wire(), pull_after=commands)
        told = pcsc.next()
        card.pull()
        daemon.settle()
        if isinstance(told, Card):
            break
        assert isinstance(told, tuple) and told[0] == "pulled", (commands, told)
        assert pcsc.reader.health().status == "ok"
        commands += 1
    assert commands >= 6 and told.number == ZHANG and told.name == "张伟"
    assert pcsc.told.empty()


class Held(SocialSecurityChip):
    """Keeps its fifth command waiting until `go`."""

    def __init__(self) -> None:
        super().__init__(ZHANG, "张伟")
        self.reached, self.go = threading.Event(), threading.Event()

    def answer(self, apdu: bytes) -> bytes:
        if len(self.seen) == 4:
            self.reached.set()
            self.go.wait(60)
        return super().answer(apdu)


@pytest.mark.fault("F38")
@pytest.mark.fault("F39")
def test_pcscd_killed_in_the_middle_of_a_read(pcsc: Listened, daemon: vpcd.Daemon) -> None:
    chip = Held()
    card = VirtualCard(chip, daemon.wire())
    assert chip.reached.wait(60)
    daemon.stop()
    chip.go.set()
    assert pcsc.next() == ("unreadable", READER_LOST)
    assert "pcscd" in pcsc.failed()
    card.pull()
    daemon.start()
    pcsc.well()
    card = VirtualCard(whole(), daemon.wire())
    told = pcsc.next()
    card.pull()
    assert isinstance(told, Card) and told.number == ZHANG
    assert pcsc.told.empty()


@pytest.mark.fault("F39")
def test_pcscd_started_anew_again_and_again_and_a_reader_that_comes_and_goes(
    pcsc: Listened, daemon: vpcd.Daemon
) -> None:
    for plugged in (True, False, True):
        daemon.stop()
        assert "pcscd" in pcsc.failed()
        daemon.plugged = plugged
        daemon.start()
        if not plugged:
            until(lambda: "no card reader is plugged in" in pcsc.reader.health().cause)
            continue
        pcsc.well()
        card = VirtualCard(whole(), daemon.wire())
        assert isinstance(pcsc.next(), Card)
        card.pull()
    threads = [thread for thread in threading.enumerate() if thread.name == "reader-r"]
    assert len(threads) == 1


def test_a_card_that_another_program_holds_is_unreadable_and_then_read(pcsc: Listened, daemon: vpcd.Daemon) -> None:
    """The other program is quicker: it waits for the card while our listener is still busy with the one before."""
    gate = threading.Event()
    busy = threading.Event()

    def slow(_: Card | Scanned) -> None:
        busy.set()
        gate.wait(60)

    pcsc.reader.watch(slow, lambda code, sentence: pcsc.told.put((code, sentence)))
    first = VirtualCard(whole(), daemon.wire())
    assert busy.wait(60)
    first.pull()
    daemon.settle()
    second = VirtualCard(whole(), daemon.wire())
    other = Pcsc()
    context = other.establish()
    reader = other.readers(context)[0]
    until(lambda: other.present(other.change(context, reader, 0) or 0))
    held, _ = other.connect(context, reader)
    gate.set()
    assert pcsc.next() == ("unreadable", UNREADABLE)
    other.disconnect(held)
    other.release(context)
    second.pull()
    daemon.settle()
    pcsc.reader.watch(pcsc.told.put, lambda code, sentence: pcsc.told.put((code, sentence)))
    third = VirtualCard(whole(), daemon.wire())
    assert isinstance(pcsc.next(), Card)
    third.pull()


# --- what only another machine could show -----------------------------------------


def stand_in(**changed: Any) -> Any:
    """pcscd's calls of one reader without a card, except as changed."""
    calls = types.SimpleNamespace(**{name: getattr(scard, name) for name in dir(scard) if name.startswith("SCARD_")})
    calls.SCardEstablishContext = lambda scope: (scard.SCARD_S_SUCCESS, object())
    calls.SCardReleaseContext = lambda context: scard.SCARD_S_SUCCESS
    calls.SCardListReaders = lambda context, groups: (scard.SCARD_S_SUCCESS, ["Reader 00 00"])
    calls.SCardGetStatusChange = _nothing_changes
    for name, call in changed.items():
        setattr(calls, name, call)
    return calls


def _nothing_changes(context: Any, timeout_ms: int, states: list[tuple[str, int]]) -> tuple[int, list[Any]]:
    threading.Event().wait(0.01)
    return scard.SCARD_E_TIMEOUT, []


@pytest.mark.fault("F39")
@pytest.mark.parametrize("gone", [scard.SCARD_STATE_UNAVAILABLE, scard.SCARD_STATE_UNKNOWN])
def test_a_cable_pulled_while_pcscd_runs_on(gone: int) -> None:
    plugged = threading.Event()

    def change(context: Any, timeout_ms: int, states: list[tuple[str, int]]) -> tuple[int, list[Any]]:
        if plugged.is_set():
            return _nothing_changes(context, timeout_ms, states)
        return scard.SCARD_S_SUCCESS, [(states[0][0], gone | scard.SCARD_STATE_CHANGED, [])]

    listened = Listened(PcscReader(config.PcscReader(id="r"), Pcsc(stand_in(SCardGetStatusChange=change))))
    try:
        assert "unplugged" in listened.failed()
        plugged.set()
        listened.well()
        assert listened.told.empty()
    finally:
        listened.reader.close()


def test_changes_of_a_card_that_stays_are_no_new_card() -> None:
    """Another program comes and goes, the card's power too; only the count in the upper half tells a new card."""
    present, empty = scard.SCARD_STATE_PRESENT, scard.SCARD_STATE_EMPTY
    states = [
        empty, present | 1 << 16, present | scard.SCARD_STATE_INUSE | 1 << 16, present | 1 << 16,
        present | scard.SCARD_STATE_UNPOWERED | 1 << 16, empty | 2 << 16, present | 3 << 16, present | 5 << 16,
    ]  # fmt: skip
    connected: list[int] = []
    over = threading.Event()

    def change(context: Any, timeout_ms: int, known: list[tuple[str, int]]) -> tuple[int, list[Any]]:
        if not states:
            over.set()
            return _nothing_changes(context, timeout_ms, known)
        return scard.SCARD_S_SUCCESS, [(known[0][0], states.pop(0) | scard.SCARD_STATE_CHANGED, [])]

    def connect(*_: Any) -> tuple[int, int, int]:
        connected.append(len(states))
        return scard.SCARD_S_SUCCESS, 1, scard.SCARD_PROTOCOL_T0

    calls = stand_in(
        SCardGetStatusChange=change,
        SCardConnect=connect,
        SCardTransmit=lambda *_: (scard.SCARD_S_SUCCESS, [0x6D, 0x00]),
        SCardDisconnect=lambda *_: scard.SCARD_S_SUCCESS,
    )
    listened = Listened(PcscReader(config.PcscReader(id="r"), Pcsc(calls)))
    try:
        assert over.wait(60)
        assert connected == [6, 1, 0]
        assert [listened.next()[0] for _ in range(3)] == ["unknown_card"] * 3  # type: ignore[index]
        assert listened.told.empty()
    finally:
        listened.reader.close()


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (scard.SCARD_E_NO_SERVICE, "systemctl"),
        (scard.SCARD_W_SECURITY_VIOLATION, "polkit"),
        (scard.SCARD_F_INTERNAL_ERROR, "SCARD_F_INTERNAL_ERROR"),
        (0x80100099, "0x80100099"),
    ],
)
def test_every_refusal_of_pcscd_tells_what_to_do(code: int, advice: str) -> None:
    reader = PcscReader(config.PcscReader(id="r"), Pcsc(stand_in(SCardEstablishContext=lambda scope: (code, None))))
    assert reader.check().status == "failed" and advice in reader.check().cause


def test_a_node_without_pyscard_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    reader = PcscReader(config.PcscReader(id="r"))
    reader.open()
    try:
        assert reader.health().status == "failed"
        assert "hallkeeper[pi]" in reader.health().cause and "pcscd" in reader.health().cause
    finally:
        reader.close()


# --- the ID module ------------------------------------------------------------------


@pytest.fixture
def module(tmp_path: Path) -> Iterator[IdModuleTwin]:
    made = IdModuleTwin(tmp_path / "id-module")
    yield made
    made.end()


@pytest.fixture
def listened(module: IdModuleTwin, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listened]:
    # An adapter that stands still with the whole machine is not gone.
    monkeypatch.setattr(id_module, "_SENT_S", 60.0)
    made = Listened(IdModule(config.IdModule(id="m", path=module.path), answers_s=60))
    made.well()
    yield made
    made.reader.close()


def text() -> bytes:
    return resident_text("李明", LI, "长期")


@pytest.mark.fault("F38")
@pytest.mark.parametrize("before", [SELECT, READ])
def test_a_resident_id_lifted_at_any_step(module: IdModuleTwin, listened: Listened, before: tuple[int, int]) -> None:
    module.lift_before = before
    module.lay(text())
    told = listened.next()
    assert isinstance(told, tuple) and told[0] == "pulled"
    module.lift_before = None
    module.lay(text())
    found = listened.next()
    assert isinstance(found, Card) and (found.number, found.name, found.valid_until) == (LI, "李明", "long-term")


@pytest.mark.parametrize(
    ("command", "sw3", "code"),
    [
        (SELECT, 0x81, "pulled"), (READ, 0x41, "pulled"), (SELECT, 0x40, "unknown_card"), (READ, 0x31, "unreadable"),
        (READ, 0x32, "unreadable"), (READ, 0x33, "unreadable"), (READ, 0x91, "unreadable"), (READ, 0x47, "unreadable"),
        (READ, 0x11, "unreadable"), (READ, 0x21, "unreadable"), (READ, 0x77, "unreadable"),
    ],
)  # fmt: skip
def test_every_refusal_of_a_card_ends_in_one_sentence_and_the_next_card_is_read(
    module: IdModuleTwin, listened: Listened, command: tuple[int, int], sw3: int, code: str
) -> None:
    module.says = {command: sw3}
    module.lay(text())
    told = listened.next()
    assert isinstance(told, tuple) and told[0] == code and told[1].endswith(".")
    module.says = {}
    found = listened.next()
    assert isinstance(found, Card) and found.number == LI
    assert listened.reader.health().status == "ok" and listened.told.empty()


@pytest.mark.parametrize(("command", "sw3"), [(FIND, 0x66), (FIND, 0x60), (READ, 0x66), (FIND, 0x21)])
def test_a_module_that_is_ill_has_failed_with_its_cause_and_is_tried_again(
    module: IdModuleTwin, listened: Listened, command: tuple[int, int], sw3: int
) -> None:
    module.says = {command: sw3, STATUS: 0x60}
    module.lay(text())
    assert listened.failed()
    until(lambda: "0x60" in listened.reader.health().cause, say=listened.reader.health)
    module.says = {}
    listened.well()


def test_a_spoilt_frame_is_asked_for_again_and_costs_nothing(module: IdModuleTwin, listened: Listened) -> None:
    module.spoil = 1
    until(lambda: module.spoil == 0)
    module.lay(text())
    assert isinstance(listened.next(), Card)
    assert module.asked.count(bytes(STATUS)) == 1, "the line was opened anew"


def test_a_line_with_nothing_but_noise_has_failed(module: IdModuleTwin, listened: Listened) -> None:
    module.spoil = 1_000_000
    assert "baud rate" in listened.failed()
    module.spoil = 0
    listened.well()


@pytest.mark.fault("F39")
def test_a_module_unplugged_in_the_middle_and_one_that_falls_silent(module: IdModuleTwin, listened: Listened) -> None:
    module.unplug()
    assert "plugged in" in listened.failed() or "cable" in listened.failed()
    module.plug()
    listened.well()
    answers_s, listened.reader._answers_s = listened.reader._answers_s, 0.3  # type: ignore[union-attr]
    asked = len(module.asked)
    until(lambda: len(module.asked) > asked + 1)
    module.silent = True
    assert "does not answer" in listened.failed()
    module.silent = False
    listened.well()
    listened.reader._answers_s = answers_s  # type: ignore[union-attr]
    module.lay(text())
    assert isinstance(listened.next(), Card)


def test_a_card_that_stays_is_told_once_even_by_a_module_that_finds_it_again(
    module: IdModuleTwin, listened: Listened
) -> None:
    module.says = {FIND: 0x9F}
    module.lay(text())
    assert isinstance(listened.next(), Card)
    asked = len(module.asked)
    until(lambda: len(module.asked) > asked + 6)
    assert listened.told.empty()


def test_photo_and_address_are_asked_for_and_used_by_nobody(module: IdModuleTwin, listened: Listened) -> None:
    module.lay(text())
    found = listened.next()
    assert isinstance(found, Card)
    assert {body[:2] for body in module.asked} <= {bytes(each) for each in (STATUS, FIND, SELECT, READ)}
    assert "某市" not in repr(found)
