"""The SPI bus of a chain of lamps: taken when the hall opens its devices, taken anew after an error."""

from collections.abc import Callable
from typing import Protocol

_SWITCHES = {0: "dtparam=spi=on", 1: "dtoverlay=spi1-2cs"}
"""The line of config.txt that brings each bus, as in firmware_config/boot."""


class Wire(Protocol):
    """What is used of `spidev.SpiDev`."""

    max_speed_hz: int

    def open(self, port: int, device: int) -> None: ...

    def writebytes(self, data: list[int]) -> None:
        """At most 4096 bytes, all within one chip select."""

    def writebytes2(self, data: bytes) -> None:
        """Any number of bytes, cut where the kernel's buffer ends."""

    def close(self) -> None: ...


class SpiBus:
    """The wire, held below those who write on it; while it is not connected, what is written is lost."""

    def __init__(self, make: Callable[[], Wire] | None, port: int, device: int, hz: int) -> None:
        self._make, self._port, self._device = make or _spidev, port, device
        self.max_speed_hz = hz
        self.wire: Wire | None = None

    def connect(self) -> None:
        """Raises OSError or ImportError."""
        wire = self._make()
        wire.open(self._port, self._device)
        wire.max_speed_hz = self.max_speed_hz
        self.wire = wire

    def open(self, port: int, device: int) -> None:
        """luma opens when it is made; we connect when the hall opens its devices."""

    def writebytes(self, data: list[int]) -> None:
        if self.wire is not None:
            self.wire.writebytes(data)

    def writebytes2(self, data: bytes) -> None:
        if self.wire is not None:
            self.wire.writebytes2(data)

    def close(self) -> None:
        wire, self.wire = self.wire, None
        if wire is not None:
            wire.close()

    def explain(self, error: Exception) -> str:
        """What a technician should look at."""
        node = f"/dev/spidev{self._port}.{self._device}"
        if isinstance(error, ImportError):
            return "the Python package spidev is missing; install hallkeeper[pi]"
        if isinstance(error, FileNotFoundError):
            advice = f"add {_SWITCHES.get(self._port, 'its overlay')} to config.txt and restart the Pi"
        elif isinstance(error, PermissionError):
            advice = "add the user to the group spi"
        else:
            advice = "look at the board's cable and supply"
        return f"{node}: {getattr(error, 'strerror', None) or error}; {advice}"


def _spidev() -> Wire:
    import spidev  # only on a Pi

    wire: Wire = spidev.SpiDev()
    return wire
