"""One suite for everything that stands under the port `Board`: the MAX7219 driver and its twin.

What a board shows is decoded here from the bytes on the wire, by the data sheet and with code of its
own: each chip-select frame is a row of (register, value) pairs, the first for the chip farthest away.
"""

import errno
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from edge import config
from edge.devices.led_board import Max7219Board
from edge.devices.ports import Board
from edge.devices.twins.board import TwinBoard
from edge.errors import DeviceError
from tests.waiting import until

WIDTH, HEIGHT = 64, 16
FULL = Image.new("1", (WIDTH, HEIGHT), 1)


class Wire:
    """The SPI device under the driver: notes what was sent, and breaks when told."""

    def __init__(self) -> None:
        self.max_speed_hz = 0
        self.frames: list[list[int]] = []
        self.broken: OSError | None = None
        self.opened: list[tuple[int, int]] = []
        self.closed = 0

    def open(self, port: int, device: int) -> None:
        if self.broken:
            raise self.broken
        self.opened.append((port, device))

    def writebytes(self, data: list[int]) -> None:
        if self.broken:
            raise self.broken
        self.frames.append(list(data))

    def close(self) -> None:
        self.closed += 1


def decoded(frames: list[list[int]], width: int, height: int) -> Image.Image:
    """The lamps after `frames`, by the data sheet."""
    count = width * height // 64
    chips: list[dict[int, int]] = [{} for _ in range(count)]
    for sent in frames:
        assert len(sent) == 2 * count, "a frame must reach every chip of the chain"
        for place in range(count):
            pair = 2 * (count - 1 - place)
            chips[place][sent[pair]] = sent[pair + 1]
    picture = Image.new("1", (width, height))
    for y in range(height):
        for x in range(width):
            chip = chips[(y // 8) * (width // 8) + x // 8]
            on = chip.get(0x0C) == 1 and chip.get(0x0B) == 7 and chip.get(0x09) == 0
            lamp = on and chip.get(1 + x % 8, 0) >> (y % 8) & 1
            if lamp or chip.get(0x0F) == 1:
                picture.putpixel((x, y), 1)
    return picture


class DriverRig:
    def __init__(self, reinit_s: float = 3600, **more: Any) -> None:
        self.wire = Wire()
        section = config.Max7219(id="w2", shows="counter:2", reinit_s=reinit_s, **more)  # type: ignore[arg-type]
        self.board: Board = Max7219Board(section, lambda: self.wire)

    def lamps(self) -> Image.Image:
        return decoded(self.wire.frames, self.board.width, self.board.height)

    def fail(self) -> None:
        self.wire.broken = OSError(errno.EIO, "Input/output error")

    def mend(self) -> None:
        self.wire.broken = None

    def lose_power(self) -> None:
        self.wire.frames.clear()


class TwinRig:
    def __init__(self, reinit_s: float = 3600, **more: Any) -> None:
        section = config.Max7219(id="w2", shows="counter:2", reinit_s=reinit_s, **more)  # type: ignore[arg-type]
        self.board = TwinBoard(section)
        self.lamps = self.board.lamps
        self.fail = self.board.fail
        self.mend = self.board.mend
        self.lose_power = self.board.lose_power


RIGS = {"max7219": DriverRig, "twin": TwinRig}


@pytest.fixture(params=list(RIGS))
def make(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    made: list[Any] = []

    def rig(**more: Any) -> Any:
        made.append(RIGS[request.param](**more))
        return made[-1]

    yield rig
    for one in made:
        one.board.close()


def picture(width: int = WIDTH, height: int = HEIGHT, text: str = "A005") -> Image.Image:
    frame = Image.new("1", (width, height))
    draw = ImageDraw.Draw(frame)
    draw.text((3, 1), text, fill=1)
    draw.point([(0, 0), (width - 1, height - 1), (width - 1, 0)], fill=1)
    return frame


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and one.tobytes() == other.tobytes()


# --- the port ----------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(8, 8), (64, 8), (64, 16), (128, 32), (192, 48)])
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


# --- the driver ------------------------------------------------------------------------


def test_the_configured_bus_and_brightness_reach_the_chips() -> None:
    rig = DriverRig(spi_port=1, spi_device=2, brightness=0x50)
    rig.board.open()
    try:
        assert rig.wire.opened == [(1, 2)]
        assert rig.wire.max_speed_hz == 1_000_000
        assert [0x0A, 5] * 16 in rig.wire.frames
    finally:
        rig.board.close()
    assert rig.wire.closed == 1


def test_after_an_error_the_bus_is_opened_anew() -> None:
    rig = DriverRig()
    rig.board.open()
    try:
        rig.fail()
        with pytest.raises(DeviceError):
            rig.board.show(picture())
        assert rig.wire.closed == 1
        rig.mend()
        rig.board.show(picture())
        assert len(rig.wire.opened) == 2
    finally:
        rig.board.close()


def test_the_lamp_test_lights_everything_meanwhile() -> None:
    rig = DriverRig()
    rig.board.open()
    try:
        rig.board.check()
        at = rig.wire.frames.index([0x0F, 1] * 16)
        assert same(decoded(rig.wire.frames[: at + 1], WIDTH, HEIGHT), FULL)
    finally:
        rig.board.close()


def test_renewing_never_darkens_a_board_that_is_well() -> None:
    """luma's own initialisation clears the chips; people would see that flicker every minute."""
    rig = DriverRig(reinit_s=0.02)
    rig.board.open()
    rig.board.show(picture())
    shown = len(rig.wire.frames)
    until(lambda: len(rig.wire.frames) > shown + 30)
    try:
        for upto in range(shown, shown + 30):
            assert same(decoded(rig.wire.frames[:upto], WIDTH, HEIGHT), picture())
    finally:
        rig.board.close()


@pytest.mark.parametrize("rotate", [0, 1, 2, 3])
def test_a_turned_board_is_given_the_picture_turned(rotate: int) -> None:
    """`width` and `height` are the picture's; a frame turned by a quarter has them the other way round."""
    rig = DriverRig(rotate=rotate, width=32, height=8)
    rig.board.open()
    try:
        rig.board.show(picture(32, 8))
        hardware = (32, 8) if rotate % 2 == 0 else (8, 32)
        turned = picture(32, 8).rotate(-90 * rotate, expand=True)
        assert same(decoded(rig.wire.frames, *hardware), turned)
    finally:
        rig.board.close()


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), "dtparam=spi=on"),
        (PermissionError(errno.EACCES, "Permission denied"), "group spi"),
    ],
)
def test_a_missing_bus_says_what_to_do(error: OSError, advice: str) -> None:
    rig = DriverRig()
    rig.wire.broken = error
    rig.board.open()
    try:
        assert advice in rig.board.health().cause
        assert "/dev/spidev0.0" in rig.board.health().cause
    finally:
        rig.board.close()


def test_without_spidev_it_says_what_to_install() -> None:
    def missing() -> Wire:
        raise ModuleNotFoundError("No module named 'spidev'")

    board = Max7219Board(config.Max7219(id="w2", shows="summary"), missing)
    board.open()
    try:
        assert "hallkeeper[pi]" in board.health().cause
    finally:
        board.close()


# --- the twin -------------------------------------------------------------------------


@pytest.fixture
def twin() -> Iterator[TwinBoard]:
    board = TwinBoard(config.Max7219(id="w2", shows="summary", reinit_s=0.02))  # type: ignore[arg-type]
    board.open()
    yield board
    board.close()


@pytest.mark.fault("F43")
def test_a_frozen_twin_keeps_its_picture_and_catches_up(twin: TwinBoard) -> None:
    twin.show(picture(text="A001"))
    twin.freeze()
    twin.show(picture(text="A002"))
    assert same(twin.lamps(), picture(text="A001"))
    twin.thaw()
    until(lambda: same(twin.lamps(), picture(text="A002")))


@pytest.mark.fault("F43")
def test_a_disturbed_twin_is_all_lit_until_it_is_renewed() -> None:
    twin = TwinBoard(config.TwinBoard(id="w2", shows="summary"))
    twin.open()
    try:
        twin.show(picture())
        twin.disturb()
        assert same(twin.lamps(), FULL)
        twin.show(picture(text="B1"))
        assert same(twin.lamps(), FULL)
        twin.check()
        assert same(twin.lamps(), picture(text="B1"))
    finally:
        twin.close()


def test_a_twin_stands_upright_whatever_the_real_frame_does() -> None:
    twin = TwinBoard(config.Max7219(id="w2", shows="summary", rotate=1, block_orientation=90))
    twin.open()
    try:
        twin.show(picture())
        assert same(twin.lamps(), picture())
    finally:
        twin.close()
