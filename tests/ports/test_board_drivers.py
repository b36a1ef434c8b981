"""What is each board driver's own: its bus, its frames, its faults; and what its twin does instead."""

import errno
from collections.abc import Iterator
from typing import Any

import pytest
from gpiozero import DigitalInputDevice
from gpiozero.pins.mock import MockFactory
from PIL import Image

from edge import config
from edge.devices.ht1632_board import GpioPins, Ht1632Board
from edge.devices.led_board import Max7219Board
from edge.devices.twins.board import TwinBoard
from edge.devices.ws2812_board import Ws2812Board
from edge.errors import ConfigError, DeviceError
from tests.ports.board_rigs import (
    FULL,
    HEIGHT,
    WIDTH,
    HtRig,
    MaxRig,
    Wire,
    WsRig,
    decoded,
    lamps_of,
    picture,
    pulses,
    same,
)
from tests.waiting import until

# --- the driver ------------------------------------------------------------------------


def test_the_configured_bus_and_brightness_reach_the_chips() -> None:
    rig = MaxRig(spi_port=1, spi_device=2, brightness=0x50)
    rig.board.open()
    try:
        assert rig.wire.opened == [(1, 2)]
        assert rig.wire.max_speed_hz == 1_000_000
        assert [0x0A, 5] * 16 in rig.wire.frames
    finally:
        rig.board.close()
    assert rig.wire.closed == 1


def test_after_an_error_the_bus_is_opened_anew() -> None:
    rig = MaxRig()
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
    rig = MaxRig()
    rig.board.open()
    try:
        rig.board.check()
        at = rig.wire.frames.index([0x0F, 1] * 16)
        assert same(decoded(rig.wire.frames[: at + 1], WIDTH, HEIGHT), FULL)
    finally:
        rig.board.close()


def test_renewing_never_darkens_a_board_that_is_well() -> None:
    """luma's own initialisation clears the chips; people would see that flicker every minute."""
    rig = MaxRig(reinit_s=0.02)
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
    rig = MaxRig(rotate=rotate, width=32, height=8)
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
    rig = MaxRig()
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


@pytest.mark.parametrize(("width", "height"), [(8, 8), (24, 8)])
def test_a_single_module_is_a_board_too(width: int, height: int) -> None:
    rig = MaxRig(width=width, height=height)
    rig.board.open()
    rig.board.show(picture(width, height))
    try:
        assert same(rig.lamps(), picture(width, height))
    finally:
        rig.board.close()


# --- WS2812 ---------------------------------------------------------------------------


def test_lamps_get_green_first_at_the_data_sheet_s_speed_and_rest_between_frames() -> None:
    rig = WsRig(colour="#ff8001", width=8, height=8, serpentine=False)
    rig.board.open()
    try:
        frame = Image.new("1", (8, 8))
        frame.putpixel((1, 0), 1)
        rig.board.show(frame)
        sent = rig.wire.frames[-1]
        lamps = lamps_of(sent, rig.wire.max_speed_hz)
        assert lamps[:3] == [(0, 0, 0), (0xFF, 0x80, 0x01), (0, 0, 0)]
        high, low = zip(*pulses(sent, rig.wire.max_speed_hz)[:-1], strict=True)
        assert all(abs(up + down - 1.25) <= 0.6 for up, down in zip(high, low, strict=True))
        assert pulses(sent, rig.wire.max_speed_hz)[-1][1] >= 280, "low so long that every edition shows it"
    finally:
        rig.board.close()


@pytest.mark.parametrize("serpentine", [True, False])
def test_every_second_row_runs_backwards_where_it_is_wired_so(serpentine: bool) -> None:
    rig = WsRig(width=16, height=8, serpentine=serpentine)
    rig.board.open()
    try:
        frame = Image.new("1", (16, 8))
        frame.putpixel((0, 1), 1)
        rig.board.show(frame)
        lit = [n for n, lamp in enumerate(lamps_of(rig.wire.frames[-1], rig.wire.max_speed_hz)) if any(lamp)]
        assert lit == [31 if serpentine else 16]
    finally:
        rig.board.close()


def test_a_kernel_that_would_cut_the_frame_is_told_of() -> None:
    """Cut in two, the lamps would take the pause for the end and show the rest at the beginning."""
    wire = Wire()
    board = Ws2812Board(config.Ws2812(id="w2", shows="summary"), lambda: wire, lambda: 4096)
    board.open()
    try:
        assert "add spidev.bufsiz=65536 to cmdline.txt" in board.health().cause
        assert wire.frames == []
    finally:
        board.close()


# --- HT1632C --------------------------------------------------------------------------


def test_every_chip_gets_its_outputs_and_the_brightness() -> None:
    rig = HtRig(brightness=11)
    rig.board.open()
    try:
        assert [(chip.commons, chip.duty) for chip in rig.chips()] == [(8, 12)] * 4
    finally:
        rig.board.close()


def test_a_module_whose_picture_stays_is_left_alone() -> None:
    rig = HtRig()
    rig.board.open()
    try:
        rig.board.show(picture())
        rig.lines.changes.clear()
        other = picture()
        other.putpixel((40, 3), 1)
        rig.board.show(other)
        assert {pin for pin, _ in rig.lines.changes} & set(rig.select) == {rig.select[1]}
    finally:
        rig.board.close()


def test_renewing_never_darkens_modules_that_are_well() -> None:
    rig = HtRig(reinit_s=0.02, width=32, height=8)
    rig.board.open()
    rig.board.show(picture(32, 8))
    shown = len(rig.lines.changes)
    until(lambda: len(rig.lines.changes) > shown + 2500)
    rig.board.close()
    changes = rig.lines.changes
    for upto in range(shown, shown + 2500, 50):
        rig.lines.changes = changes[:upto]
        assert same(rig.lamps(), picture(32, 8))


@pytest.mark.parametrize(("width", "height", "module"), [(64, 16, "24x16"), (64, 16, "32x8"), (72, 16, "24x16")])
def test_modules_that_do_not_make_up_the_board_are_refused(width: int, height: int, module: Any) -> None:
    section = config.Ht1632(
        id="w2", shows="summary", width=width, height=height, data=2, write=3, select=(4, 5), module=module
    )
    with pytest.raises(ConfigError) as wrong:
        Ht1632Board(section)
    assert wrong.value.field == "boards.w2.select"
    assert f"{width}×{height}" in wrong.value.detail


def test_pins_that_keys_have_are_told_of() -> None:
    factory = MockFactory()
    section = config.Ht1632(id="w2", shows="summary", width=32, height=8, data=2, write=3, select=(4,), module="32x8")
    key = DigitalInputDevice(3, pull_up=True, pin_factory=factory)
    board = Ht1632Board(section, GpioPins(lambda: factory))
    board.open()
    try:
        assert "bind each pin in one" in board.health().cause
        key.close()
        board.check()
        assert board.health().status == "ok"
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
