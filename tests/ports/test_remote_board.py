"""A board at a satellite: the suite of the port `Board`, decoded from the wire in the satellite's process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from edge import config
from edge.errors import ConfigError, DeviceError
from edge.satellite import remote_board
from edge.satellite.remote_board import RemoteBoard
from tests import satellites
from tests.ports import test_boards_port as suite
from tests.ports.board_rigs import decoded, picture, same
from tests.waiting import until

# The suite of the port, run here with the rig of this file.
test_every_lamp_is_where_the_frame_has_it = suite.test_every_lamp_is_where_the_frame_has_it
test_it_is_dark_when_opened_and_when_closed = suite.test_it_is_dark_when_opened_and_when_closed
test_a_closed_board_refuses_and_an_opened_one_shows_again = (
    suite.test_a_closed_board_refuses_and_an_opened_one_shows_again
)
test_a_frame_of_another_shape_is_refused_and_nothing_changes = (
    suite.test_a_frame_of_another_shape_is_refused_and_nothing_changes
)
test_after_an_spi_error_it_is_initialised_and_redrawn_by_itself = (
    suite.test_after_an_spi_error_it_is_initialised_and_redrawn_by_itself
)
test_check_lights_all_lamps_and_gives_the_picture_back = suite.test_check_lights_all_lamps_and_gives_the_picture_back


class RemoteRig:
    """A hub, a satellite process with one chain of modules, and the remote board."""

    def __init__(self, folder: Path, reinit_s: int = 3600, width: int = 64, height: int = 16) -> None:
        self.hub = satellites.hub()
        self.hub.open()
        self.there = {"driver": "max7219", "id": "chain", "width": width, "height": height, "reinit_s": reinit_s}
        self.file = satellites.window(folder, self.hub.address[1], boards=[self.there])
        self.child = satellites.Child(self.file)
        section = config.RemoteBoard(
            id="w3", shows="counter:3", satellite="window-3", board="chain", width=width, height=height
        )
        self.board = RemoteBoard(section, self.hub)
        until(self.linked)

    def linked(self) -> bool:
        return self.hub.link("window-3")._channel is not None

    def lamps(self) -> Image.Image:
        self.child.sync()
        return decoded(self.child.frames["chain"], self.board.width, self.board.height)

    def fail(self) -> None:
        self.child.tell("fail chain")

    def mend(self) -> None:
        self.child.tell("mend chain")

    def lose_power(self) -> None:
        self.child.sync()
        self.child.frames["chain"].clear()

    def restart(self) -> None:
        self.child.kill()
        until(lambda: not self.linked())
        self.child = satellites.Child(self.file)

    def end(self) -> None:
        self.board.close()
        self.child.end()
        self.hub.close()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A board that stands still with the whole machine is not hung."""
    for name in ("TAKE_S", "CHECK_S"):
        monkeypatch.setattr(remote_board, name, 60.0)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    made: list[RemoteRig] = []

    def rig(**more: Any) -> RemoteRig:
        made.append(RemoteRig(tmp_path, **more))
        return made[-1]

    yield rig
    for one in made:
        one.end()


@pytest.fixture
def rig(make: Callable[..., RemoteRig]) -> RemoteRig:
    made = make()
    made.board.open()
    return made


@pytest.mark.fault("F43")
def test_a_board_that_failed_comes_back_while_nothing_new_is_shown(make: Callable[..., RemoteRig]) -> None:
    rig = make(reinit_s=1)
    rig.board.open()
    rig.fail()
    with pytest.raises(DeviceError):
        rig.board.show(picture())
    until(lambda: rig.board.health().status == "failed")
    rig.lose_power()
    rig.mend()
    until(lambda: same(rig.lamps(), picture()))
    until(lambda: rig.board.health().status == "ok")


def test_a_killed_satellite_shows_the_latest_picture_when_it_is_back(rig: RemoteRig) -> None:
    rig.board.show(picture(text="A001"))
    rig.child.kill()
    until(lambda: not rig.linked())
    with pytest.raises(DeviceError) as gone:
        rig.board.show(picture(text="A002"))
    assert "window-3" in gone.value.detail
    assert rig.board.health().status == "degraded"
    rig.child = satellites.Child(rig.file)
    until(lambda: "chain" in rig.child.frames and same(rig.lamps(), picture(text="A002")))
    until(lambda: rig.board.health().status == "ok")


def test_pictures_shown_faster_than_the_board_takes_them_end_with_the_latest(rig: RemoteRig) -> None:
    for number in range(60):
        rig.board.show(picture(text=f"A{number:03}"))
    assert same(rig.lamps(), picture(text="A059"))


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({"board": "chian"}, "has no board 'chian'"),
        ({"board": "chain", "width": 128}, "has 64×16 lamps, here 128×16"),
    ],
)
def test_a_board_that_is_not_the_one_there_is_named(rig: RemoteRig, section: dict[str, Any], says: str) -> None:
    rig.board.close()
    wrong = RemoteBoard(config.RemoteBoard(id="x", shows="counter:3", satellite="window-3", **section), rig.hub)
    wrong.open()
    try:
        assert wrong.health().status == "failed"
        assert says in wrong.health().cause
        with pytest.raises(DeviceError):
            wrong.show(Image.new("1", (wrong.width, wrong.height), 1))
        assert rig.lamps().getbbox() is None
    finally:
        wrong.close()


def test_a_node_that_is_gone_leaves_the_board_dark(rig: RemoteRig) -> None:
    """After ten seconds: what stands there is called by nobody any more."""
    rig.board.show(picture())
    while rig.hub._users:
        rig.hub.close()
    until(lambda: rig.lamps().getbbox() is None)


def test_a_satellite_nobody_knows_is_refused() -> None:
    section = config.RemoteBoard(id="b", shows="summary", satellite="window-9", board="chain")
    with pytest.raises(ConfigError):
        RemoteBoard(section, satellites.hub())
