"""A whole node with a window far away: composed as it ships, with the satellite in a process of its own."""

import os
import threading
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from edge import config
from edge.app import Node
from edge.clock import ManualClock
from edge.devices import keypad
from edge.devices.keypad import RECORD
from edge.hall.commands import IssueTicket, LogIn
from hallkeeper.device_check import check_devices
from hallkeeper.system import free_port
from tests import satellites
from tests.line import NOON
from tests.waiting import until


@pytest.fixture
def settings(tmp_path: Path) -> config.Settings:
    bind = {"next": "counter:3:next"}
    board = {"driver": "remote", "id": "board-3", "satellite": "window-3", "board": "chain", "shows": "counter:3"}
    return config.parse(
        {
            "hall": {"id": "bench", "name": {"en": "Bench"}, "timezone": "UTC", "languages": ["en"]},
            "node": {
                "id": "bench-1",
                "data": str(tmp_path / "data"),
                "port": free_port(),
                "satellite_port": free_port(),
            },
            "services": [{"id": "a", "letter": "A", "name": {"en": "Deposit"}}],
            "counters": [{"id": "3", "name": {"en": "Three"}, "serves": [["a"]]}],
            "satellites": [{"id": "window-3", "key": satellites.KEY}],
            "keys": [{"driver": "remote", "id": "caller-3", "satellite": "window-3", "bind": bind}],
            "boards": [board],
        }
    )


@pytest.fixture
def child(tmp_path: Path, settings: config.Settings) -> Iterator[satellites.Child]:
    os.mkfifo(tmp_path / "keypad")
    pad = {"driver": "keypad", "id": "pad", "path": str(tmp_path / "keypad"), "bind": {"KP1": "next"}}
    chain = {"driver": "max7219", "id": "chain", "width": 64, "height": 16}
    made = satellites.Child(satellites.window(tmp_path, settings.node.satellite_port, keys=[pad], boards=[chain]))
    yield made
    made.end()


def test_a_key_at_the_window_calls_and_its_board_shows_the_number(
    tmp_path: Path, settings: config.Settings, child: satellites.Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.satellite.remote_keys.STALE_S", 60)
    node = Node(settings, clock=ManualClock(NOON, rate=1.0))
    node.open()
    try:
        health = lambda: {each.id: each.health for each in node.health.report()}  # noqa: E731
        until(lambda: health() == {"window-3": "ok", "caller-3": "ok", "board-3": "ok"}, say=health)
        node.engine.submit(LogIn("3", "li")).result(60)
        node.engine.submit(IssueTicket("a", "A" * 13, "test")).result(60)
        before = len(child.frames.get("chain", []))
        now = time.monotonic_ns() // 1000
        moves = ((now - 150_000, 1), (now - 30_000, 0))
        with (tmp_path / "keypad").open("wb", buffering=0) as pad:
            pad.write(b"".join(RECORD.pack(*divmod(at, 1_000_000), keypad.EV_KEY, 79, down) for at, down in moves))
            until(lambda: node.engine.view.counters[0].number == "A001")
        until(lambda: len(child.frames["chain"]) > before)
    finally:
        node.close()
    until(lambda: not any(each.name.startswith("satellite") for each in threading.enumerate()))


def test_the_check_waits_for_the_satellite_and_tries_what_stands_there(
    settings: config.Settings, child: satellites.Child
) -> None:
    said = StringIO()
    assert check_devices(settings, False, Console(file=said, width=160)) == 0
    assert all(name in said.getvalue() for name in ("window-3", "caller-3", "board-3"))


def test_simulated_no_satellite_is_awaited(settings: config.Settings) -> None:
    said = StringIO()
    assert check_devices(settings, True, Console(file=said, width=160)) == 0
    assert "2 devices, 0 failed" in said.getvalue()
