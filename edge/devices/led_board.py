"""A chain of MAX7219 8×8 modules on SPI, through luma.led_matrix."""

from collections.abc import Callable

from luma.core.interface.serial import noop, spi
from luma.led_matrix.const import max7219 as registers
from luma.led_matrix.device import max7219
from PIL import Image

from edge import config
from edge.devices.fresh_board import FreshBoard
from edge.devices.spi_bus import SpiBus, Wire

_BUS_HZ = 1_000_000
"""A tenth of what the chip allows, for ribbon cables; a 64×16 board still takes 1 ms."""


class Max7219Chain:
    """`Chain` of MAX7219; `cascaded` chips."""

    def __init__(self, section: config.Max7219, bus: SpiBus) -> None:
        """luma turns width and height with the picture, so the hardware's own are given."""
        turned = section.rotate % 2 == 1
        width, height = (section.height, section.width) if turned else (section.width, section.height)
        self._bus, self._brightness = bus, section.brightness
        self._luma = max7219(
            spi(spi=bus, gpio=noop(), bus_speed_hz=_BUS_HZ),
            width=width,
            height=height,
            rotate=section.rotate,
            block_orientation=section.block_orientation,
            contrast=section.brightness,
        )
        self.cascaded: int = self._luma.cascaded

    def restore(self, frame: Image.Image) -> None:
        """Without luma's own clear, which would flicker."""
        if self._bus.wire is None:
            self._bus.connect()
        self._set(registers.SCANLIMIT, 7)
        self._set(registers.DECODEMODE, 0)
        self._set(registers.DISPLAYTEST, 0)
        self._luma.contrast(self._brightness)
        self._luma.display(frame)
        self._luma.show()

    def draw(self, frame: Image.Image) -> None:
        self._luma.display(frame)

    def light(self) -> None:
        """The chips' own test."""
        self._set(registers.DISPLAYTEST, 1)

    def dark(self) -> None:
        self._luma.hide()

    def release(self) -> None:
        self._bus.close()

    def explain(self, error: Exception) -> str:
        return self._bus.explain(error)

    def _set(self, register: int, value: int) -> None:
        self._luma.data([register, value] * self.cascaded)


class Max7219Board(FreshBoard):
    """`Board` over a MAX7219 chain. `wire` makes the SPI object; the default is spidev's."""

    def __init__(self, section: config.Max7219, wire: Callable[[], Wire] | None = None) -> None:
        self.chain = Max7219Chain(section, SpiBus(wire, section.spi_port, section.spi_device, _BUS_HZ))
        super().__init__(section.id, (section.width, section.height), section.reinit_s, self.chain)
