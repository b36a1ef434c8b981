"""Caller keypads on a serial line: the suite of the port `Keys`, and what happens on such lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge import config
from edge.devices import serial_keypad
from edge.devices import serial_keypad_frames as frames
from edge.devices.ports import Edge
from edge.devices.serial_keypad import SerialKeypad
from edge.devices.twins.serial_keypad import SerialLine
from edge.errors import ConfigError
from tests.ports import test_keys_port as suite
from tests.ports.test_keys_port import heard
from tests.waiting import until

# The suite of the port, run here with the rig of this file.
test_a_press_is_an_edge_down_and_an_edge_up = suite.test_a_press_is_an_edge_down_and_an_edge_up
test_keys_are_told_apart_and_may_overlap = suite.test_keys_are_told_apart_and_may_overlap
test_a_key_held_down_is_found_stuck = suite.test_a_key_held_down_is_found_stuck
test_closed_devices_are_silent_and_say_so = suite.test_closed_devices_are_silent_and_say_so
test_it_can_be_opened_again = suite.test_it_can_be_opened_again
test_check_tries_the_device = suite.test_check_tries_the_device

BIND = {"1.1": "counter:1:next", "1.2": "counter:1:recall", "7.1": "counter:2:next", "7.9": "alarm:help"}


SILENT_NS = frames.SILENT_NS


class SerialRig:
    first, second, debounce_ms = "1.1", "1.2", 5

    def __init__(self, folder: Path, *, echo: bool = False) -> None:
        self.line = SerialLine(folder / "line", (1, 7), echo=echo)
        self.device = SerialKeypad(config.SerialKeypad(id="callers", path=str(self.line.path), bind=BIND))

    def move(self, key: str, down: bool) -> None:
        if self.device.health().status == "ok":
            # Until a keypad had nothing to say once, what it tells is old.
            until(lambda: all(not talk._behind for talk in self.device._talks))
        address, code = map(int, key.split("."))
        self.line.down(address, code) if down else self.line.up(address, code)

    def end(self) -> None:
        self.line.close()


@pytest.fixture(params=[False, True], ids=["two wires", "with echo"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SerialRig]:
    made = SerialRig(tmp_path, echo=request.param)
    yield made
    made.device.close()
    made.end()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A keypad or an adapter that stands still with the whole machine is not missing."""
    monkeypatch.setattr(serial_keypad, "SENT_S", 60.0)
    monkeypatch.setattr(frames, "SILENT_NS", 60_000_000_000)


@contextmanager
def missed() -> Iterator[None]:
    """Meanwhile a keypad that does not answer is missing after a second, as in a hall."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "SILENT_NS", SILENT_NS)
        yield


def moves(edges: list[Edge]) -> list[tuple[str, bool]]:
    return [(edge.key, edge.down) for edge in edges]


def says(rig: SerialRig, status: str, cause: str) -> bool:
    health = rig.device.health()
    return health.status == status and cause in health.cause


def opened(rig: SerialRig) -> list[Edge]:
    edges = heard(rig)
    rig.device.open()
    assert rig.device.check().status == "ok"
    until(lambda: all(not talk._behind for talk in rig.device._talks))
    return edges


def test_answers_spoiled_and_polls_lost_cost_no_press_and_double_none(rig: SerialRig) -> None:
    edges = opened(rig)
    rig.line.press(1, 1)
    rig.line.spoil(3)
    rig.line.press(7, 1)
    until(lambda: len(edges) == 4)
    rig.line.lose_polls(4)
    rig.line.noise(b"\xaa\x01\x00\xff\xaa")
    rig.line.press(1, 2)
    until(lambda: len(edges) == 6)
    rig.line.press(1, 1)
    until(lambda: len(edges) == 8)
    by_key = {key: [down for name, down in moves(edges) if name == key] for key in ("1.1", "1.2", "7.1")}
    assert by_key == {"1.1": [True, False] * 2, "1.2": [True, False], "7.1": [True, False]}
    assert rig.device.too_old == 0
    assert rig.device.health().status == "ok"


def test_a_line_cut_fails_lets_its_keys_go_and_is_taken_again(rig: SerialRig) -> None:
    edges = opened(rig)
    rig.line.down(1, 1)
    until(lambda: edges)
    rig.line.cut()
    until(lambda: rig.device.health().status == "failed")
    until(lambda: moves(edges) == [("1.1", True), ("1.1", False)])
    until(lambda: "No such file" in rig.device.health().cause)
    assert "adapter plugged in" in rig.device.health().cause
    rig.line.mend()
    until(lambda: rig.device.health().status == "ok")
    until(lambda: rig.device._talks and all(not talk._behind for talk in rig.device._talks))
    rig.line.press(7, 1)
    until(lambda: moves(edges)[-2:] == [("7.1", True), ("7.1", False)])


def test_a_keypad_that_is_missing_is_named_and_the_others_go_on(rig: SerialRig) -> None:
    edges = opened(rig)
    rig.line.down(7, 1)
    until(lambda: edges)
    rig.line.unplug(7)
    with missed():
        until(lambda: says(rig, "degraded", "keypad 7 does"))
    until(lambda: moves(edges) == [("7.1", True), ("7.1", False)])
    until(lambda: not rig.device._talks[0]._behind)
    rig.line.press(1, 1)
    until(lambda: len(edges) == 4)
    rig.line.unplug(1)
    with missed():
        until(lambda: says(rig, "failed", "no keypad answers"))
    rig.line.plug(1)
    rig.line.plug(7)
    until(lambda: rig.device.health().status == "ok")


def test_presses_nobody_asked_for_in_time_do_nothing_but_an_alarm_does(
    rig: SerialRig, caplog: pytest.LogCaptureFixture
) -> None:
    edges = opened(rig)
    rig.line.unplug(7)
    with missed():
        until(lambda: says(rig, "degraded", "keypad 7 does"))
    rig.line.press(7, 1)
    rig.line.press(7, 9)
    rig.line.plug(7)
    until(lambda: ("7.9", False) in moves(edges))
    assert ("7.1", True) not in moves(edges)
    assert moves(edges).count(("7.9", True)) == 1
    assert "a press of 7.1 lay in the keypad" in caplog.text
    assert rig.device.too_old == 1


def test_a_keypad_that_lost_its_power_is_heard_from_its_first_press(rig: SerialRig) -> None:
    edges = opened(rig)
    rig.line.press(1, 1)
    until(lambda: len(edges) == 2)
    rig.line.restart(1)
    asked = rig.line.polls
    until(lambda: rig.line.polls > asked + 4)
    rig.line.press(1, 1)
    until(lambda: len(edges) == 4)


def test_a_key_nobody_bound_is_taken_and_does_nothing(rig: SerialRig) -> None:
    edges = opened(rig)
    rig.line.press(1, 200)
    rig.line.press(1, 1)
    until(lambda: len(edges) == 2)
    assert moves(edges) == [("1.1", True), ("1.1", False)]


@pytest.mark.parametrize("name", ["1", "0.1", "248.1", "1.0", "1.256", "1.1.1", "a.1", "", "1."])
def test_what_is_no_address_and_code_is_refused(name: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        SerialKeypad(config.SerialKeypad(id="callers", path="/dev/null", bind={name: "ticket:a"}))
    assert wrong.value.field == f"keys.callers.bind.{name}"
