"""The day-end sheet of a whole node on simulated devices: folded, kept, shown, printed, and refused without paper."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from edge import config, tokens
from edge.app import Node
from edge.clock import ManualClock
from edge.devices.twins.printer import TwinPrinter
from edge.hall.commands import IssueTicket
from hallkeeper.system import free_port
from tests.line import NOON
from tests.waiting import until

DAY = "2026-11-22"


def document(folder: Path, printers: bool) -> dict[str, object]:
    return {
        "hall": {"id": "bench", "name": {"zh": "示例厅", "en": "Bench"}, "timezone": "UTC"},
        "node": {"id": "bench-1", "data": str(folder), "port": free_port()},
        "day": {"starts": "00:00", "opens": "00:00", "last_ticket": "23:00", "closes": "23:30"},
        "services": [{"id": "a", "letter": "A", "name": {"zh": "存款", "en": "Deposit"}}],
        "counters": [{"id": "1", "name": {"en": "One"}, "serves": [["a"]]}],
        "printers": [{"id": "slips", "driver": "twin", "chinese": "gb18030", "timeout_s": 60}] if printers else [],
    }


@pytest.fixture(params=[True], ids=["with a printer"])
def node(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Node]:
    """One ticket was taken on `DAY`, which is over."""
    clock = ManualClock(NOON)
    made = Node(config.parse(document(tmp_path, request.param)), simulated=True, clock=clock)
    made.open()
    made.engine.submit(IssueTicket("a", tokens.fresh(), "kiosk")).result(60)
    clock.advance(86_400_000)
    until(lambda: made.documents.find("sheets", "sheets", DAY))
    yield made
    made.close()


def post(node: Node, **wish: str) -> httpx.Response:
    return httpx.post(f"{node.web.url}/api/sheet/print", json=wish, timeout=60)


def printed(node: Node) -> str:
    [printer] = node.equipment.printers
    assert isinstance(printer, TwinPrinter)
    return "".join(sheet.text for sheet in printer.paper.sheets)


def test_a_closed_day_is_read_and_printed(node: Node) -> None:
    told = httpx.get(f"{node.web.url}/api/sheet", params={"day": DAY}, timeout=60).json()
    assert (told["closed"], told["sheet"][0]["issued"]) == (True, 1)
    assert post(node, day=DAY).json() == {"day": DAY}
    assert "日结单" in printed(node) and DAY in printed(node)


def test_without_paper_the_clerk_is_told_and_the_next_try_prints(node: Node) -> None:
    node.panel.toggle("slips", "paper_out", True)
    answer = post(node, day=DAY)
    assert (answer.status_code, answer.json()["error"]) == (503, "device")
    assert "paper" in answer.json()["detail"]
    node.panel.toggle("slips", "paper_out", False)
    assert post(node, day=DAY).status_code == 200
    assert printed(node).count("日结单") == 1


@pytest.mark.parametrize("node", [False], indirect=True, ids=["without a printer"])
def test_a_hall_without_a_printer(node: Node) -> None:
    answer = post(node)
    assert (answer.status_code, answer.json()["error"]) == (409, "no_printer")
