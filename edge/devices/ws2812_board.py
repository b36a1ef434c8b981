"""A field of WS2812 lamps on the MOSI pin of SPI.

luma.led_matrix drives these lamps through rpi_ws281x only, which needs root for the Pi's PWM and knows no
Pi 5; over SPI the kernel keeps the time, for any user in the group spi. See docs/decisions/0010-boards.md.
"""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from edge import config
from edge.devices import ws2812_frames as frames
from edge.devices.fresh_board import FreshBoard
from edge.devices.spi_bus import SpiBus, Wire

_BUFFER = Path("/sys/module/spidev/parameters/bufsiz")
_DEFAULT_BUFFER = 4096


def kernel_buffer() -> int:
    """The most bytes the kernel sends in one go; between two goes the lamps would take the pause for the end."""
    try:
        return int(_BUFFER.read_text())
    except (OSError, ValueError):
        return _DEFAULT_BUFFER


class Ws2812Field:
    """`Chain` of WS2812 lamps."""

    def __init__(self, section: config.Ws2812, bus: SpiBus, buffer: Callable[[], int]) -> None:
        self._bus, self._buffer = bus, buffer
        self._size = (section.width, section.height)
        self._lit, self._serpentine = frames.lamp(section.colour), section.serpentine

    def restore(self, frame: Image.Image) -> None:
        """The lamps keep nothing but the picture."""
        if self._bus.wire is None:
            self._check_buffer()
            self._bus.connect()
        self.draw(frame)

    def draw(self, frame: Image.Image) -> None:
        self._bus.writebytes2(frames.frame(frame, self._lit, self._serpentine))

    def light(self) -> None:
        self.draw(Image.new("1", self._size, 1))

    def dark(self) -> None:
        self.draw(Image.new("1", self._size))

    def release(self) -> None:
        self._bus.close()

    def explain(self, error: Exception) -> str:
        return str(error) if isinstance(error, BufferError) else self._bus.explain(error)

    def _check_buffer(self) -> None:
        need = frames.length(*self._size)
        if self._buffer() < need:
            raise BufferError(
                f"the kernel cuts a frame of {need} bytes at {self._buffer()}:"
                f" add spidev.bufsiz={max(65_536, 1 << need.bit_length())} to cmdline.txt and restart the Pi"
            )


class Ws2812Board(FreshBoard):
    """`Board` over WS2812 lamps. `wire` makes the SPI object; the default is spidev's."""

    def __init__(
        self,
        section: config.Ws2812,
        wire: Callable[[], Wire] | None = None,
        buffer: Callable[[], int] = kernel_buffer,
    ) -> None:
        bus = SpiBus(wire, section.spi_port, section.spi_device, frames.SPI_HZ)
        field = Ws2812Field(section, bus, buffer)
        super().__init__(section.id, (section.width, section.height), section.reinit_s, field)
