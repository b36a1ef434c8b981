"""The kiosk's result on the screen and on paper: a whole node, a real browser, the twin's tray."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from edge import config
from edge.app import Node
from edge.clock import ManualClock
from edge.devices.twins.printer import TwinPrinter
from hallkeeper.system import free_port
from tests.line import NOON
from tests.waiting import until


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    document = {
        "hall": {"id": "bench", "name": {"zh": "示例厅", "en": "Bench"}, "timezone": "UTC"},
        "node": {"id": "bench-1", "data": str(tmp_path), "port": free_port()},
        "day": {"starts": "00:00", "opens": "00:00", "last_ticket": "23:59", "closes": "23:59"},
        "services": [{"id": "a", "letter": "A", "name": {"zh": "存款", "en": "Deposit"}}],
        "counters": [{"id": "1", "name": {"en": "One"}, "serves": [["a"]]}],
        "printers": [{"id": "slips", "driver": "twin", "chinese": "gb18030"}],
    }
    made = Node(config.parse(document), simulated=True, clock=ManualClock(NOON))
    made.open()
    yield made
    made.close()


@pytest.fixture
def kiosk(node: Node) -> Iterator[Page]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{node.web.url}/kiosk?lang=en")
        yield page
        browser.close()


@pytest.mark.clause("S4-29")
def test_the_number_is_on_the_screen_at_once_and_on_the_slip(node: Node, kiosk: Page) -> None:
    kiosk.click("[data-service=a]")
    expect(kiosk.locator("#ticket-number")).to_have_text("A001")
    [printer] = node.equipment.printers
    assert isinstance(printer, TwinPrinter)
    until(lambda: any("A001" in sheet.text and "存款" in sheet.text for sheet in printer.slips()))
