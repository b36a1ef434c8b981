"""One suite for everything under the port `Board`: the drivers for MAX7219, WS2812 and HT1632C, and the twin.

What a board shows is decoded here from what is on its wires, by the data sheets and with code of its own.
"""

import errno
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gpiozero import DigitalInputDevice
from gpiozero.pins.mock import MockFactory, MockPin
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from edge import config
from edge.devices.ht1632_board import GpioPins, Ht1632Board
from edge.devices.led_board import Max7219Board
from edge.devices.ports import Board
from edge.devices.twins.board import TwinBoard
from edge.devices.ws2812_board import Ws2812Board
from edge.errors import ConfigError, DeviceError
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

    def writebytes2(self, data: bytes) -> None:
        self.writebytes(list(data))

    def close(self) -> None:
        self.closed += 1


def decoded(frames: list[list[int]], width: int, height: int) -> Image.Image:
    """The lamps of MAX7219 after `frames`: each chip-select frame is a row of (register, value) pairs, the first
    for the chip farthest away."""
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


class MaxRig:
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


def pulses(sent: list[int], hz: int) -> list[tuple[float, float]]:
    """How long the line was high and then low, again and again, in µs; what is low before the first is left out."""
    levels = "".join(f"{byte:08b}" for byte in sent)
    return [(len(high) * 1e6 / hz, len(low) * 1e6 / hz) for high, low in re.findall("(1+)(0+)", levels)]


def lamps_of(sent: list[int], hz: int) -> list[tuple[int, int, int]]:
    """WS2812B lamps in the order of the wire, as (red, green, blue), by the data sheet's times."""
    bits = ""
    for high, low in pulses(sent, hz):
        one, zero = abs(high - 0.8) <= 0.15, abs(high - 0.4) <= 0.15
        assert one != zero, f"high for {high} µs is neither a one nor a zero"
        assert low >= (0.45 if one else 0.85) - 0.15
        bits += "1" if one else "0"
    lamps = [int(bits[at : at + 24], 2) for at in range(0, len(bits), 24)]
    return [(lamp >> 8 & 0xFF, lamp >> 16, lamp & 0xFF) for lamp in lamps]


class WsRig:
    """Lamps that show what was sent last; without power they are dark."""

    def __init__(self, reinit_s: float = 3600, **more: Any) -> None:
        self.wire = Wire()
        section = config.Ws2812(id="w2", shows="counter:2", reinit_s=reinit_s, **more)  # type: ignore[arg-type]
        self.serpentine = section.serpentine
        self.board: Board = Ws2812Board(section, lambda: self.wire, lambda: 1 << 17)

    def lamps(self) -> Image.Image:
        picture = Image.new("1", (self.board.width, self.board.height))
        if not self.wire.frames:
            return picture
        lamps = lamps_of(self.wire.frames[-1], self.wire.max_speed_hz)
        assert len(lamps) == self.board.width * self.board.height
        for n, colour in enumerate(lamps):
            y, x = divmod(n, self.board.width)
            if self.serpentine and y % 2:
                x = self.board.width - 1 - x
            picture.putpixel((x, y), int(any(colour)))
        return picture

    def fail(self) -> None:
        self.wire.broken = OSError(errno.EIO, "Input/output error")

    def mend(self) -> None:
        self.wire.broken = None

    def lose_power(self) -> None:
        self.wire.frames.clear()


class Lines:
    """The levels of all pins as they changed: (pin, level), in order. gpiozero's own mock pins tell it."""

    def __init__(self) -> None:
        self.changes: list[tuple[int, bool]] = []
        self.broken = False
        lines = self

        class Told(MockPin):  # type: ignore[misc]
            def output_with_state(self, state: int) -> None:
                lines.touched()
                super().output_with_state(state)

            def _set_state(self, value: int) -> None:
                lines.touched()
                super()._set_state(value)

            def _change_state(self, value: bool) -> bool:
                lines.changes.append((int(self.info.name.removeprefix("GPIO")), bool(value)))
                return bool(super()._change_state(value))

        self.factory = MockFactory(pin_class=Told)

    def touched(self) -> None:
        if self.broken:
            raise OSError(errno.EIO, "Input/output error")


class Ht1632Chip:
    """By the data sheet: takes the data line when the write line rises; in a row of bits an id, then commands of
    nine bits or an address of seven bits and nibbles, lowest bit first."""

    def __init__(self, module: str) -> None:
        self.size = (32, 8) if module == "32x8" else (24, 16)
        self.commons = 0
        self.system = self.lit = False
        self.duty = 0
        self.memory = [0b0101] * (self.size[0] * self.size[1] // 4)

    def told(self, bits: list[int]) -> None:
        kind, rest = bits[:3], bits[3:]
        if kind == [1, 0, 0]:
            assert len(rest) % 9 == 0
            for at in range(0, len(rest), 9):
                self._command(int("".join(map(str, rest[at : at + 8])), 2))
        else:
            assert kind == [1, 0, 1] and (len(rest) - 7) % 4 == 0
            address = int("".join(map(str, rest[:7])), 2)
            for at in range(7, len(rest), 4):
                self.memory[address] = sum(bit << n for n, bit in enumerate(rest[at : at + 4]))
                address += 1

    def _command(self, code: int) -> None:
        if code in (0x00, 0x01):
            self.system = code == 0x01
        elif code in (0x02, 0x03):
            self.lit = code == 0x03
        elif code >> 4 == 0b0010:
            self.commons = 16 if code & 0b0100 else 8
        elif code >> 5 == 0b101:
            self.duty = (code & 0xF) + 1

    def picture(self) -> Image.Image:
        seen = Image.new("1", self.size)
        if self.system and self.lit and self.commons == self.size[1]:
            nibbles = self.size[1] // 4
            for x in range(self.size[0]):
                for y in range(self.size[1]):
                    seen.putpixel((x, y), self.memory[x * nibbles + y // 4] >> (y % 4) & 1)
        return seen


class HtRig:
    """Modules side by side and then below, their wires on mock pins."""

    def __init__(self, reinit_s: Any = 3600, width: int = 64, height: int = 16, **more: Any) -> None:
        module: Any = "32x8" if width % 32 == 0 and width * height // 256 <= 24 else "24x16"
        size = 256 if module == "32x8" else 384
        self.select = tuple(range(4, 4 + width * height // size))
        section = config.Ht1632(
            id="w2", shows="counter:2", width=width, height=height, data=2, write=3, select=self.select,
            module=module, reinit_s=reinit_s, **more,
        )  # fmt: skip
        self.module = module
        self.lines = Lines()
        self.board: Board = Ht1632Board(section, GpioPins(lambda: self.lines.factory))

    def chips(self) -> list[Ht1632Chip]:
        """What the levels on the wires have made of the chips since they had power."""
        chips = {pin: Ht1632Chip(self.module) for pin in self.select}
        level = {2: True, 3: True} | dict.fromkeys(self.select, True)
        heard: dict[int, list[int]] = {}
        for pin, now in list(self.lines.changes):
            before, level[pin] = level[pin], now
            if pin == 3 and now and not before:
                for bits in heard.values():
                    bits.append(int(level[2]))
            elif pin in chips and not now and before:
                heard[pin] = []
            elif pin in chips and now and not before:
                chips[pin].told(heard.pop(pin))
        return list(chips.values())

    def lamps(self) -> Image.Image:
        chips = self.chips()
        picture = Image.new("1", (self.board.width, self.board.height))
        across = self.board.width // chips[0].size[0]
        for n, chip in enumerate(chips):
            picture.paste(chip.picture(), (n % across * chip.size[0], n // across * chip.size[1]))
        return picture

    def fail(self) -> None:
        self.lines.broken = True

    def mend(self) -> None:
        self.lines.broken = False

    def lose_power(self) -> None:
        """Forgets between two selects, where the lines are high as at the start."""
        self.lines.changes.clear()


RIGS = {"max7219": MaxRig, "ws2812": WsRig, "ht1632": HtRig, "twin": TwinRig}


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
