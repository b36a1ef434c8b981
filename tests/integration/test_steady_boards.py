"""The boards of a whole node scroll by a steady clock, not by the hall's own, which may be set or run fast."""

from pathlib import Path

from edge import config
from edge.app import Node
from edge.clock import ManualClock, mono_ms
from hallkeeper.system import free_port
from tests.line import NOON


def test_the_boards_do_not_follow_the_hall_s_time(tmp_path: Path) -> None:
    document = {
        "hall": {"id": "bench", "name": {"en": "Bench"}, "timezone": "UTC"},
        "node": {"id": "bench-1", "data": str(tmp_path), "port": free_port()},
        "services": [{"id": "a", "letter": "A", "name": {"en": "Deposit"}}],
        "counters": [{"id": "1", "name": {"en": "One"}, "serves": [["a"]]}],
        "boards": [{"id": "w1", "driver": "twin", "shows": "counter:1"}],
    }
    node = Node(config.parse(document), simulated=True, clock=ManualClock(NOON))
    node.open()
    try:
        worker = node.boards._workers["w1"]
        before = mono_ms()
        assert before <= worker._clock() <= mono_ms()
    finally:
        node.close()
