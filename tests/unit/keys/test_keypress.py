"""From a contact to a command in the line, with twins for keys and a line that notes what it gets."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from contract.events import DeviceFailed, DeviceRecovered
from edge import bindings, config
from edge.devices.gpio_keys import GpioKeys
from edge.devices.twins.keys import TwinKeys
from edge.errors import Refused, StorageError
from edge.hall import commands
from edge.hall.commands import Command, Record
from edge.keypress import Bank, Keypress, Turned
from tests.waiting import until

SECOND = 1_000_000_000
ACTIONS = {"a": bindings.TakeTicket("savings"), "next": bindings.Counter("1", "next")}


class Line:
    """Stands for the engine: futures are answered as told."""

    def __init__(self) -> None:
        self.got: list[Command] = []
        self.answer: Exception | None = None

    def submit(self, command: Command) -> "Future[Any]":
        self.got.append(command)
        future: Future[Any] = Future()
        future.set_exception(self.answer) if self.answer else future.set_result(None)
        return future


class Scene:
    def __init__(self) -> None:
        self.line = Line()
        self.turned: list[Turned] = []
        self.twin = TwinKeys(config.TwinKeys(id="pad", bind={"a": "", "next": ""}))
        self.twin.open()
        self.late = 0
        self.keypress = Keypress(
            (Bank(self.twin, ACTIONS, 20),),
            self.line.submit,
            turned_down=self.turned.append,
            token=lambda: "TOKEN",
            clock=lambda: time.monotonic_ns() + self.late,
        )
        self.keypress.start()


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.keypress.stop()


def test_a_press_becomes_its_command_with_a_fresh_token(scene: Scene) -> None:
    scene.twin.press("a")
    scene.twin.press("next")
    until(lambda: len(scene.line.got) == 2)
    assert scene.line.got == [commands.IssueTicket("savings", "TOKEN", "keys"), commands.CallNext("1")]


@pytest.mark.fault("F40")
def test_a_bouncing_press_is_one_command(scene: Scene) -> None:
    scene.twin.bounce("next", 10)
    scene.twin.press("a")
    until(lambda: commands.IssueTicket("savings", "TOKEN", "keys") in scene.line.got)
    assert scene.line.got.count(commands.CallNext("1")) == 1


def test_a_key_pressed_twice_at_once_is_one_command(scene: Scene) -> None:
    scene.twin.press("next")
    scene.twin.press("next")
    scene.twin.press("a")
    until(lambda: commands.IssueTicket("savings", "TOKEN", "keys") in scene.line.got)
    assert scene.line.got.count(commands.CallNext("1")) == 1


@pytest.mark.fault("F41")
def test_a_stuck_key_is_recorded_once_then_ignored_and_recovers(scene: Scene) -> None:
    scene.twin.stick("next")
    until(lambda: scene.line.got == [commands.CallNext("1")])
    scene.late = 60 * SECOND
    scene.twin.press("a")
    until(lambda: len(scene.line.got) == 3)
    failed = next(one for one in scene.line.got if isinstance(one, Record)).event
    assert isinstance(failed, DeviceFailed)
    assert (failed.device, failed.kind) == ("pad:next", "key")
    assert "stuck" in failed.cause
    scene.twin.release("next")
    until(lambda: scene.line.got[-1] == Record(DeviceRecovered("pad:next", "key")))
    assert scene.line.got.count(commands.CallNext("1")) == 1


@pytest.mark.fault("F40")
def test_a_storm_is_recorded_and_makes_no_tickets(scene: Scene) -> None:
    scene.twin.bounce("a", 200)
    until(lambda: scene.line.got)
    assert [type(one) for one in scene.line.got] == [Record]
    assert "chatters" in scene.line.got[0].event.cause  # type: ignore[attr-defined]


def test_a_refusal_is_told_with_its_key_and_the_next_press_counts(scene: Scene) -> None:
    scene.line.answer = Refused("nobody is waiting")
    scene.twin.press("next")
    until(lambda: scene.turned)
    assert scene.turned == [Turned("pad", "next", ACTIONS["next"], scene.line.answer)]
    scene.line.answer = None
    scene.twin.press("a")
    until(lambda: len(scene.line.got) == 2)
    assert len(scene.turned) == 1


def test_a_line_that_cannot_be_written_is_told_and_logged(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.line.answer = StorageError("disk full")
    scene.twin.press("a")
    until(lambda: scene.turned)
    assert "disk full" in caplog.text


def test_a_line_that_takes_nothing_does_not_end_the_hearing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_: Command) -> Any:
        raise Refused("the hall is closing")

    good, scene.keypress._submit = scene.keypress._submit, closed
    scene.twin.press("next")
    until(lambda: scene.turned)
    scene.keypress._submit = good
    scene.twin.press("a")
    until(lambda: scene.line.got)


def test_presses_heard_before_the_end_are_still_submitted(scene: Scene) -> None:
    scene.twin.press("a")
    scene.keypress.stop()
    assert scene.line.got == [commands.IssueTicket("savings", "TOKEN", "keys")]


def test_the_drivers_thread_never_waits_for_a_slow_line() -> None:
    """The mock pin calls back in the thread that drives it, as a slow handler would show."""
    factory = MockFactory()
    go_on = threading.Event()
    in_line: list[str] = []

    def slow(command: Command) -> "Future[Any]":
        in_line.append(threading.current_thread().name)
        assert go_on.wait(10)
        return Future()

    keys = GpioKeys(config.GpioKeys(id="buttons", bind={"17": ""}), lambda: factory)
    keypress = Keypress((Bank(keys, {"17": ACTIONS["a"]}, 1),), slow, key_repeat_ms=0)
    keypress.start()
    keys.open()
    try:
        pin = factory.pin("GPIO17")
        pin.drive_low()
        until(lambda: in_line)
        for _ in range(20):
            pin.drive_high()
            pin.drive_low()
        assert in_line == ["keypress"]
    finally:
        go_on.set()
        keypress.stop()
        keys.close()
        factory.reset()


def test_a_button_held_is_a_command_while_it_is_held() -> None:
    """The press counts after the debounce time, without an edge to wake anybody."""
    factory = MockFactory()
    line = Line()
    keys = GpioKeys(config.GpioKeys(id="buttons", bind={"17": ""}), lambda: factory)
    keypress = Keypress((Bank(keys, {"17": ACTIONS["a"]}, 20),), line.submit, token=lambda: "T")
    keypress.start()
    keys.open()
    try:
        factory.pin("GPIO17").drive_low()
        until(lambda: line.got == [commands.IssueTicket("savings", "T", "keys")])
    finally:
        keypress.stop()
        keys.close()
        factory.reset()


def test_edges_of_two_devices_do_not_mix(scene: Scene) -> None:
    other = TwinKeys(config.TwinKeys(id="other", bind={"a": ""}))
    other.open()
    line = Line()
    keypress = Keypress(
        (Bank(scene.twin, ACTIONS, 20), Bank(other, {"a": bindings.Counter("2", "next")}, 20)), line.submit
    )
    keypress.start()
    try:
        other.press("a")
        scene.twin.press("a")
        until(lambda: len(line.got) == 2)
        assert line.got[0] == commands.CallNext("2")
        assert isinstance(line.got[1], commands.IssueTicket)
    finally:
        keypress.stop()
