"""A press and its release that reach the program together, because the machine was busy, are still a press."""

import os
import time
from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory

from edge import config
from edge.devices.debounce import Debounce, Pressed
from edge.devices.gpio_keys import GpioKeys
from edge.devices.keypad import EV_KEY, RECORD, Keypad
from edge.devices.ports import Edge
from tests.waiting import until

HELD_S = 0.12


def presses(edges: list[Edge], debounce_ms: int) -> list[str]:
    sorting = Debounce(debounce_ms=debounce_ms)
    found = [one for edge in edges for one in sorting.feed(edge)]
    return [one.key for one in (*found, *sorting.tick(time.monotonic_ns())) if isinstance(one, Pressed)]


@pytest.mark.parametrize(("held_s", "pressed"), [(HELD_S, ["17"]), (0.005, [])])
def test_late_edges_of_the_header(held_s: float, pressed: list[str]) -> None:
    factory = MockFactory()
    keys = GpioKeys(config.GpioKeys(id="buttons", bind={"17": "ticket:a"}), lambda: factory)
    edges: list[Edge] = []
    keys.watch(edges.append)
    keys.open()
    try:
        pin = factory.pin("GPIO17")
        began = time.monotonic() - held_s
        for at, state in ((began, False), (began + held_s, True)):
            # As lgpio reports it: the kernel's time of the edge, later than which it may reach us.
            pin._state, pin._last_change = state, at
            pin._call_when_changed()
        assert [edge.down for edge in edges] == [True, False]
        assert presses(edges, 20) == pressed
    finally:
        keys.close()
        factory.reset()


@pytest.mark.parametrize(("held_s", "pressed"), [(HELD_S, ["KP1"]), (0.001, [])])
def test_late_records_of_a_keypad(tmp_path: Path, held_s: float, pressed: list[str]) -> None:
    path = tmp_path / "keypad"
    os.mkfifo(path)
    pad = Keypad(config.UsbKeypad(id="pad", path=str(path), bind={"KP1": "ticket:a"}))
    edges: list[Edge] = []
    pad.watch(edges.append)
    pad.open()
    try:
        micros = time.monotonic_ns() // 1000
        began = micros - int(held_s * 1e6)
        down, up = (RECORD.pack(*divmod(at, 1_000_000), EV_KEY, 79, value) for at, value in ((began, 1), (micros, 0)))
        with path.open("wb", buffering=0) as writer:
            writer.write(down + up)
            until(lambda: len(edges) == 2)
        assert presses(edges, 5) == pressed
    finally:
        pad.close()
