"""A satellite and its node over real TCP: outages, half-open lines, repeats."""

import socket
import time
from collections.abc import Iterator

import pytest

from edge import config
from edge.satellite.channel import GONE_S
from edge.satellite.remote_keys import RemoteKeys
from tests import satellites
from tests.satellite_scene import BIND, Scene
from tests.waiting import until


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr("edge.satellite.remote_keys.STALE_S", 60)  # a machine that stands still makes no press old
    made = Scene()
    yield made
    made.close()


# --- outages ------------------------------------------------------------------------


def test_a_press_while_the_line_is_cut_counts_when_it_is_back_at_once(scene: Scene) -> None:
    scene.tap.down = True
    scene.tap.cut()
    until(lambda: not scene.linked())
    scene.twin.press("a")
    until(lambda: scene.station._fingers._outgoing.waits("next"))
    scene.tap.down = False
    until(lambda: [edge.down for edge in scene.edges] == [True, False], say=lambda: scene.edges)


@pytest.mark.parametrize("after", [1, 3, 5, 12, 13, 30, 60])
def test_a_line_cut_within_a_frame_loses_no_press_and_doubles_none(scene: Scene, after: int) -> None:
    scene.tap.cut_after = after
    scene.twin.press("a")
    until(lambda: len(scene.tap.upward) > 1 and scene.linked())
    until(lambda: scene.presses("next") == 1)
    scene.twin.press("b")
    until(lambda: scene.presses("help") == 1)
    assert scene.presses("next") == 1


def test_a_taken_press_whose_answer_was_lost_is_not_taken_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The acknowledgement is lost with the line; the satellite tells it again, the node knows it."""
    fingers = scene.station._fingers
    real = fingers.taken
    monkeypatch.setattr(fingers, "taken", lambda number: None)
    scene.twin.press("a")
    until(lambda: scene.presses("next") == 1 and len(scene.edges) == 2)
    monkeypatch.setattr(fingers, "taken", real)
    scene.tap.cut()
    until(lambda: len(scene.tap.upward) > 1 and scene.linked())
    scene.twin.press("b")
    until(lambda: scene.presses("help") == 1)
    assert scene.presses("next") == 1


def test_a_press_of_long_ago_calls_nobody_but_an_alarm_is_one(
    scene: Scene, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.tap.down = True
    scene.tap.cut()
    until(lambda: not scene.linked())
    monkeypatch.setattr("edge.satellite.remote_keys.STALE_S", 0.3)
    scene.twin.press("a")
    scene.twin.press("b")
    until(lambda: scene.station._fingers._outgoing.waits("help"))
    pressed = time.monotonic()
    until(lambda: time.monotonic() > pressed + 0.4)
    scene.tap.down = False
    until(lambda: scene.presses("help") == 1)
    assert scene.presses("next") == 0
    until(lambda: "a press of next is" in caplog.text)
    assert scene.keys.too_old == 1


def test_a_half_open_line_is_noticed_by_both_sides_and_called_anew(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing comes and nobody hangs up; six seconds later the satellite is gone, and calls again."""
    scene.twin.stick("a")
    until(lambda: scene.presses("next") == 1)
    scene.tap.dead = True
    until(lambda: scene.link._channel is None)
    assert scene.link._heard_at is not None and time.monotonic() - scene.link._heard_at >= GONE_S
    until(lambda: [edge.down for edge in scene.edges] == [True, False], say=lambda: scene.edges)
    until(lambda: not scene.station.linked)
    scene.tap.dead = False
    until(scene.linked)
    until(lambda: scene.keys.health().status == "degraded")
    assert "closed since satellite window-3 called: next" in scene.keys.health().cause
    scene.twin.release("a")
    until(lambda: scene.keys.health().status == "ok")


def test_a_node_that_starts_again_is_found_and_heard(scene: Scene) -> None:
    port = scene.hub.address[1]
    scene.keys.close()
    scene.hub.close()
    until(lambda: not scene.station.linked)
    scene.hub = satellites.hub(port=port)
    scene.hub.open()
    scene.link = scene.hub.link("window-3")
    again = RemoteKeys(config.RemoteKeys(id="w3", satellite="window-3", bind=BIND), scene.hub)
    again.watch(scene.edges.append)
    again.open()
    until(scene.linked)
    scene.twin.press("a")
    until(lambda: scene.presses("next") == 1)
    again.close()


def test_a_port_that_cannot_be_had_is_said_and_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        hub = satellites.hub(port=port)
        hub.open()
        link = hub.link("window-3")
        link.open()
        try:
            assert link.health().status == "failed"
            assert f"127.0.0.1:{port}" in link.health().cause
            other.close()
            until(lambda: link.health().status != "failed")
        finally:
            link.close()
            hub.close()
