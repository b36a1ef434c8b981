"""One suite for everything that stands under the port `Keys`: the GPIO header, a USB keypad, the twin."""

import errno
import fcntl
import os
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory

from edge import config
from edge.devices import keypad
from edge.devices.debounce import Ailing, Debounce, Pressed
from edge.devices.gpio_keys import GpioKeys
from edge.devices.keypad import RECORD, Keypad
from edge.devices.ports import Edge, Keys
from edge.devices.twins.keys import TwinKeys
from edge.errors import ConfigError, Unknown
from tests.waiting import until

SECOND = 1_000_000_000


class Rig(Protocol):
    """A keys device with a hand on it; `first` and `second` are two of its keys."""

    device: Keys
    first: str
    second: str
    debounce_ms: int

    def move(self, key: str, down: bool) -> None: ...


class GpioRig:
    first, second, debounce_ms = "17", "27", 20

    def __init__(self) -> None:
        self.factory = MockFactory()
        section = config.GpioKeys(id="buttons", bind={"17": "ticket:a", "27": "ticket:b"})
        self.device = GpioKeys(section, lambda: self.factory)

    def move(self, key: str, down: bool) -> None:
        pin = self.factory.pin(f"GPIO{key}")
        pin.drive_low() if down else pin.drive_high()

    def end(self) -> None:
        self.factory.reset()


class KeypadRig:
    first, second, debounce_ms = "KP1", "KPENTER", 5

    def __init__(self, folder: Path) -> None:
        self.path = folder / "keypad"
        os.mkfifo(self.path)
        section = config.UsbKeypad(id="pad", path=str(self.path), bind={"KP1": "ticket:a", "KPENTER": "ticket:b"})
        self.device = Keypad(section)
        self.writer: int | None = None

    def write(self, data: bytes) -> None:
        if self.writer is None:
            self.writer = os.open(self.path, os.O_WRONLY)
        os.write(self.writer, data)

    def move(self, key: str, down: bool) -> None:
        self.write(record(keypad.EV_KEY, {"KP1": 79, "KPENTER": 96}[key], int(down)) + record(keypad.EV_SYN, 0, 0))

    def unplug(self) -> None:
        self.path.unlink()
        if self.writer is not None:
            os.close(self.writer)
            self.writer = None

    def plug(self) -> None:
        os.mkfifo(self.path)

    def end(self) -> None:
        if self.writer is not None:
            os.close(self.writer)


class TwinRig:
    first, second, debounce_ms = "left", "right", 20

    def __init__(self) -> None:
        section = config.TwinKeys(id="twin", bind={"left": "ticket:a", "right": "ticket:b"})
        self.device = TwinKeys(section)

    def move(self, key: str, down: bool) -> None:
        self.device.stick(key) if down else self.device.release(key)

    def end(self) -> None:
        pass


def unread(pipe: int | None) -> int:
    """Bytes in the pipe that nobody has read yet."""
    waiting = bytearray(4)
    fcntl.ioctl(pipe or 0, termios.FIONREAD, waiting)
    return int.from_bytes(waiting, sys.byteorder)


def record(kind: int, code: int, value: int) -> bytes:
    return RECORD.pack(1_700_000_000, 0, kind, code, value)


@pytest.fixture(params=["gpio", "keypad", "twin"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    made = {"gpio": GpioRig, "keypad": lambda: KeypadRig(tmp_path), "twin": TwinRig}[request.param]()
    yield made
    made.device.close()
    made.end()


@pytest.fixture
def pad(tmp_path: Path) -> Iterator[KeypadRig]:
    made = KeypadRig(tmp_path)
    yield made
    made.device.close()
    made.end()


def heard(rig: Rig) -> list[Edge]:
    edges: list[Edge] = []
    rig.device.watch(edges.append)
    return edges


# --- the port ----------------------------------------------------------------------


def test_a_press_is_an_edge_down_and_an_edge_up(rig: Rig) -> None:
    edges = heard(rig)
    rig.device.open()
    assert rig.device.health().status == "ok"
    before = time.monotonic_ns()
    rig.move(rig.first, True)
    rig.move(rig.first, False)
    until(lambda: len(edges) == 2)
    assert [(edge.key, edge.down) for edge in edges] == [(rig.first, True), (rig.first, False)]
    assert before <= edges[0].mono_ns <= edges[1].mono_ns <= time.monotonic_ns()


def test_keys_are_told_apart_and_may_overlap(rig: Rig) -> None:
    edges = heard(rig)
    rig.device.open()
    for key, down in ((rig.first, True), (rig.second, True), (rig.first, False), (rig.second, False)):
        rig.move(key, down)
    until(lambda: len(edges) == 4)
    assert [(edge.key, edge.down) for edge in edges] == [
        (rig.first, True),
        (rig.second, True),
        (rig.first, False),
        (rig.second, False),
    ]


def test_chatter_arrives_raw_and_is_one_press_behind_the_debounce(rig: Rig) -> None:
    edges = heard(rig)
    rig.device.open()
    for _ in range(5):
        rig.move(rig.first, True)
        rig.move(rig.first, False)
    rig.move(rig.first, True)
    until(lambda: len(edges) == 11)
    sorted_ = Debounce(debounce_ms=rig.debounce_ms)
    found = [finding for edge in edges for finding in sorted_.feed(edge)]
    found += sorted_.tick(edges[-1].mono_ns + SECOND)
    assert [finding for finding in found if isinstance(finding, Pressed)] == [Pressed(rig.first, edges[-1].mono_ns)]


def test_a_key_held_down_is_found_stuck(rig: Rig) -> None:
    edges = heard(rig)
    rig.device.open()
    rig.move(rig.first, True)
    until(lambda: edges)
    sorted_ = Debounce(debounce_ms=rig.debounce_ms)
    sorted_.feed(edges[0])
    assert sorted_.tick(edges[0].mono_ns + 60 * SECOND)[-1] == Ailing(rig.first, "stuck")


def test_closed_devices_are_silent_and_say_so(rig: Rig) -> None:
    rig.device.open()
    rig.device.close()
    rig.device.close()
    assert rig.device.health().status == "failed"


def test_it_can_be_opened_again(rig: Rig) -> None:
    edges = heard(rig)
    rig.device.open()
    rig.device.close()
    rig.device.open()
    assert rig.device.health().status == "ok"
    rig.move(rig.second, True)
    until(lambda: [edge.key for edge in edges] == [rig.second])


def test_check_tries_the_device(rig: Rig) -> None:
    rig.device.open()
    assert rig.device.check().status == "ok"


# --- the header -------------------------------------------------------------------------


def test_a_header_that_is_not_there_is_looked_for_until_it_is() -> None:
    factory = MockFactory()
    missing = True

    def find() -> MockFactory:
        if missing:
            raise gpiozero.BadPinFactory("no /dev/gpiochip0")
        return factory

    keys = GpioKeys(config.GpioKeys(id="buttons", bind={"4": "ticket:a"}), find)
    edges: list[Edge] = []
    keys.watch(edges.append)
    keys.open()
    try:
        assert keys.health().status == "failed"
        assert "no /dev/gpiochip0" in keys.health().cause
        missing = False
        until(lambda: keys.health().status == "ok")
        factory.pin("GPIO4").drive_low()
        assert [edge.key for edge in edges] == ["4"]
    finally:
        keys.close()
        factory.reset()


@pytest.mark.parametrize("lg_wd", [None, "elsewhere"])
def test_loading_the_pin_library_leaves_the_working_directory_as_it_was(tmp_path: Path, lg_wd: str | None) -> None:
    """In a process of its own, since the library is loaded once. Without a header the open fails, said why."""
    program = """
import os
from edge import config
from edge.devices.gpio_keys import GpioKeys
keys = GpioKeys(config.GpioKeys(id="buttons", bind={"17": "ticket:a"}))
before = os.getcwd()
keys.open()
print(keys.health().status, before == os.getcwd(), os.listdir())
keys.close()
"""
    clean = {key: value for key, value in os.environ.items() if key not in ("LG_WD", "GPIOZERO_PIN_FACTORY")}
    clean["PYTHONPATH"] = str(Path(__file__).parents[2])
    if lg_wd:
        clean["LG_WD"] = str(tmp_path / lg_wd)
    here = tmp_path / "here"
    here.mkdir()
    (tmp_path / "elsewhere").mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=here, env=clean, capture_output=True, text=True, timeout=60
    )
    assert ran.stdout.split(" ", 1)[1] == "True []\n", ran.stderr


def test_a_pin_taken_by_another_section_is_named_and_none_is_kept() -> None:
    factory = MockFactory()
    other = gpiozero.DigitalInputDevice(27, pull_up=True, pin_factory=factory)
    keys = GpioKeys(config.GpioKeys(id="buttons", bind={"17": "ticket:a", "27": "ticket:b"}), lambda: factory)
    keys.open()
    try:
        assert "GPIO27" in keys.health().cause
        gpiozero.DigitalInputDevice(17, pull_up=True, pin_factory=factory).close()
        other.close()
        until(lambda: keys.health().status == "ok")
    finally:
        keys.close()
        factory.reset()


def test_a_key_closed_since_the_start_is_no_press_but_is_told() -> None:
    factory = MockFactory()
    pin = factory.pin("GPIO17")
    section = config.GpioKeys(id="buttons", bind={"17": "ticket:a"})
    # The mock lets go of a pin whose pull is set; a contact to ground does not.
    pin._set_pull = lambda value: pin.drive_low()
    keys = GpioKeys(section, lambda: factory)
    edges: list[Edge] = []
    keys.watch(edges.append)
    keys.open()
    try:
        assert edges == []
        assert keys.health().status == "degraded"
        assert "pin 17" in keys.health().cause
        pin.drive_high()
        assert keys.health().status == "ok"
    finally:
        keys.close()
        factory.reset()


@pytest.mark.parametrize("name", ["1", "28", "GPIO17", "", "17a"])
def test_what_is_no_pin_is_refused(name: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        GpioKeys(config.GpioKeys(id="buttons", bind={name: "ticket:a"}))
    assert wrong.value.field == f"keys.buttons.bind.{name}"


# --- the keypad -----------------------------------------------------------------------


def test_the_keyboards_own_repeat_and_foreign_records_are_no_edges(pad: KeypadRig) -> None:
    edges = heard(pad)
    pad.device.open()
    pad.write(record(keypad.EV_KEY, 79, 1) + record(4, 4, 458841) + record(keypad.EV_KEY, 79, 2) * 5)
    pad.write(record(keypad.EV_KEY, 30, 1) + record(keypad.EV_KEY, 79, 0))
    until(lambda: len(edges) == 2)
    assert [(edge.key, edge.down) for edge in edges] == [("KP1", True), ("KP1", False)]


def test_records_may_arrive_in_pieces(pad: KeypadRig) -> None:
    edges = heard(pad)
    pad.device.open()
    whole = record(keypad.EV_KEY, 79, 1) + record(keypad.EV_KEY, 79, 0)
    for at in range(0, len(whole), 7):
        pad.write(whole[at : at + 7])
        until(lambda: unread(pad.writer) == 0)
    until(lambda: len(edges) == 2)


def test_a_keypad_pulled_out_lets_its_keys_go_and_is_taken_again(pad: KeypadRig) -> None:
    edges = heard(pad)
    pad.device.open()
    pad.move("KP1", True)
    until(lambda: edges)
    pad.unplug()
    until(lambda: pad.device.health().status == "failed")
    until(lambda: [edge.down for edge in edges] == [True, False])
    until(lambda: "No such file" in pad.device.health().cause)
    pad.plug()
    until(lambda: pad.device.health().status == "ok")
    pad.move("KPENTER", True)
    until(lambda: edges[-1].key == "KPENTER")


def test_events_lost_in_the_kernel_leave_no_key_down(pad: KeypadRig) -> None:
    edges = heard(pad)
    pad.device.open()
    pad.write(record(keypad.EV_KEY, 79, 1) + record(keypad.EV_SYN, keypad.SYN_DROPPED, 0))
    until(lambda: [edge.down for edge in edges] == [True, False])


def test_a_real_device_is_grabbed_and_a_busy_one_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def refuse(node: int, request: int, value: int) -> int:
        asked.append((request, value))
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr(keypad.fcntl, "ioctl", refuse)
    device = Keypad(config.UsbKeypad(id="pad", path="/dev/null", bind={"KP1": "ticket:a"}))
    device.open()
    try:
        assert asked[0] == (0x40044590, 1)
        assert "busy" in device.health().cause
    finally:
        device.close()


@pytest.mark.parametrize(
    ("bind", "field", "says"),
    [
        ({"KP_ENTER": "x"}, "keys.pad.bind.KP_ENTER", 'did you mean "KPENTER"?'),
        ({"KP1": "x", "79": "y"}, "keys.pad.bind.79", '"KP1"'),
        ({"99999": "x"}, "keys.pad.bind.99999", "is no key"),
    ],
)
def test_wrong_key_names_are_refused_with_the_nearest(bind: dict[str, str], field: str, says: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        Keypad(config.UsbKeypad(id="pad", path="/dev/null", bind=bind))
    assert wrong.value.field == field
    assert says in wrong.value.detail


# --- the twin -------------------------------------------------------------------------


@pytest.fixture
def twin() -> TwinKeys:
    keys = TwinKeys(config.UsbKeypad(id="pad", path="/dev/none", bind={"KP1": "ticket:a"}))
    keys.open()
    return keys


def findings(edges: list[Edge]) -> list[object]:
    debounce = Debounce(debounce_ms=20)
    return [finding for edge in edges for finding in debounce.feed(edge)]


@pytest.mark.parametrize("times", [0, 1, 8])
def test_a_twins_bouncing_press_is_one_press(twin: TwinKeys, times: int) -> None:
    edges: list[Edge] = []
    twin.watch(edges.append)
    twin.bounce("KP1", times)
    assert len(edges) == 4 * times + 2
    assert [type(finding) for finding in findings(edges)] == [Pressed]


def test_a_twin_that_bounces_without_end_is_a_storm(twin: TwinKeys) -> None:
    edges: list[Edge] = []
    twin.watch(edges.append)
    twin.bounce("KP1", 100)
    assert findings(edges)[0] == Ailing("KP1", "storm")


def test_an_unplugged_twin_is_deaf_and_lets_its_keys_go(twin: TwinKeys) -> None:
    edges: list[Edge] = []
    twin.watch(edges.append)
    twin.stick("KP1")
    twin.unplug()
    assert [edge.down for edge in edges] == [True, False]
    twin.press("KP1")
    assert len(edges) == 2
    assert twin.health().status == "failed"
    twin.plug()
    twin.press("KP1")
    assert len(edges) == 4
    assert twin.health().status == "ok"


def test_a_twin_has_only_its_keys(twin: TwinKeys) -> None:
    with pytest.raises(Unknown):
        twin.press("KP9")
