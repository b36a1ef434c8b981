"""From a dry contact to the alarm in the hall's journal: on the header, and a key of a caller keypad."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from contract.events import AlarmClosed, AlarmRaised, DeviceFailed, DeviceRecovered
from edge import bindings, config
from edge.clock import ManualClock
from edge.devices.gpio_keys import GpioKeys
from edge.devices.serial_keypad import SerialKeypad
from edge.devices.twins.serial_keypad import SerialLine
from edge.engine import Engine
from edge.front_panel import FrontPanel
from edge.hall.commands import CloseAlarm
from edge.hall.view import AlarmView
from edge.journal import Journal
from edge.keypress import Bank, Keypress
from edge.line_news import Batch
from edge.web.public_view import public
from tests.line import NOON
from tests.waiting import until

CONTACTS = {
    "17": "alarm:help:counter:1",
    "27": "alarm:silent:counter:1",
    "22": "alarm:fire:east-stairs",
    "23": "alarm:intrusion",
}


class Guarded:
    """A hall whose alarm contacts are on the header, and a help key on a caller keypad."""

    def __init__(self, folder: Path) -> None:
        self.line = SerialLine(folder / "line", (1,))
        document = {
            "hall": {"id": "bench", "name": {"en": "Bench"}, "timezone": "UTC"},
            "node": {"id": "bench-1", "data": str(folder)},
            "services": [{"id": "a", "letter": "A", "name": {"en": "Deposit"}}],
            "counters": [{"id": "1", "name": {"en": "One"}, "serves": [["a"]]}],
            "keys": [
                {"driver": "gpio", "id": "alarms", "bind": CONTACTS},
                {"driver": "serial", "id": "callers", "path": str(self.line.path), "bind": {"1.9": "alarm:help"}},
            ],
        }
        self.settings = config.parse(document)
        self.engine = Engine(Journal.open(folder / "journal.db", boot="b"), ManualClock(NOON), self.settings)
        self.events: list[Any] = []
        self.engine.subscribe(self._note)
        self.engine.start()
        self.factory = MockFactory()
        header, callers = self.settings.keys
        assert isinstance(header, config.GpioKeys)
        assert isinstance(callers, config.SerialKeypad)
        self.devices = (GpioKeys(header, lambda: self.factory), SerialKeypad(callers))
        self.panel = FrontPanel(self.settings, self.devices, list, None)
        offered = config.catalogue(self.settings)
        banks = tuple(
            Bank(device, bindings.bind(section.bind, offered, f"keys.{section.id}"), 5)
            for section, device in zip(self.settings.keys, self.devices, strict=True)
        )
        self.keypress = Keypress(banks, self.engine.submit, key_repeat_ms=0, turned_down=self.panel.turned_down)
        self.keypress.start()
        for device in self.devices:
            device.open()
        self.devices[1].check()

    def _note(self, batch: Batch) -> None:
        self.events += [record.event for record in batch.recorded]

    def of(self, *kinds: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kinds)]

    def press(self, pin: int) -> None:
        raised = len(self.of(AlarmRaised))
        self.factory.pin(f"GPIO{pin}").drive_low()
        until(lambda: len(self.of(AlarmRaised)) > raised)
        self.open(pin)

    def open(self, pin: int) -> None:
        """The contact opens, and rests."""
        self.factory.pin(f"GPIO{pin}").drive_high()
        rested = time.monotonic() + 0.02
        until(lambda: time.monotonic() > rested)

    def alarms(self) -> list[tuple[str, str]]:
        return [(alarm.kind, alarm.place) for alarm in self.engine.view.alarms]

    def close(self) -> None:
        self.keypress.stop()
        for device in self.devices:
            device.close()
        self.factory.reset()
        self.line.close()
        self.engine.stop()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Guarded]:
    made = Guarded(tmp_path)
    yield made
    made.close()


@pytest.mark.clause("S1-13")
def test_a_clerk_calls_for_help_and_who_came_and_how_it_ended_is_kept(hall: Guarded) -> None:
    """The record of an incident: its number, what kind, where, who helped, the outcome."""
    hall.press(17)
    until(lambda: hall.alarms() == [("help", "counter:1")])
    alarm: AlarmView = hall.engine.view.alarms[0]
    hall.engine.submit(CloseAlarm(alarm.id, "wang", "calmed down over a cup of tea")).result(60)
    assert hall.alarms() == []
    until(lambda: hall.of(AlarmClosed))
    raised, closed = hall.of(AlarmRaised, AlarmClosed)
    assert (raised.alarm, raised.kind, raised.place) == (closed.alarm, "help", "counter:1")
    assert (closed.by, closed.note) == ("wang", "calmed down over a cup of tea")


@pytest.mark.clause("S4-50")
def test_every_alarm_contact_of_the_building_is_an_alarm_with_its_place(hall: Guarded) -> None:
    """The inputs: buttons and contacts on the header, a key of a caller keypad; place given, or the device's."""
    for pin in (17, 27, 22, 23):
        hall.press(pin)
    until(lambda: all(not talk._behind for talk in hall.devices[1]._talks))  # type: ignore[union-attr]
    hall.line.press(1, 9)
    until(lambda: len(hall.alarms()) == 5)
    assert hall.alarms() == [
        ("help", "counter:1"),
        ("silent", "counter:1"),
        ("fire", "east-stairs"),
        ("intrusion", "alarms"),
        ("help", "callers"),
    ]


def test_a_contact_that_opens_and_closes_on_is_one_alarm(hall: Guarded) -> None:
    hall.press(22)
    for nth in (1, 2, 3):
        hall.factory.pin("GPIO22").drive_low()
        until(lambda nth=nth: (refused := hall.panel._refused.get("alarms")) and refused.nth == nth)  # type: ignore[misc]
        hall.open(22)
    assert hall.alarms() == [("fire", "east-stairs")]
    assert len(hall.of(AlarmRaised)) == 1


def test_a_silent_alarm_shows_nowhere_that_the_public_may_look(hall: Guarded) -> None:
    """Neither itself nor that it was pressed again; the button held down is no fault of a device."""
    hall.press(27)
    hall.factory.pin("GPIO27").drive_low()
    hall.press(22)
    hall.open(27)
    assert hall.alarms() == [("silent", "counter:1"), ("fire", "east-stairs")]
    assert public(hall.engine.view).alarms == ()
    assert hall.panel._refused == {}
    assert hall.panel._words == {}
    assert hall.of(DeviceFailed, DeviceRecovered) == []
