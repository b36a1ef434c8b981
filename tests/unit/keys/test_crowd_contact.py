"""A people counter's contact, closed while too many wait: the alarm begins with it and ends with it."""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from contract.catalogue import Catalogue, Counter, Service
from contract.events import DeviceFailed
from edge import bindings, config
from edge.devices.twins.keys import TwinKeys
from edge.errors import ConfigError, Refused
from edge.hall.commands import ClearCrowd, Command, RaiseAlarm, Record
from edge.keypress import Bank, Keypress
from tests.waiting import until

CATALOGUE = Catalogue(
    1, "east", {"zh": "东厅"}, (Service("a", "A", {"zh": "储蓄"}),), (Counter("1", {"zh": "1号窗口"}, (("a",),)),)
)
BINDING = {
    "counter": "alarm:crowd:kiosk",
    "button": "alarm:crowd",
    "help": "alarm:help:kiosk",
    "fire": "alarm:fire:stairs",
}
RAISED, CLEARED = RaiseAlarm("crowd", "kiosk", "keys"), ClearCrowd("kiosk", "keys")
FIRE = RaiseAlarm("fire", "stairs", "keys")


class Door:
    def __init__(self) -> None:
        self.got: list[Command] = []
        self.answer: Exception | None = None
        self.twin = TwinKeys(config.TwinKeys(id="door", bind=BINDING))
        self.twin.open()
        self.late = 0
        actions = bindings.bind(BINDING, CATALOGUE, "keys.door")
        self.keypress = Keypress(
            (Bank(self.twin, actions, 20),), self.submit, clock=lambda: time.monotonic_ns() + self.late
        )
        self.keypress.start()

    def submit(self, command: Command) -> "Future[Any]":
        self.got.append(command)
        future: Future[Any] = Future()
        future.set_exception(self.answer) if self.answer else future.set_result(None)
        return future

    def held_a_minute(self, key: str) -> None:
        """Closed for so long that it is no press any more; the fire contact, closed after it, is told of as such."""
        self.twin.stick(key)
        self.twin.stick("fire")
        until(lambda: self.got[-1:] == [FIRE])
        self.late += 60_000_000_000
        self.twin.press("help")
        until(lambda: any(isinstance(one, Record) for one in self.got))


@pytest.fixture
def door() -> Iterator[Door]:
    made = Door()
    yield made
    made.keypress.stop()


def test_the_crowd_is_over_when_the_contact_opens_and_a_closed_contact_is_no_fault(door: Door) -> None:
    door.held_a_minute("counter")
    assert door.got.count(RAISED) == 1
    door.twin.release("counter")
    until(lambda: door.got[-1] == CLEARED)
    failed = [one.event for one in door.got if isinstance(one, Record)]
    assert [one.device for one in failed if isinstance(one, DeviceFailed)] == ["door:fire"]


def test_a_guide_s_button_only_raises_it(door: Door) -> None:
    door.twin.press("button")
    until(lambda: door.got == [RaiseAlarm("crowd", "door", "keys")])
    door.held_a_minute("help")
    assert not any(isinstance(one, ClearCrowd) for one in door.got)


def test_an_alarm_that_staff_closed_before_is_nothing_to_complain_of(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    door.held_a_minute("counter")
    caplog.clear()
    door.answer = Refused("There is no crowd alarm of kiosk.", code="no_crowd")
    door.twin.release("counter")
    until(lambda: door.got[-1] == CLEARED)
    assert caplog.records == []


def test_a_misspelt_crowd_is_refused_with_the_right_word() -> None:
    with pytest.raises(ConfigError, match='did you mean "crowd"'):
        bindings.bind({"1": "alarm:crowds"}, CATALOGUE, "keys.door")
