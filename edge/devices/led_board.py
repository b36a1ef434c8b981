"""A chain of MAX7219 8×8 modules on SPI, through luma.led_matrix.

The chips only listen: a board that lost its registers (a dip of the supply, a spike on the wire) shows
dark or frozen and nobody is told. So all registers and the picture are sent again every `reinit_s`,
and after any SPI error (F43), by a thread of the driver.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from luma.core.interface.serial import noop, spi
from luma.led_matrix.const import max7219 as registers
from luma.led_matrix.device import max7219
from PIL import Image

from edge import config
from edge.devices.backoff import backoff
from edge.devices.ports import Health
from edge.errors import DeviceError

_BUS_HZ = 1_000_000
"""A tenth of what the chip allows, for ribbon cables; a 64×16 board still takes 1 ms."""


_SWITCHES = {0: "dtparam=spi=on", 1: "dtoverlay=spi1-2cs"}
"""The line of config.txt that brings each bus, as in firmware_config/boot."""


class Wire(Protocol):
    """What is used of `spidev.SpiDev`."""

    max_speed_hz: int

    def open(self, port: int, device: int) -> None: ...

    def writebytes(self, data: list[int]) -> None: ...

    def close(self) -> None: ...


class _Bus:
    """The wire as luma sees it; it can be taken anew below luma, whose objects stay."""

    def __init__(self, make: Callable[[], Wire], port: int, device: int) -> None:
        self._make, self._port, self._device = make, port, device
        self.max_speed_hz = _BUS_HZ
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

    def close(self) -> None:
        wire, self.wire = self.wire, None
        if wire is not None:
            wire.close()


class Max7219Board:
    """`Board` over a MAX7219 chain. `wire` makes the SPI object; the default is spidev's."""

    kind = "board"

    def __init__(self, section: config.Max7219, wire: Callable[[], Wire] | None = None) -> None:
        self.id = section.id
        self.width, self.height = section.width, section.height
        self._section = section
        self._bus = _Bus(wire or _spidev, section.spi_port, section.spi_device)
        self._chain = _chain(section, self._bus)
        self._lock = threading.Lock()
        self._frame = Image.new("1", (self.width, self.height))
        self._cause = "not opened yet"
        self._closing = threading.Event()
        self._refresher: threading.Thread | None = None

    def open(self) -> None:
        if self._refresher is not None:
            return
        self._closing.clear()
        self._refresh()
        self._refresher = threading.Thread(target=self._keep_fresh, name=f"board-{self.id}", daemon=True)
        self._refresher.start()

    def close(self) -> None:
        """Leaves the board dark: a number that nobody calls any more must not stand there."""
        refresher, self._refresher = self._refresher, None
        if refresher is None:
            return
        self._closing.set()
        refresher.join(5)
        with self._lock:
            self._attempt(self._chain.hide)
            self._bus.close()
            self._cause = "closed"

    def show(self, frame: Image.Image) -> None:
        if frame.mode != "1" or frame.size != (self.width, self.height):
            raise DeviceError(f'{self.id}: a frame must be {self.width}×{self.height} lamps of mode "1"', "frame")
        with self._lock:
            # Kept before it is sent: after an error the refresher draws this one, not the last that went well.
            self._frame = frame.copy()
            if self._refresher is None:
                raise DeviceError(f"{self.id}: {self._cause}")
            fine = self._attempt(lambda: self._chain.display(self._frame)) if not self._cause else self._restore()
        if not fine:
            raise DeviceError(f"{self.id}: {self._cause}")

    def health(self) -> Health:
        return Health("failed", self._cause) if self._cause else Health("ok")

    def check(self) -> Health:
        """Lights every lamp for a moment (the chips' own test), then the picture again."""
        with self._lock:
            if self._restore() and self._attempt(lambda: self._set(registers.DISPLAYTEST, 1)):
                self._closing.wait(1.0)
                self._restore()
        return self.health()

    def _keep_fresh(self) -> None:
        waits = backoff()
        while not self._closing.wait(self._next_wait(waits)):
            if self._refresh():
                waits = backoff()

    def _next_wait(self, waits: Iterator[float]) -> float:
        return next(waits) if self._cause else float(self._section.reinit_s)

    def _refresh(self) -> bool:
        with self._lock:
            return self._restore()

    def _restore(self) -> bool:
        """Everything the chips keep, and the picture; without luma's own clear, which would flicker."""
        return self._attempt(self._send_all)

    def _send_all(self) -> None:
        if self._bus.wire is None:
            self._bus.connect()
        self._set(registers.SCANLIMIT, 7)
        self._set(registers.DECODEMODE, 0)
        self._set(registers.DISPLAYTEST, 0)
        self._chain.contrast(self._section.brightness)
        self._chain.display(self._frame)
        self._chain.show()

    def _set(self, register: int, value: int) -> None:
        self._chain.data([register, value] * self._chain.cascaded)

    def _attempt(self, action: Callable[[], None]) -> bool:
        try:
            action()
        except (OSError, ImportError) as error:
            self._cause = _explain(error, self._section)
            self._bus.close()
            return False
        self._cause = ""
        return True


def _chain(section: config.Max7219, bus: _Bus) -> Any:
    """luma turns width and height with the picture, so the hardware's own are given."""
    turned = section.rotate % 2 == 1
    width, height = (section.height, section.width) if turned else (section.width, section.height)
    return max7219(
        spi(spi=bus, gpio=noop(), bus_speed_hz=_BUS_HZ),
        width=width,
        height=height,
        rotate=section.rotate,
        block_orientation=section.block_orientation,
        contrast=section.brightness,
    )


def _spidev() -> Wire:
    import spidev  # only on a Pi

    wire: Wire = spidev.SpiDev()
    return wire


def _explain(error: OSError | ImportError, section: config.Max7219) -> str:
    node = f"/dev/spidev{section.spi_port}.{section.spi_device}"
    if isinstance(error, ImportError):
        return "the Python package spidev is missing; install hallkeeper[pi]"
    advice = {
        FileNotFoundError: f"add {_SWITCHES.get(section.spi_port, 'its overlay')} to config.txt and restart the Pi",
        PermissionError: "add the user to the group spi",
    }.get(type(error), "look at the board's cable and supply")
    return f"{node}: {error.strerror or error}; {advice}"
