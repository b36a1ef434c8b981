"""What the front panel remembers: the numbers of the slips in the trays, the last words and refusals."""

from contract.events import SlipPrinted
from contract.messages import DeviceReport
from edge import bindings, config
from edge.devices.twins.escpos_paper import Sheet
from edge.devices.twins.printer import TwinPrinter
from edge.engine import Batch
from edge.errors import Refused
from edge.front_panel import FrontPanel
from edge.hall.view import EMPTY
from edge.journal import Recorded
from edge.keypress import Turned
from edge.web.panel import PanelRefusal
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
