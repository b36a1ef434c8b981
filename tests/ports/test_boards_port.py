"""One suite for everything under the port `Board`: the drivers for MAX7219, WS2812 and HT1632C, and the twin.

What a board shows is decoded here from what is on its wires, by the data sheets and with code of its own.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from edge.errors import DeviceError
from tests.ports.board_rigs import HEIGHT, RIGS, WIDTH, picture, same
from tests.waiting import until


@pytest.fixture(params=list(RIGS))
def make(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    made: list[Any] = []

    def rig(**more: Any) -> Any:
        made.append(RIGS[request.param](**more))
        return made[-1]

    yield rig
    for one in made:
        one.board.close()


# --- the port ----------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(32, 8), (64, 8), (64, 16), (96, 32), (192, 48)])
def test_every_lamp_is_where_the_frame_has_it(make: Callable[..., Any], width: int, height: int) -> None:
    rig = make(width=width, height=height)
    rig.board.open()
    rig.board.show(picture(width, height))
    assert same(rig.lamps(), picture(width, height))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(bits=st.binary(min_size=WIDTH * HEIGHT // 8, max_size=WIDTH * HEIGHT // 8))
def test_any_frame_is_shown_as_it_is(make: Callable[..., Any], bits: bytes) -> None:
    frame = Image.frombytes("1", (WIDTH, HEIGHT), bits)
    rig = make()
    rig.board.open()
    rig.board.show(frame)
    assert same(rig.lamps(), frame)
    rig.board.close()


def test_it_is_dark_when_opened_and_when_closed(make: Callable[..., Any]) -> None:
    rig = make()
    rig.board.open()
    assert rig.board.health().status == "ok"
    assert rig.lamps().getbbox() is None
    rig.board.show(picture())
    assert rig.lamps().getbbox() is not None
    rig.board.close()
    rig.board.close()
    assert rig.lamps().getbbox() is None
    assert rig.board.health().status == "failed"


def test_a_closed_board_refuses_and_an_opened_one_shows_again(make: Callable[..., Any]) -> None:
    rig = make()
    with pytest.raises(DeviceError):
        rig.board.show(picture())
    rig.board.open()
    rig.board.show(picture())
    rig.board.close()
    rig.board.open()
    rig.board.show(picture(text="B1"))
    assert same(rig.lamps(), picture(text="B1"))


@pytest.mark.parametrize("frame", [Image.new("1", (63, 16)), Image.new("1", (64, 8)), Image.new("L", (64, 16))])
def test_a_frame_of_another_shape_is_refused_and_nothing_changes(make: Callable[..., Any], frame: Image.Image) -> None:
    rig = make()
    rig.board.open()
    rig.board.show(picture())
    with pytest.raises(DeviceError) as wrong:
        rig.board.show(frame)
    assert wrong.value.field == "frame"
    assert same(rig.lamps(), picture())


@pytest.mark.fault("F43")
def test_after_an_spi_error_it_is_initialised_and_redrawn_by_itself(make: Callable[..., Any]) -> None:
    """The frame that failed is the one that comes, not the last one that went well."""
    rig = make()
    rig.board.open()
    rig.board.show(picture(text="A001"))
    rig.fail()
    with pytest.raises(DeviceError):
        rig.board.show(picture(text="A002"))
    assert rig.board.health().status == "failed"
    assert "Input/output error" in rig.board.health().cause
    rig.lose_power()
    rig.mend()
    rig.board.show(picture(text="A003"))
    assert rig.board.health().status == "ok"
    assert same(rig.lamps(), picture(text="A003"))


@pytest.mark.fault("F43")
def test_a_board_that_failed_comes_back_while_nothing_new_is_shown(make: Callable[..., Any]) -> None:
    rig = make(reinit_s=0.02)
    rig.board.open()
    rig.fail()
    with pytest.raises(DeviceError):
        rig.board.show(picture())
    rig.lose_power()
    rig.mend()
    until(lambda: same(rig.lamps(), picture()))
    assert rig.board.health().status == "ok"


@pytest.mark.fault("F43")
def test_a_board_that_forgot_everything_is_initialised_and_redrawn(make: Callable[..., Any]) -> None:
    """A dip of the supply gives no error on the wire."""
    rig = make(reinit_s=0.02)
    rig.board.open()
    rig.board.show(picture())
    rig.lose_power()
    until(lambda: same(rig.lamps(), picture()))


def test_a_board_missing_at_the_start_is_found_later(make: Callable[..., Any]) -> None:
    rig = make()
    rig.fail()
    rig.board.open()
    assert rig.board.health().status == "failed"
    rig.mend()
    until(lambda: rig.board.health().status == "ok")
    rig.board.show(picture())
    assert same(rig.lamps(), picture())


def test_check_lights_all_lamps_and_gives_the_picture_back(make: Callable[..., Any]) -> None:
    rig = make()
    rig.board.open()
    rig.board.show(picture())
    assert rig.board.check().status == "ok"
    assert same(rig.lamps(), picture())
    rig.fail()
    assert rig.board.check().status == "failed"
