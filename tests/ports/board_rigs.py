"""Boards on the bench: their wires decoded back into lamps by the data sheets, each with what a test may do to it."""

import errno
import re
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin
from PIL import Image, ImageDraw

from edge import config
from edge.devices.ht1632_board import GpioPins, Ht1632Board
from edge.devices.led_board import Max7219Board
from edge.devices.ports import Board
from edge.devices.twins.board import TwinBoard
from edge.devices.ws2812_board import Ws2812Board

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


def picture(width: int = WIDTH, height: int = HEIGHT, text: str = "A005") -> Image.Image:
    frame = Image.new("1", (width, height))
    draw = ImageDraw.Draw(frame)
    draw.text((3, 1), text, fill=1)
    draw.point([(0, 0), (width - 1, height - 1), (width - 1, 0)], fill=1)
    return frame


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and one.tobytes() == other.tobytes()
