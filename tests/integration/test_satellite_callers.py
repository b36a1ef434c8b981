"""Who calls a node's satellites' port and is none of ours: closed, counted, told, and a nuisance to nobody."""

import contextlib
import logging
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from edge import config
from edge.devices.ports import Edge
from edge.satellite import channel, messages
from edge.satellite.hub import STRANGERS, SatelliteHub
from edge.satellite.messages import Edges, Hello, NumberedEdge
from edge.satellite.remote_keys import RemoteKeys
from edge.satellite.settings import SatelliteSettings, Window
from edge.satellite.station import Station
from tests import satellites
from tests.satellite_scene import BIND, KEY, Scene
from tests.waiting import until


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine that stands still for a while nobody is late, and no press is old."""
    for name in ("channel.GREETING_S", "link.GREETING_S", "station.GREETING_S", "remote_keys.STALE_S"):
        monkeypatch.setattr(f"edge.satellite.{name}", 60.0)


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.close()


class Caller:
    """A hand-made satellite."""

    def __init__(self, hub: SatelliteHub, key: bytes = KEY, id_: str = "window-3") -> None:
        self.socket = socket.create_connection(hub.address, timeout=60)
        self.channel = channel.call(self.socket, id_, key)

    def hello(self, boot: str = "boot", **more: Any) -> None:
        self.channel.send(Hello(more.get("version", 1), boot, "test", time.monotonic_ns(), (), ()))

    def closed(self) -> bool:
        """The node hung up."""
        try:
            while self.socket.recv(4096):
                continue
        except TimeoutError:
            return False
        except OSError:
            return True
        return True


@pytest.fixture
def hub() -> Iterator[SatelliteHub]:
    made = satellites.hub()
    made.open()
    yield made
    made.close()


def refused(hub: SatelliteHub, code: str) -> None:
    until(lambda: hub.refused[code] == 1, say=lambda: hub.refused)
    assert sum(hub.refused.values()) == 1


def test_a_wrong_key_is_closed_counted_and_told(hub: SatelliteHub, caplog: pytest.LogCaptureFixture) -> None:
    link = hub.link("window-3")
    link.open()
    caller = Caller(hub, key=bytes(32))
    caller.hello()
    assert caller.closed()
    refused(hub, "wrong_key")
    until(lambda: "calls with another key" in link.cause)
    until(lambda: "calls with another key" in caplog.text)
    link.close()


def test_a_wrong_key_disturbs_nobody_who_is_here(scene: Scene) -> None:
    for _ in range(3):
        caller = Caller(scene.hub, key=bytes(32))
        caller.hello()
        assert caller.closed()
    until(lambda: scene.hub.refused["wrong_key"] == 3)
    until(lambda: scene.link.health().status == "ok")
    scene.twin.press("a")
    until(lambda: scene.presses("next") == 1)


def test_a_recorded_connection_played_again_opens_nothing(scene: Scene) -> None:
    scene.twin.press("a")
    until(lambda: len(scene.edges) == 2)
    recorded = scene.tap.upward[0]
    with socket.create_connection(scene.hub.address, timeout=60) as thief:
        thief.sendall(recorded)
        until(lambda: scene.hub.refused["wrong_key"] == 1)
    assert scene.presses("next") == 1
    until(lambda: scene.link.health().status == "ok")


def test_a_frame_played_twice_within_a_connection_closes_it(hub: SatelliteHub) -> None:
    keys = RemoteKeys(config.RemoteKeys(id="w3", satellite="window-3", bind=BIND), hub)
    edges: list[Edge] = []
    keys.watch(edges.append)
    keys.open()
    caller = Caller(hub)
    caller.hello()
    sent: list[bytes] = []

    class Noting:
        def sendall(self, data: bytes) -> None:
            sent.append(data)
            caller.socket.sendall(data)

    caller.channel._socket = Noting()  # type: ignore[assignment]
    caller.channel.send(Edges(time.monotonic_ns(), (NumberedEdge(1, "next", True, time.monotonic_ns()),)))
    caller.socket.sendall(sent[0])
    assert caller.closed()
    refused(hub, "replay")
    assert sum(edge.down for edge in edges) == 1
    keys.close()


def test_a_frame_changed_on_its_way_closes_the_connection(hub: SatelliteHub) -> None:
    caller = Caller(hub)
    caller.hello()
    frame = caller.channel._sealer.seal(messages.encode(messages.Alive(1)))
    caller.socket.sendall(len(frame).to_bytes(4, "big") + frame[:-1] + bytes([frame[-1] ^ 1]))
    assert caller.closed()
    refused(hub, "forged")


@pytest.mark.parametrize("length", [0, 24, messages.MOST_BYTES + 25, 2**32 - 1])
def test_a_frame_too_large_or_empty_is_refused_by_its_length(hub: SatelliteHub, length: int) -> None:
    caller = Caller(hub)
    caller.hello()
    caller.socket.sendall(length.to_bytes(4, "big"))
    assert caller.closed()
    refused(hub, "oversize")


def test_who_is_not_in_the_file_is_refused(hub: SatelliteHub) -> None:
    with socket.create_connection(hub.address, timeout=60) as stranger:
        stranger.sendall(b"HKS1" + bytes([8]) + b"window-9" + bytes(32))
        assert stranger.recv(100) == b""
    refused(hub, "unknown")


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\n\r\n", bytes(100), b"HKS2" + bytes(40)])
def test_what_is_no_satellite_is_refused(hub: SatelliteHub, said: bytes) -> None:
    with socket.create_connection(hub.address, timeout=60) as stranger:
        stranger.sendall(said)
        with contextlib.suppress(ConnectionResetError):
            assert stranger.recv(100) == b""
    refused(hub, "malformed")


def test_a_message_that_is_none_and_a_second_hello_are_refused(hub: SatelliteHub) -> None:
    caller = Caller(hub)
    caller.hello()
    caller.hello()
    assert caller.closed()
    until(lambda: hub.refused["malformed"] == 1)
    caller = Caller(hub)
    frame = caller.channel._sealer.seal(b"\xff\x00 no msgpack")
    caller.socket.sendall(len(frame).to_bytes(4, "big") + frame)
    assert caller.closed()
    until(lambda: hub.refused["malformed"] == 2)


def test_another_version_is_refused_and_said_to_be(hub: SatelliteHub) -> None:
    link = hub.link("window-3")
    caller = Caller(hub)
    caller.hello(version=2)
    assert caller.closed()
    refused(hub, "version")
    until(lambda: "install the same hallkeeper on both" in link.cause)


def test_silent_strangers_are_bounded_and_the_satellite_is_heard_once_they_are_thrown_out(
    hub: SatelliteHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    strangers = [socket.create_connection(hub.address, timeout=60) for _ in range(STRANGERS + 1)]
    until(lambda: len(hub._connections) == STRANGERS + 1)
    with socket.create_connection(hub.address, timeout=60) as crowded:
        assert crowded.recv(10) == b""
    until(lambda: hub.refused["crowded"] == 1)
    for each in strangers:
        each.close()
    until(lambda: not hub._connections)
    with monkeypatch.context() as impatient:
        impatient.setattr(channel, "GREETING_S", 0.2)
        strangers = [socket.create_connection(hub.address, timeout=60) for _ in range(STRANGERS + 1)]
        assert [each.recv(10) for each in strangers] == [b""] * len(strangers)
    until(lambda: not hub._connections)
    caller = Caller(hub)
    caller.hello()
    until(lambda: hub.link("window-3")._channel is not None)
    for each in (*strangers, caller.socket):
        each.close()


def test_the_satellite_calling_anew_takes_the_place_of_its_half_open_connection(hub: SatelliteHub) -> None:
    link = hub.link("window-3")
    first = Caller(hub)
    first.hello("boot")
    until(lambda: link._channel is not None)
    second = Caller(hub)
    second.hello("boot")
    assert first.closed()
    second.channel.send(messages.Alive(time.monotonic_ns()))
    until(lambda: link._channel is not None)
    assert sum(hub.refused.values()) == 0
    second.socket.close()


def test_two_computers_of_one_name_are_told(
    hub: SatelliteHub, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.satellite.link.ALIVE_S", 60)
    first, second = Caller(hub), Caller(hub)
    first.hello("one")
    until(lambda: hub.link("window-3")._channel is not None)
    second.hello("two")
    with caplog.at_level(logging.WARNING):
        until(lambda: "do two of them have this id?" in caplog.text)
    for each in (first, second):
        each.socket.close()


def test_the_satellite_says_why_its_node_refuses_it(hub: SatelliteHub, caplog: pytest.LogCaptureFixture) -> None:
    window = Window(id="window-3", host="127.0.0.1", port=hub.address[1], key=satellites.OTHER_KEY)
    station = Station(SatelliteSettings(satellite=window), [], [], "test")
    station.open()
    try:
        until(lambda: "is window-3 in its [[satellites]], with the same key?" in caplog.text)
        assert not station.linked
    finally:
        station.close()


def test_what_answers_and_is_no_node_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        window = Window(id="window-3", host="127.0.0.1", port=server.getsockname()[1], key=satellites.KEY)
        station = Station(SatelliteSettings(satellite=window), [], [], "test")
        station.open()
        try:
            caller, _ = server.accept()
            caller.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
            until(lambda: "no node of this kind" in caplog.text)
            caller.close()
        finally:
            station.close()
