"""A whole node: a receipt is printed again by its number after the node was started anew, journal and all."""

from pathlib import Path

import httpx

from edge import config
from edge.app import Node
from edge.clock import ManualClock
from edge.devices.twins.printer import TwinPrinter
from hallkeeper.system import free_port
from tests.line import NOON


def opened(folder: Path) -> Node:
    document = {
        "hall": {"id": "bench", "name": {"zh": "示例厅", "en": "Bench"}, "timezone": "UTC"},
        "node": {"id": "bench-1", "data": str(folder), "port": free_port()},
        "day": {"starts": "00:00", "opens": "00:00", "last_ticket": "23:00", "closes": "23:30"},
        "services": [{"id": "a", "letter": "A", "name": {"zh": "存款", "en": "Deposit"}}],
        "counters": [{"id": "1", "name": {"en": "One"}, "serves": [["a"]]}],
        "printers": [{"id": "slips", "driver": "twin", "chinese": "gb18030", "timeout_s": 60}],
    }
    node = Node(config.parse(document), simulated=True, clock=ManualClock(NOON))
    node.open()
    return node


def post(node: Node, path: str, **sent: object) -> httpx.Response:
    return httpx.post(f"{node.web.url}/api/{path}", json=sent, timeout=60).raise_for_status()


def printed(node: Node) -> list[str]:
    [printer] = node.equipment.printers
    assert isinstance(printer, TwinPrinter)
    return ["".join(sheet.text.split()) for sheet in printer.paper.sheets]


def test_a_receipt_is_found_again_after_a_restart(tmp_path: Path) -> None:
    node = opened(tmp_path)
    try:
        post(node, "counters/1/login", clerk="li")
        post(node, "tickets", service="a")
        post(node, "counters/1/next")
        told = post(node, "counters/1/accept", days=5).json()
        assert told["printed"] and any(told["number"] in paper and "补打" not in paper for paper in printed(node))
    finally:
        node.close()
    node = opened(tmp_path)
    try:
        assert post(node, f"papers/{told['number']}/print").json() == {"number": told["number"]}
        [copy] = [paper for paper in printed(node) if told["number"] in paper]
        assert "补打" in copy and "5个工作日" in copy and "2026-11-2212:00" in copy, "as it was accepted"
    finally:
        node.close()
