"""The front panel remembers the numbers of the slips that still lie in the trays, and of no others."""

from contract.events import SlipPrinted
from edge import config
from edge.devices.twins.escpos_paper import Sheet
from edge.devices.twins.printer import TwinPrinter
from edge.engine import Batch
from edge.front_panel import FrontPanel
from edge.hall.view import EMPTY
from edge.journal import Recorded
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
