"""Slip printers over python-escpos: its transports carry the bytes, `escpos_dialogue` does the talking."""

import contextlib
import errno
import select
import socket
import time
from typing import Any

from edge import config
from edge.devices.escpos_dialogue import EscposPrinter
from edge.errors import DeviceError
from edge.escpos_library import escpos

_READ = 64


class NetworkWire:
    """TCP, usually port 9100. One connection is kept; TCP_NODELAY, since Nagle costs 44 ms a job."""

    def __init__(self, host: str, port: int) -> None:
        self._where = f"{host}:{port}"
        self._address = (host, port)
        self._printer: Any = None

    def open(self, timeout_s: float) -> None:
        host, port = self._address
        self._printer = escpos("printer.network").Network(host, port, timeout=timeout_s)
        try:
            self._printer.open()
        except escpos("exceptions").DeviceNotFoundError as error:
            self.close()
            raise DeviceError(f"no printer at {self._where}: {_reason(error)}") from error
        self._printer.device.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._printer.device.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def close(self) -> None:
        printer, self._printer = self._printer, None
        if printer is not None:
            printer.close()

    def send(self, data: bytes, timeout_s: float) -> None:
        try:
            self._printer.device.settimeout(timeout_s)
            self._printer._raw(data)
        except OSError as error:
            raise DeviceError(f"the printer at {self._where} does not take data: {error}") from error

    def receive(self, timeout_s: float) -> bytes:
        try:
            if not select.select([self._printer.device], [], [], max(0.0, timeout_s))[0]:
                return b""
            came = bytes(self._printer._read())
        except OSError as error:
            raise DeviceError(f"the printer at {self._where} does not answer: {error}") from error
        if not came:
            raise DeviceError(f"the printer at {self._where} closed the connection")
        return came

    def carrying_s(self, size: int) -> float:
        return size / 1_000_000


class SerialWire:
    """RS-232 or a virtual serial port, 8N1, without flow control."""

    def __init__(self, path: str, baud: int) -> None:
        self._path = path
        self._baud = baud
        self._printer: Any = None

    def open(self, timeout_s: float) -> None:
        printer = escpos("printer.serial").Serial(self._path, baudrate=self._baud, timeout=timeout_s, dsrdtr=False)
        try:
            printer.open()
        except (escpos("exceptions").DeviceNotFoundError, OSError) as error:
            raise DeviceError(f"no printer at {self._path}: {_reason(error)}") from error
        self._printer = printer

    def close(self) -> None:
        printer, self._printer = self._printer, None
        if printer is not None:
            # The library drains the line before it closes it, which a printer that is off makes last for ever.
            with contextlib.suppress(OSError):
                printer.device.reset_output_buffer()
            with contextlib.suppress(OSError):
                printer.close()

    def send(self, data: bytes, timeout_s: float) -> None:
        try:
            self._printer.device.write_timeout = timeout_s
            self._printer._raw(data)
        except OSError as error:  # pyserial's errors are OSErrors
            raise DeviceError(f"the printer at {self._path} does not take data: {error}") from error

    def receive(self, timeout_s: float) -> bytes:
        port = self._printer.device
        try:
            if not select.select([port.fd], [], [], max(0.0, timeout_s))[0]:
                return b""
            return bytes(port.read(max(1, min(_READ, port.in_waiting))))
        except OSError as error:
            raise DeviceError(f"the printer at {self._path} is gone: {error}") from error

    def carrying_s(self, size: int) -> float:
        return size * 10 / self._baud


class UsbWire:
    """A printer-class USB device; its endpoints are looked up, since they differ from maker to maker.

    `backend`: a pyusb backend other than the machine's libusb.
    """

    def __init__(self, vendor: int, product: int, backend: object | None = None) -> None:
        self._name = f"{vendor:04x}:{product:04x}"
        self._ids = (vendor, product)
        self._arguments = {} if backend is None else {"backend": backend}
        self._printer: Any = None

    def open(self, timeout_s: float) -> None:
        import usb.core  # here, since a node without USB printers need not have libusb

        vendor, product = self._ids
        milliseconds = _milliseconds(timeout_s)
        made = escpos("printer.usb").Usb(vendor, product, dict(self._arguments), timeout=milliseconds)
        try:
            made.open()
            made.in_ep, made.out_ep = _endpoints(made.device)
        except usb.core.NoBackendError as error:
            raise DeviceError("libusb is missing: install libusb-1.0-0") from error
        except (escpos("exceptions").DeviceNotFoundError, usb.core.USBError) as error:
            hint = "; may this user use it (udev rule)" if getattr(error, "errno", 0) == errno.EACCES else ""
            raise DeviceError(f"no printer {self._name} on USB: {_reason(error)}{hint}") from error
        self._printer = made

    def close(self) -> None:
        printer, self._printer = self._printer, None
        if printer is not None:
            with contextlib.suppress(OSError):  # pyusb's errors are OSErrors
                printer.close()

    def send(self, data: bytes, timeout_s: float) -> None:
        end = time.monotonic() + timeout_s
        sent = 0
        try:
            while sent < len(data):
                left = end - time.monotonic()
                if left <= 0:
                    raise DeviceError(f"the printer {self._name} takes no more data")
                sent += self._printer.device.write(self._printer.out_ep, data[sent:], _milliseconds(left))
        except OSError as error:
            raise DeviceError(f"the printer {self._name} does not take data: {error}") from error

    def receive(self, timeout_s: float) -> bytes:
        end = time.monotonic() + timeout_s
        while True:
            left = end - time.monotonic()
            try:
                came = bytes(self._printer.device.read(self._printer.in_ep, _READ, _milliseconds(left)))
            except OSError as error:
                if error.errno == errno.ETIMEDOUT:
                    return b""
                raise DeviceError(f"the printer {self._name} is gone: {error}") from error
            if came or time.monotonic() >= end:
                return came
            time.sleep(0.002)  # printers answer "nothing yet" with an empty packet

    def carrying_s(self, size: int) -> float:
        return size / 500_000


def _endpoints(device: Any) -> tuple[int, int]:
    """In and out bulk endpoints of the first interface that has both."""
    for interface in device.get_active_configuration():
        bulk = [end.bEndpointAddress for end in interface if end.bmAttributes & 3 == 2]
        into = [address for address in bulk if address & 0x80]
        out = [address for address in bulk if not address & 0x80]
        if into and out:
            return into[0], out[0]
    raise DeviceError("the USB device has no printer interface that answers: check vendor and product")


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))


def _reason(error: Exception) -> str:
    return str(error).strip().splitlines()[-1]


class NetworkPrinter(EscposPrinter):
    def __init__(self, section: config.NetworkPrinter) -> None:
        super().__init__(section, NetworkWire(section.host, section.port))


class SerialPrinter(EscposPrinter):
    def __init__(self, section: config.SerialPrinter) -> None:
        super().__init__(section, SerialWire(section.path, section.baud))


class UsbPrinter(EscposPrinter):
    def __init__(self, section: config.UsbPrinter, backend: object | None = None) -> None:
        super().__init__(section, UsbWire(section.vendor, section.product, backend))
