"""The composition root of a satellite: names every concrete driver, runs until it is told to stop."""

import signal
import threading
from collections.abc import Callable
from typing import Any

from edge import config_devices as sections
from edge.devices.ports import Board, Device, Keys
from edge.identity import version
from edge.satellite.settings import SatelliteSettings
from edge.satellite.station import Station
from edge.watchdog import Watchdog

# A Pi Zero has half a gigabyte and one slow core: each driver is loaded by who has it.


def _gpio(section: sections.GpioKeys) -> Keys:
    from edge.devices.gpio_keys import GpioKeys

    return GpioKeys(section)


def _usb(section: sections.UsbKeypad) -> Keys:
    from edge.devices.keypad import Keypad

    return Keypad(section)


def _serial(section: sections.SerialKeypad) -> Keys:
    from edge.devices.serial_keypad import SerialKeypad

    return SerialKeypad(section)


def _max7219(section: sections.Max7219) -> Board:
    from edge.devices.led_board import Max7219Board

    return Max7219Board(section)


def _ws2812(section: sections.Ws2812) -> Board:
    from edge.devices.ws2812_board import Ws2812Board

    return Ws2812Board(section)


def _ht1632(section: sections.Ht1632) -> Board:
    from edge.devices.ht1632_board import Ht1632Board

    return Ht1632Board(section)


def _twin_keys(section: Any) -> Keys:
    from edge.devices.twins.keys import TwinKeys

    return TwinKeys(section)


def _twin_board(section: Any) -> Board:
    from edge.devices.twins.board import TwinBoard

    return TwinBoard(section)


_DRIVERS: dict[type, Callable[[Any], Device]] = {
    sections.GpioKeys: _gpio,
    sections.UsbKeypad: _usb,
    sections.SerialKeypad: _serial,
    sections.TwinKeys: _twin_keys,
    sections.Max7219: _max7219,
    sections.Ws2812: _ws2812,
    sections.Ht1632: _ht1632,
    sections.TwinBoard: _twin_board,
}


class Fittings:
    """The devices of a satellite, made and not yet opened. `simulated`: the twins, whatever the file says."""

    def __init__(self, settings: SatelliteSettings, *, simulated: bool = False) -> None:
        """Raises ConfigError for a key that is none."""
        self.keys: list[Any] = [
            (_twin_keys if simulated else _DRIVERS[type(section)])(section) for section in settings.keys
        ]
        self.boards: list[Any] = [
            (_twin_board if simulated else _DRIVERS[type(section)])(section) for section in settings.boards
        ]

    @property
    def all(self) -> list[Device]:
        return [*self.keys, *self.boards]


def serve(settings: SatelliteSettings, *, simulated: bool, opened: Callable[[Station], None]) -> None:
    """Runs a satellite until SIGTERM or SIGINT; `opened` is told once it is open. Raises HallkeeperError."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    fittings = Fittings(settings, simulated=simulated)
    station = Station(settings, fittings.keys, fittings.boards, version())
    station.open()
    watchdog = Watchdog(lambda: station.alive)
    try:
        watchdog.start()
        opened(station)
        ended.wait()
    finally:
        watchdog.stop()
        station.close()
