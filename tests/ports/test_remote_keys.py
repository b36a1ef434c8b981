"""Keys at a satellite: the suite of the port `Keys` with a satellite process whose keypad is a FIFO."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge import config
from edge.devices import keypad
from edge.devices.keypad import RECORD
from edge.devices.ports import Edge
from edge.errors import ConfigError
from edge.satellite import remote_keys
from edge.satellite.remote_keys import RemoteKeys
from tests import satellites
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

CODES = {"next": 79, "recall": 96, "help": 82}
BIND = {"next": "counter:3:next", "recall": "counter:3:recall", "help": "alarm:help:counter:3"}


class RemoteRig:
    first, second, debounce_ms = "next", "recall", 5

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fifo = folder / "keypad"
        os.mkfifo(self.fifo)
        self.hub = satellites.hub()
        self.hub.open()
        pad = {
            "driver": "keypad",
            "id": "pad",
            "path": str(self.fifo),
            "bind": {"KP1": "next", "KPENTER": "recall", "KP0": "help"},
        }
        self.file = satellites.window(folder, self.hub.address[1], keys=[pad])
        self.child = satellites.Child(self.file)
        self.device = RemoteKeys(config.RemoteKeys(id="w3-keys", satellite="window-3", bind=BIND), self.hub)
        self.writer = os.open(self.fifo, os.O_WRONLY)
        until(self.linked)

    def linked(self) -> bool:
        return self.hub.link("window-3")._channel is not None

    def move(self, key: str, down: bool) -> None:
        """With the kernel's time of the move; then the contact rests, as it must to count."""
        micros = -(-time.monotonic_ns() // 1000)
        os.write(self.writer, RECORD.pack(*divmod(micros, 1_000_000), keypad.EV_KEY, CODES[key], int(down)))
        rested = time.monotonic() + 0.02
        until(lambda: time.monotonic() > rested)

    def press(self, key: str) -> None:
        self.move(key, True)
        self.move(key, False)

    def restart(self) -> None:
        """Killed, and started by its service manager."""
        self.child.kill()
        until(lambda: not self.linked())
        self.child = satellites.Child(self.file)
        until(self.linked)

    def end(self) -> None:
        os.close(self.writer)
        self.child.end()
        self.hub.close()


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RemoteRig]:
    # How old is too old is shown elsewhere; here a machine that stands still must not make a press an old one.
    monkeypatch.setattr(remote_keys, "STALE_S", 60.0)
    made = RemoteRig(tmp_path)
    yield made
    made.device.close()
    made.end()


def moves(edges: list[Edge]) -> list[tuple[str, bool]]:
    return [(edge.key, edge.down) for edge in edges]


def test_chatter_crosses_the_network_as_what_it_came_to(rig: RemoteRig) -> None:
    """The contact is judged where it is: a late frame must not make a press of a spike."""
    edges = heard(rig)  # type: ignore[arg-type]
    rig.device.open()
    now = time.monotonic_ns() // 1000
    chatter = b"".join(
        RECORD.pack(*divmod(now + at, 1_000_000), keypad.EV_KEY, CODES["next"], 1 - at % 2) for at in range(9)
    )
    os.write(rig.writer, chatter)
    until(lambda: edges)
    rig.press("recall")
    until(lambda: len(edges) == 3)
    assert moves(edges) == [("next", True), ("recall", True), ("recall", False)]


def test_a_killed_satellite_lets_its_keys_go_and_is_heard_again(rig: RemoteRig) -> None:
    edges = heard(rig)  # type: ignore[arg-type]
    rig.device.open()
    rig.move("next", True)
    until(lambda: edges)
    rig.restart()
    assert moves(edges) == [("next", True), ("next", False)]
    rig.press("recall")
    until(lambda: moves(edges)[2:] == [("recall", True), ("recall", False)])


def test_while_it_is_gone_the_keys_are_degraded_and_the_satellite_failed(
    rig: RemoteRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One failed device, not two."""
    rig.device.open()
    rig.child.kill()
    until(lambda: not rig.linked())
    link = rig.hub.link("window-3")
    assert rig.device.health().status == "degraded"
    monkeypatch.setattr(link, "_clock", lambda: time.monotonic() + 7)
    assert link.health().status == "failed"
    assert link.health().cause == "satellite window-3 does not answer: check its power and network"
    assert (rig.device.health().status, rig.device.health().cause) == ("degraded", link.health().cause)


def test_a_keypad_pulled_out_at_the_satellite_is_this_devices_fault(rig: RemoteRig) -> None:
    rig.device.open()
    assert rig.device.health().status == "ok"
    rig.fifo.unlink()
    os.close(rig.writer)
    until(lambda: rig.device.health().status == "failed")
    assert "at satellite window-3, pad" in rig.device.health().cause
    os.mkfifo(rig.fifo)
    until(lambda: rig.device.health().status == "ok")
    rig.writer = os.open(rig.fifo, os.O_WRONLY)


def test_a_key_the_satellite_does_not_have_is_named(rig: RemoteRig) -> None:
    wrong = RemoteKeys(config.RemoteKeys(id="x", satellite="window-3", bind={"nxt": "counter:3:next"}), rig.hub)
    wrong.open()
    try:
        assert wrong.health().status == "failed"
        assert "has no key nxt; it has help, next, recall" in wrong.health().cause
    finally:
        wrong.close()


def test_a_satellite_that_never_called_is_waited_for_and_then_named() -> None:
    hub = satellites.hub()
    keys = RemoteKeys(config.RemoteKeys(id="x", satellite="window-3", bind=BIND), hub)
    link = hub.link("window-3")
    for device in (link, keys):
        device.open()
    try:
        assert [link.health().status, keys.health().status] == ["degraded", "degraded"]
        link._clock = lambda: time.monotonic() + 60
        assert [link.check().status, keys.check().status] == ["failed", "degraded"]
        assert keys.check().cause == link.check().cause
    finally:
        keys.close()
        assert hub._listening is not None
        link.close()
        assert hub._listening is None
        keys.open()
        assert keys.health().cause == "satellite window-3 is waited for"
        keys.close()


def test_two_sections_share_a_satellite_and_each_hears_its_own(rig: RemoteRig) -> None:
    edges = heard(rig)  # type: ignore[arg-type]
    rig.device.open()
    other = RemoteKeys(config.RemoteKeys(id="y", satellite="window-3", bind={"help": "alarm:help"}), rig.hub)
    theirs: list[Edge] = []
    other.watch(theirs.append)
    other.open()
    try:
        rig.press("help")
        rig.press("next")
        until(lambda: len(edges) == 4)
        assert moves(theirs) == [("help", True), ("help", False)]
        other.close()
        rig.press("recall")
        until(lambda: len(edges) == 6)
        assert len(theirs) == 2
    finally:
        other.close()


def test_a_satellite_nobody_knows_is_refused() -> None:
    section = config.RemoteKeys(id="keys", satellite="window-9", bind={})
    with pytest.raises(ConfigError) as wrong:
        RemoteKeys(section, satellites.hub())
    assert "window-9" in wrong.value.detail
