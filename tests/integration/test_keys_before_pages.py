"""A node that says it is well hears its keys: no press on its ticket buttons is lost while it starts."""

from pathlib import Path

import pytest

from edge import app, config
from edge.clock import ManualClock
from edge.web.serve import WebServer
from hallkeeper.system import free_port
from tests.line import NOON
from tests.waiting import until


@pytest.mark.fault("F48")
def test_a_press_at_the_moment_the_pages_answer_is_a_ticket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = {
        "hall": {"id": "bench", "name": {"en": "Bench"}, "timezone": "UTC"},
        "node": {"id": "bench-1", "data": str(tmp_path), "port": free_port()},
        "services": [{"id": "a", "letter": "A", "name": {"en": "Deposit"}}],
        "counters": [{"id": "1", "name": {"en": "One"}, "serves": [["a"]]}],
        "keys": [{"id": "buttons", "driver": "twin", "bind": {"K1": "ticket:a"}}],
    }
    node = app.Node(config.parse(document), simulated=True, clock=ManualClock(NOON))

    class Pages(WebServer):
        def start(self) -> None:
            super().start()
            node.panel.press("buttons", "K1")

    monkeypatch.setattr(app, "WebServer", Pages)
    node.open()
    try:
        until(lambda: node.engine.view.services[0].waiting == 1)
    finally:
        node.close()
