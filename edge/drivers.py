"""Which driver or twin serves which section: the only place that names them.

A driver is imported when the first section asks for it: gpiozero alone costs a quarter of a second and 5 MB,
which only a hall with keys on the header should pay.
"""

from importlib import import_module
from typing import Any

from edge import config_devices as sections

_DRIVERS: dict[type, str] = {
    sections.GpioKeys: "edge.devices.gpio_keys:GpioKeys",
    sections.UsbKeypad: "edge.devices.keypad:Keypad",
    sections.SerialKeypad: "edge.devices.serial_keypad:SerialKeypad",
    sections.RemoteKeys: "edge.satellite.remote_keys:RemoteKeys",
    sections.TwinKeys: "edge.devices.twins.keys:TwinKeys",
    sections.Max7219: "edge.devices.led_board:Max7219Board",
    sections.Ws2812: "edge.devices.ws2812_board:Ws2812Board",
    sections.Ht1632: "edge.devices.ht1632_board:Ht1632Board",
    sections.RemoteBoard: "edge.satellite.remote_board:RemoteBoard",
    sections.TwinBoard: "edge.devices.twins.board:TwinBoard",
    sections.NetworkPrinter: "edge.devices.escpos_printer:NetworkPrinter",
    sections.UsbPrinter: "edge.devices.escpos_printer:UsbPrinter",
    sections.SerialPrinter: "edge.devices.escpos_printer:SerialPrinter",
    sections.TwinPrinter: "edge.devices.twins.printer:TwinPrinter",
    sections.EspeakVoice: "edge.devices.espeak_voice:EspeakVoice",
    sections.TwinVoice: "edge.devices.twins.voice:TwinVoice",
    sections.PcscReader: "edge.devices.pcsc_reader:PcscReader",
    sections.IdModule: "edge.devices.id_module:IdModule",
    sections.Scanner: "edge.devices.scanner:Scanner",
    sections.TwinReader: "edge.devices.twins.reader:TwinReader",
}


def driver(section: Any, *more: Any) -> Any:
    """The device for a section, not opened yet. `more`: what a remote driver is given besides."""
    module, _, name = _DRIVERS[type(section)].partition(":")
    return getattr(import_module(module), name)(section, *more)
