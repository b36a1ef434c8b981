"""A satellite loses its power in an open hall: one failed device, the hall goes on, and all comes back by itself."""

import os
import time
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from contract.events import DeviceFailed, DeviceRecovered, TicketCalled
from edge import bindings, config
from edge.boards import Boards, placed
from edge.clock import ManualClock
from edge.devices import keypad
from edge.devices.keypad import RECORD
from edge.engine import Engine
from edge.faces.board import Setting
from edge.hall.commands import IssueTicket, LogIn
from edge.health import HealthWatch
from edge.journal import Journal
from edge.keypress import Bank, Keypress, Turned
from edge.line_news import Batch
from edge.satellite import remote_board
from edge.satellite.hub import SatelliteHub
from edge.satellite.remote_board import RemoteBoard
from edge.satellite.remote_keys import RemoteKeys
from tests import satellites
from tests.line import NOON
from tests.ports.board_rigs import decoded
from tests.waiting import until


def settings(folder: Path) -> config.Settings:
    return config.parse(
        {
            "hall": {"id": "bench", "name": {"en": "Bench"}, "timezone": "UTC", "languages": ["en"]},
            "node": {"id": "bench-1", "data": str(folder)},
            "services": [{"id": "a", "letter": "A", "name": {"en": "Deposit"}}],
            "counters": [{"id": "3", "name": {"en": "Three"}, "serves": [["a"]]}],
            "satellites": [{"id": "window-3", "key": satellites.KEY}],
            "keys": [
                {
                    "driver": "remote",
                    "id": "caller-3",
                    "satellite": "window-3",
                    "bind": {"next": "counter:3:next", "help": "alarm:help:counter:3"},
                }
            ],
            "boards": [
                {"driver": "remote", "id": "board-3", "satellite": "window-3", "board": "chain", "shows": "counter:3"}
            ],
        }
    )


class HallWithWindow:
    """The line of a hall and all that stands around it, with one window far away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = made = settings(folder)
        self.engine = Engine(Journal.open(folder / "journal.db", boot="b"), ManualClock(NOON, rate=1.0), made)
        self.events: list[Any] = []
        self.engine.subscribe(self._note)
        self.engine.start()
        self.hub = SatelliteHub(made.satellites, "127.0.0.1", 0)
        self.hub.open()
        self.keys = RemoteKeys(made.keys[0], self.hub)  # type: ignore[arg-type]
        self.board = RemoteBoard(made.boards[0], self.hub)  # type: ignore[arg-type]
        self.devices = (*self.hub.links, self.keys, self.board)
        for device in self.devices:
            device.open()
        self.health = HealthWatch(self.engine, self.devices, lambda: NOON, period_s=0.1, settle_s=0.5)
        self.health.start()
        offered = config.catalogue(made)
        self.boards = Boards((placed(self.board, made.boards[0], offered),), Setting(languages=("en",)))
        self.boards.start()
        self.engine.subscribe(lambda batch: self.boards.show(batch.view))
        actions = bindings.bind(made.keys[0].bind, offered, "keys.caller-3")
        self.turned: list[Turned] = []
        # Every press counts, however soon after the other: what the satellite tells twice is not hidden by that.
        self.keypress = Keypress(
            (Bank(self.keys, actions, 5),), self.engine.submit, key_repeat_ms=0, turned_down=self.turned.append
        )
        self.keypress.start()
        self.fifo = folder / "keypad"
        os.mkfifo(self.fifo)
        self.pad: FileIO | None = None
        pad = {"driver": "keypad", "id": "pad", "path": str(self.fifo), "bind": {"KP1": "next", "KP0": "help"}}
        chain = {"driver": "max7219", "id": "chain", "width": 64, "height": 16}
        self.file = satellites.window(folder, self.hub.address[1], keys=[pad], boards=[chain])
        self.power_on()

    def _note(self, batch: Batch) -> None:
        self.events += [record.event for record in batch.recorded]

    def power_on(self) -> None:
        """Returns when this satellite is here: the connection of one just killed looks well for a moment more."""
        [link], before = self.hub.links, self.hub.links[0]._hello
        self.child = satellites.Child(self.file)
        # Kept plugged in: what is pressed into a keypad that is just being let go is lost.
        self.pad = FileIO(self.fifo, "w")
        until(lambda: link._hello is not before and link.health().status == "ok" and self.health_is(link.id, "ok"))

    def health_is(self, device: str, status: str) -> bool:
        return any(each.id == device and each.health == status for each in self.health.report())

    def power_off(self) -> None:
        self.child.kill()
        self._pull_out()

    def _pull_out(self) -> None:
        if self.pad is not None:
            self.pad.close()

    def press(self, code: int) -> None:
        assert self.pad is not None
        now = time.monotonic_ns() // 1000
        moves = ((now - 150_000, 1), (now - 30_000, 0))
        self.pad.write(b"".join(RECORD.pack(*divmod(at, 1_000_000), keypad.EV_KEY, code, value) for at, value in moves))

    def call(self, number: str) -> None:
        """Presses "next", and once more for each press that a stalled machine made too old to count: those are
        counted by who drops them, so one that is lost is not taken for one of them."""
        while True:
            dropped = self.keys.too_old
            self.press(79)
            until(lambda: self.engine.view.counters[0].number == number or self.keys.too_old > dropped)  # noqa: B023
            if self.keys.too_old == dropped:
                return

    def lamps(self) -> Image.Image:
        self.child.sync()
        return decoded(self.child.frames.get("chain", []), 64, 16)

    def of_devices(self) -> list[tuple[str, str]]:
        kinds = (DeviceFailed, DeviceRecovered)
        return [(type(event).__name__, event.device) for event in self.events if isinstance(event, kinds)]

    def close(self) -> None:
        self._pull_out()
        self.child.end()
        self.keypress.stop()
        self.boards.stop()
        self.health.close()
        for device in self.devices:
            device.close()
        self.hub.close()
        self.engine.stop()


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HallWithWindow]:
    # A satellite that stands still with its machine has no board that is hung.
    monkeypatch.setattr(remote_board, "TAKE_S", 60.0)
    made = HallWithWindow(tmp_path)
    made.engine.submit(LogIn("3", "li")).result(60)
    for token in ("A" * 13, "B" * 13):
        made.engine.submit(IssueTicket("a", token, "test")).result(60)
    yield made
    made.close()


def test_a_window_that_loses_its_power_is_one_failed_device_and_comes_back(hall: HallWithWindow) -> None:
    view = lambda: hall.engine.view.counters[0]  # noqa: E731
    hall.call("A001")
    until(lambda: hall.lamps().getbbox() is not None)
    hall.power_off()
    until(lambda: hall.of_devices())
    assert hall.of_devices() == [("DeviceFailed", "window-3")]
    failed = next(event for event in hall.events if isinstance(event, DeviceFailed))
    assert failed.kind == "satellite"
    assert failed.cause == "satellite window-3 does not answer: check its power and network"
    # The hall goes on, and calls at this window from the clerk's screen.
    hall.engine.submit(bindings.command(bindings.Counter("3", "next"), "")).result(60)
    assert view().number == "A002"
    hall.power_on()
    until(lambda: hall.of_devices()[1:] == [("DeviceRecovered", "window-3")])
    until(lambda: hall.boards.frame("board-3") is not None)
    until(lambda: (frame := hall.boards.frame("board-3")) is not None and frame.tobytes() == hall.lamps().tobytes())
    assert hall.of_devices() == [("DeviceFailed", "window-3"), ("DeviceRecovered", "window-3")]


def test_a_hall_that_closes_leaves_its_windows_dark(hall: HallWithWindow) -> None:
    hall.call("A001")
    until(lambda: hall.lamps().getbbox() is not None)
    hall.boards.stop()
    hall.health.close()
    for device in hall.devices:
        device.close()
    # Darkened by the hall: the hub still listens, so the satellite does not darken it by itself.
    until(lambda: hall.lamps().getbbox() is None)


def test_presses_before_and_after_the_loss_are_one_command_each(hall: HallWithWindow) -> None:
    hall.call("A001")
    hall.power_off()
    hall.power_on()
    hall.call("A002")
    hall.press(82)  # whatever came of the presses before it has come by then
    until(lambda: hall.engine.view.alarms)
    assert [event.number for event in hall.events if isinstance(event, TicketCalled)] == ["A001", "A002"]
    assert hall.turned == []


def test_a_help_button_at_the_window_raises_its_alarm(hall: HallWithWindow) -> None:
    hall.press(82)
    until(lambda: [alarm.place for alarm in hall.engine.view.alarms] == ["counter:3"])
    assert hall.engine.view.alarms[0].kind == "help"
