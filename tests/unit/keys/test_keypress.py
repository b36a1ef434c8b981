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
from edge.devices.hearing import MORE_S, Hearing, Silence
from edge.devices.ports import Edge
from edge.devices.twins.keys import TwinKeys
from edge.errors import Refused, StorageError
from edge.hall import commands
from edge.hall.commands import Command, Record
from edge.keypress import Bank, Keypress, Turned
from tests.waiting import until

SECOND = 1_000_000_000
ACTIONS = {
    "a": bindings.TakeTicket("savings"),
    "next": bindings.Counter("1", "next"),
    "help": bindings.Alarm("help", "counter:1"),
    "duress": bindings.Alarm("silent", "counter:1"),
    "fire": bindings.Alarm("fire", "stairs"),
}
HELP, DURESS, FIRE = (
    commands.RaiseAlarm("help", "counter:1", "keys"),
    commands.RaiseAlarm("silent", "counter:1", "keys"),
    commands.RaiseAlarm("fire", "stairs", "keys"),
)
TICKET = commands.IssueTicket("savings", "TOKEN", "keys")


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
    def __init__(self, more_s: float = MORE_S) -> None:
        self.line = Line()
        self.turned: list[Turned] = []
        self.twin = TwinKeys(config.TwinKeys(id="pad", bind=dict.fromkeys(ACTIONS, "")))
        self.twin.open()
        self.late = 0
        self.keypress = Keypress(
            (Bank(self.twin, ACTIONS, 20),),
            self.line.submit,
            turned_down=self.turned.append,
            token=lambda: "TOKEN",
        )
        self.keypress._hearing = Hearing(
            self.keypress._next_due, clock=lambda: time.monotonic_ns() + self.late, more_s=more_s
        )
        self.keypress.start()


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.keypress.stop()


@pytest.fixture
def patient() -> Iterator[Scene]:
    """Takes nothing for silence while a machine that stands still has told half of a bounce."""
    made = Scene(more_s=60)
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
    began = time.monotonic_ns() - SECOND
    for ms, down in ((0, True), (120, False), (200, True), (320, False)):
        scene.keypress._hear("pad", Edge("next", down, began + ms * 1_000_000))
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
def test_a_storm_is_recorded_and_makes_no_tickets(patient: Scene) -> None:
    patient.twin.bounce("a", 200)
    until(lambda: patient.line.got)
    assert [type(one) for one in patient.line.got] == [Record]
    assert "chatters" in patient.line.got[0].event.cause  # type: ignore[attr-defined]


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
        assert go_on.wait(60)
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


# --- alarms ------------------------------------------------------------------------------


def test_help_and_silent_buttons_on_the_header_become_alarms() -> None:
    """Dry contacts to ground, on gpiozero's own pins."""
    factory = MockFactory()
    line = Line()
    keys = GpioKeys(config.GpioKeys(id="desk", bind={"17": "alarm:help", "27": "alarm:silent"}), lambda: factory)
    keypress = Keypress((Bank(keys, {"17": ACTIONS["help"], "27": ACTIONS["duress"]}, 20),), line.submit)
    keypress.start()
    keys.open()
    try:
        for number, alarm in ((17, HELP), (27, DURESS)):
            factory.pin(f"GPIO{number}").drive_low()
            until(lambda alarm=alarm: line.got[-1:] == [alarm])  # type: ignore[misc]
            factory.pin(f"GPIO{number}").drive_high()
        assert line.got == [HELP, DURESS]
    finally:
        keypress.stop()
        keys.close()
        factory.reset()


def test_an_alarm_contact_that_stays_closed_is_one_alarm_and_said_to_be_closed(scene: Scene) -> None:
    scene.twin.stick("fire")
    until(lambda: scene.line.got == [FIRE])
    scene.late = 60 * SECOND
    scene.twin.press("a")
    until(lambda: len(scene.line.got) == 3)
    held = next(one for one in scene.line.got if isinstance(one, Record)).event
    assert isinstance(held, DeviceFailed)
    assert "stayed closed since its alarm" in held.cause
    scene.twin.release("fire")
    until(lambda: scene.line.got[-1] == Record(DeviceRecovered("pad:fire", "key")))
    assert scene.line.got.count(FIRE) == 1


def test_a_silent_alarm_that_is_turned_down_is_told_to_nobody(scene: Scene) -> None:
    scene.line.answer = Refused("it is open already", code="alarm_open")
    scene.twin.press("duress")
    scene.twin.press("help")
    until(lambda: scene.turned)
    assert DURESS in scene.line.got
    assert [one.key for one in scene.turned] == ["help"]


def test_a_silent_button_held_down_shows_on_no_list_of_devices(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.twin.stick("duress")
    until(lambda: scene.line.got == [DURESS])
    scene.twin.stick("fire")
    until(lambda: scene.line.got == [DURESS, FIRE])
    scene.late = 60 * SECOND
    scene.twin.press("a")
    # Held longer than the other, it would have been told before it.
    until(lambda: any(isinstance(one, Record) for one in scene.line.got))
    scene.twin.release("duress")
    scene.twin.release("fire")
    until(lambda: scene.line.got[-1] == Record(DeviceRecovered("pad:fire", "key")))
    told = [one.event.device for one in scene.line.got if isinstance(one, Record)]  # type: ignore[attr-defined]
    assert told == ["pad:fire", "pad:fire"]
    assert "duress" not in caplog.text


def test_a_silent_button_whose_contact_chatters_is_a_fault_and_no_alarm(patient: Scene) -> None:
    patient.twin.bounce("duress", 200)
    until(lambda: patient.line.got)
    assert [type(one) for one in patient.line.got] == [Record]


# --- a machine that stood still -----------------------------------------------------------


@pytest.mark.fault("F40")
def test_a_spike_whose_end_is_told_late_by_a_busy_machine_is_no_press() -> None:
    """The sorter wakes first, half a second late; the driver tells the end of the spike only then."""
    line = Line()
    began = time.monotonic_ns()
    twin = TwinKeys(config.TwinKeys(id="pad", bind=dict.fromkeys(ACTIONS, "")))
    keypress = Keypress((Bank(twin, ACTIONS, 20),), line.submit, token=lambda: "TOKEN", clock=lambda: began)
    now = began
    asked = 0

    def clock() -> int:
        nonlocal asked, now
        asked += 1
        if asked == 2:
            now += SECOND // 2
            threading.Timer(0.05, spike_ends).start()
        return now

    def spike_ends() -> None:
        keypress._hear("pad", Edge("a", False, began + 3_000_000))
        keypress._hear("pad", Edge("next", True, began + SECOND))
        keypress._hear("pad", Edge("next", False, began + 2 * SECOND))

    keypress._hearing = Hearing(keypress._next_due, clock=clock, more_s=30)
    keypress.start()
    try:
        keypress._hear("pad", Edge("a", True, began))
        until(lambda: line.got)
        assert line.got == [commands.CallNext("1")]
    finally:
        keypress.stop()


def test_silence_is_believed_up_to_the_moment_waited_for_and_no_further() -> None:
    hearing: Hearing[str] = Hearing(lambda: 1_000, clock=lambda: 90 * SECOND, more_s=0.001)
    assert hearing.next() == Silence(1_000)
    hearing.put("an edge")
    assert hearing.next() == "an edge"
    hearing.end()
    assert hearing.next() is None
