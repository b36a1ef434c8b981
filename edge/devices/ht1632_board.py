"""A chain of HT1632C modules on pins of the header: one data and one write line, a chip select for each module.

luma.led_matrix knows no HT1632; the frames are `ht1632_frames.py`, the pins gpiozero's. At gpiozero's speed a
32×8 module takes some 5 ms, so a module whose picture stays the same is left alone.
"""

import contextlib
from collections.abc import Callable
from typing import Any, Protocol

import gpiozero
from PIL import Image

from edge import config
from edge.devices import ht1632_frames as frames
from edge.devices.fresh_board import FreshBoard
from edge.devices.gpio_pins import explain, pin_factory
from edge.errors import ConfigError


class Pins(Protocol):
    """The lines to the modules, all high when taken. Any call may raise."""

    def take(self, numbers: tuple[int, ...]) -> None: ...

    def set(self, number: int, high: bool) -> None: ...

    def release(self) -> None: ...


class GpioPins:
    """`Pins` of this Pi's header."""

    def __init__(self, factory: Callable[[], Any] = pin_factory) -> None:
        self._factory = factory
        self._outputs: dict[int, Any] = {}

    def take(self, numbers: tuple[int, ...]) -> None:
        factory = self._factory()
        for number in numbers:
            self._outputs[number] = gpiozero.DigitalOutputDevice(number, initial_value=True, pin_factory=factory)

    def set(self, number: int, high: bool) -> None:
        output = self._outputs[number]
        if high:
            output.on()
        else:
            output.off()

    def release(self) -> None:
        outputs, self._outputs = self._outputs, {}
        for output in outputs.values():
            with contextlib.suppress(Exception):  # a line that is gone cannot be let go
                output.close()


class Ht1632Chain:
    """`Chain` of HT1632C modules, left to right and then down."""

    def __init__(self, section: config.Ht1632, pins: Pins) -> None:
        self._section, self._pins = section, pins
        self._boxes = _boxes(section)
        self._taken = False
        self._shown: dict[int, bytes] = {}

    def restore(self, frame: Image.Image) -> None:
        if not self._taken:
            section = self._section
            self._pins.take((section.data, section.write, *section.select))
            self._taken = True
        self._shown.clear()
        section = self._section
        self._send_all(frames.setup(section.module, section.brightness))
        self.draw(frame)
        self._send_all(frames.commands(frames.LAMPS_ON))

    def draw(self, frame: Image.Image) -> None:
        for select, box in zip(self._section.select, self._boxes, strict=True):
            part = frame.crop(box)
            if self._shown.get(select) != part.tobytes():
                self._send(select, frames.picture(part))
                self._shown[select] = part.tobytes()

    def light(self) -> None:
        self.draw(Image.new("1", (self._section.width, self._section.height), 1))

    def dark(self) -> None:
        self._send_all(frames.commands(frames.LAMPS_OFF))

    def release(self) -> None:
        self._pins.release()
        self._taken = False
        self._shown.clear()

    def explain(self, error: Exception) -> str:
        return explain(error)

    def _send_all(self, bits: frames.Bits) -> None:
        for select in self._section.select:
            self._send(select, bits)

    def _send(self, select: int, bits: frames.Bits) -> None:
        """The chip takes the data line as it is when the write line rises."""
        pins, data, write = self._pins, self._section.data, self._section.write
        pins.set(select, False)
        level = None
        for bit in bits:
            pins.set(write, False)
            if bit != level:
                pins.set(data, bool(bit))
                level = bit
            pins.set(write, True)
        pins.set(select, True)


class Ht1632Board(FreshBoard):
    """`Board` over HT1632C modules. Raises ConfigError where the modules do not make up the board."""

    def __init__(self, section: config.Ht1632, pins: Pins | None = None) -> None:
        chain = Ht1632Chain(section, pins or GpioPins())
        super().__init__(section.id, (section.width, section.height), section.reinit_s, chain)


def _boxes(section: config.Ht1632) -> list[tuple[int, int, int, int]]:
    """Where each module's picture lies in the board's: left, top, right, bottom."""
    wide, high = frames.SIZES[section.module]
    boxes = [
        (left, top, left + wide, top + high)
        for top in range(0, section.height, high)
        for left in range(0, section.width, wide)
    ]
    fits = section.width % wide == 0 and section.height % high == 0 and len(boxes) == len(section.select)
    if not fits:
        field = f"boards.{section.id}.select"
        raise ConfigError(
            f"{field}: {len(section.select)} modules of {section.module} do not make up"
            f" {section.width}×{section.height} lamps; give each module its own chip select",
            field,
        )
    return boxes
