"""What the front panel remembers: the numbers of the slips in the trays, the last words and refusals."""

import queue
from collections.abc import Iterator
from functools import partial

import msgspec
import pytest
from PIL import Image

from contract.events import SlipPrinted
from contract.messages import DeviceReport
from edge import bindings, config
from edge.devices.ports import Card, Scanned
from edge.devices.twins.board import TwinBoard
from edge.devices.twins.escpos_paper import Sheet
from edge.devices.twins.keys import TwinKeys
from edge.devices.twins.printer import TwinPrinter
from edge.devices.twins.reader import TwinReader
from edge.errors import Refused, Unknown
from edge.front_panel import FrontPanel
from edge.hall.view import EMPTY
from edge.journal import Recorded
from edge.keypress import Turned
from edge.line_news import Batch
from edge.web.panel import PanelBoard, PanelRefusal, Switch
from tests.line import NOON, settings


def test_numbers_go_with_their_slips() -> None:
    printer = TwinPrinter(config.TwinPrinter(id="p", chinese="gb18030"), None, lambda: NOON)
    panel = FrontPanel(settings(), [printer], list, None)
    kept = printer.paper.sheets.maxlen or 0
    for n in range(1, kept + 11):
        printer.paper.sheets.append(Sheet(n, NOON + n, None, "", (), True))  # type: ignore[arg-type]
        event = SlipPrinted(f"20261122-A{n:03}", copy=False)
        panel.told(Batch((Recorded("e", n, NOON, event, b"", n),), EMPTY))
    shown = panel.slips()
    assert [slip.number for slip in shown] == [f"A{n:03}" for n in range(kept + 10, 10, -1)]
    assert len(panel._numbers) == kept


def test_a_printer_says_the_number_and_keys_what_was_turned_down() -> None:
    printer = TwinPrinter(config.TwinPrinter(id="p", chinese="gb18030"), None, lambda: NOON)
    printer.open()
    panel = FrontPanel(settings(), [printer], lambda: [DeviceReport("p", "printer", "ok", NOON)], None)
    panel.told(Batch((Recorded("e", 1, NOON, SlipPrinted("20261122-A023", copy=False), b"", 1),), EMPTY))
    [shown] = panel.devices()
    assert (shown.words, shown.refused) == ("A023", None)
    for nth in (1, 2):
        panel.turned_down(Turned("p", "k", bindings.Rate("1", 5), Refused("Nobody waits.", code="nobody_waiting")))
        [shown] = panel.devices()
        assert shown.refused == PanelRefusal("k", "nobody_waiting", "Nobody waits.", nth)


# --- what hands do --------------------------------------------------------------


@pytest.fixture
def reader() -> Iterator[TwinReader]:
    twin = TwinReader(config.TwinReader(id="r", at="counter:1"))
    twin.open()
    yield twin
    twin.close()


def with_reader(twin: TwinReader) -> FrontPanel:
    made = msgspec.structs.replace(settings(), readers=(config.TwinReader(id="r", at="counter:1"),))
    reports = [DeviceReport("r", "reader", "ok", NOON)]
    return FrontPanel(made, [twin], lambda: reports, None, lambda reader: f"{reader} read a card")


def test_a_card_is_laid_on_a_reader_and_pulled_away_and_a_code_is_scanned(reader: TwinReader) -> None:
    seen: queue.Queue[Card | Scanned] = queue.Queue()
    reader.watch(seen.put, lambda code, sentence: None)
    panel = with_reader(reader)
    [shown] = panel.readers()
    assert (shown.at, shown.lies) == ("counter:1", None) and "zhang" in [card.name for card in shown.cards]
    panel.lay("r", "zhang")
    read = seen.get(timeout=10)
    assert isinstance(read, Card) and read.name == "张伟"
    assert panel.readers()[0].lies == "zhang"
    panel.pull("r")
    assert panel.readers()[0].lies is None
    panel.scan("r", "BK-1")
    assert seen.get(timeout=10) == Scanned("BK-1")
    [device] = panel.devices()
    assert (device.words, device.twin) == ("r read a card", True)


def test_a_card_or_reader_that_is_not_there_is_said(reader: TwinReader) -> None:
    panel = with_reader(reader)
    with pytest.raises(Unknown, match="zhang"):
        panel.lay("r", "nobody")
    assert panel.readers()[0].lies is None
    for move in (panel.pull, partial(panel.scan, text="y"), partial(panel.lay, card="zhang")):
        with pytest.raises(Unknown, match="not a twin"):
            move("x")


def test_a_key_sticks_until_the_switch_goes_back() -> None:
    section = config.TwinKeys(id="k", bind={"a": "ticket:savings", "b": "ticket:loans"})
    keys = TwinKeys(section)
    keys.open()
    edges: list[tuple[str, bool]] = []
    keys.watch(lambda edge: edges.append((edge.key, edge.down)))
    made = msgspec.structs.replace(settings(), keys=(section,))
    panel = FrontPanel(made, [keys], lambda: [DeviceReport("k", "keys", "ok", NOON)], None)
    panel.toggle("k", "stick", True)
    assert panel.devices()[0].switches[-1] == Switch("stick", True)
    panel.press("k", "a")
    assert edges == [("a", True)]
    panel.toggle("k", "stick", False)
    assert edges == [("a", True), ("a", False)]
    edges.clear()
    panel.press("k", "b")
    assert edges[0] == ("b", True) and edges[-1] == ("b", False)


def test_each_view_of_a_chain_is_a_board_of_its_own() -> None:
    section = config.TwinBoard(
        id="chain", width=32, height=8,
        views=(
            config.View(shows="counter:1", width=16, height=8),
            config.View(shows="counter:2", x=16, width=16, height=8),
        ),
    )  # fmt: skip
    twin = TwinBoard(section)
    twin.open()
    frame = Image.new("1", (32, 8))
    frame.putpixel((17, 0), 1)
    twin.show(frame)
    panel = FrontPanel(msgspec.structs.replace(settings(), boards=(section,)), [twin], list, None)
    assert panel.boards() == [PanelBoard("chain.1", "counter:1", 16, 8), PanelBoard("chain.2", "counter:2", 16, 8)]
    assert panel.board_bits("chain.1") == bytes(16)
    assert panel.board_bits("chain.2")[0] == 0b0100_0000
    with pytest.raises(Unknown):
        panel.board_bits("chain")
