"""The twin of a board: the same driver and the same luma code, over simulated MAX7219 chips.

What is seen on it is decoded from the bytes the chips got, so the twin is dark, frozen or wrong
exactly when a real chain would be.
"""

import threading

import msgspec
from luma.led_matrix.const import max7219 as registers
from PIL import Image

from edge import config
from edge.devices.led_board import Max7219Board

_BITS = [[(byte >> row) & 1 for row in range(8)] for byte in range(256)]


class Chips:
    """`count` MAX7219 in a chain: per chip its sixteen registers. It is the SPI wire as well."""

    def __init__(self, count: int) -> None:
        self.max_speed_hz = 0
        self._lock = threading.Lock()
        self._registers = [bytearray(16) for _ in range(count)]
        self.frozen = False
        self.error: OSError | None = None

    def open(self, port: int, device: int) -> None:
        if self.error is not None:
            raise self.error

    def writebytes(self, data: list[int]) -> None:
        """One chip-select frame: the pair sent first ends in the chip farthest away."""
        if self.error is not None:
            raise self.error
        if self.frozen:
            return
        pairs = list(zip(data[::2], data[1::2], strict=True))
        with self._lock:
            for chip, (register, value) in zip(self._registers, reversed(pairs), strict=False):
                chip[register & 0x0F] = value

    def writebytes2(self, data: bytes) -> None:
        """Nothing longer than a frame is ever sent to these chips."""
        self.writebytes(list(data))

    def close(self) -> None:
        pass

    def lose_power(self) -> None:
        """What the data sheet says of power-up: shut down, digits undefined (here: full), limit and test at 0."""
        with self._lock:
            for chip in self._registers:
                chip[:] = bytes(16)
                chip[registers.DIGIT_0 : registers.DIGIT_0 + 8] = b"\xff" * 8

    def lamps(self, width: int, height: int) -> Image.Image:
        """What a person sees, the nearest chip top left, going right and then down."""
        picture = Image.new("1", (width, height))
        pixels = picture.load()
        assert pixels is not None
        across = width // 8
        with self._lock:
            for n, chip in enumerate(self._registers):
                left, top = n % across * 8, n // across * 8
                for column, byte in enumerate(_seen(chip)):
                    for row in range(8):
                        pixels[left + column, top + row] = _BITS[byte][row]
        return picture


def _seen(chip: bytearray) -> bytes:
    if chip[registers.DISPLAYTEST] & 1:
        return b"\xff" * 8
    if not chip[registers.SHUTDOWN] & 1:
        return bytes(8)
    lit = (chip[registers.SCANLIMIT] & 7) + 1
    return bytes(chip[registers.DIGIT_0 : registers.DIGIT_0 + lit]) + bytes(8 - lit)


class TwinBoard(Max7219Board):
    """`Board` without hardware, for the section of any board driver, whose lamps are then MAX7219 all the same."""

    def __init__(self, section: config.BoardShape) -> None:
        self.chips = Chips(section.width * section.height // 64)
        if not isinstance(section, config.Max7219):
            section = config.Max7219(id=section.id, shows=section.shows, width=section.width, height=section.height)
        # How modules are turned in their frame is a matter of real frames; the twin's stand upright.
        upright = msgspec.structs.replace(section, rotate=0, block_orientation=0)
        super().__init__(upright, lambda: self.chips)

    def lamps(self) -> Image.Image:
        """What a person sees now, mode "1"."""
        return self.chips.lamps(self.width, self.height)

    # --- what can happen to it ------------------------------------------------

    def freeze(self) -> None:
        """The data wire comes off: the chips keep their picture, with no error on our side."""
        self.chips.frozen = True

    def thaw(self) -> None:
        self.chips.frozen = False

    def fail(self, cause: str = "Input/output error") -> None:
        """Every write fails until `mend`."""
        self.chips.error = OSError(5, cause)

    def mend(self) -> None:
        self.chips.error = None

    def lose_power(self) -> None:
        """A dip of the supply: the chips forget everything; no error on the wire."""
        self.chips.lose_power()

    def disturb(self) -> None:
        """A spike on the wire leaves every chip in its lamp test: all lit, whatever picture is sent."""
        self.chips.writebytes([registers.DISPLAYTEST, 1] * self.chain.cascaded)
