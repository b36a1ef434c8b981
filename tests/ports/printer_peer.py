"""Printers at the far end of a real wire, for the drivers to talk to: TCP, a pseudo-terminal, and a USB bus.

Each wraps the twin's `Paper`, which cuts the stream into commands and answers as a printer does.
"""

import contextlib
import errno
import os
import socket
import threading
import tty

import usb.backend
import usb.core
import usb.util

from edge.devices.twins.escpos_paper import Paper


class TcpPrinter:
    """Listens on a free loopback port. `deaf`: takes everything and answers nothing, like a hung printer."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.deaf = False
        self.connections = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._talking: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.hang_up()
        self._thread.join(5)

    def hang_up(self) -> None:
        """Ends every connection, as a switch or a restarted printer does."""
        ended, self._talking = self._talking, []
        for connection in ended:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            self._talking.append(connection)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while self.paper.on and (data := connection.recv(4096)):
                if connection not in self._talking:
                    break  # what was still on its way is lost with the connection
                answers = self.paper.receive(data)
                if answers and not self.deaf:
                    connection.sendall(answers)
        if connection in self._talking:
            self._talking.remove(connection)


class PtyPrinter:
    """On a pseudo-terminal; `path` is the end for the driver. Off, it takes everything and says nothing."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.deaf = False
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave
        self._thread = threading.Thread(target=self._talk, daemon=True)
        self._thread.start()

    def close(self) -> None:
        os.close(self._slave)
        self._thread.join(5)
        with contextlib.suppress(OSError):
            os.close(self._master)

    def _talk(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._master, 4096):
                answers = self.paper.receive(data)
                if answers and not self.deaf:
                    os.write(self._master, answers)


class UsbBus(usb.backend.IBackend):
    """A pyusb backend with one printer on it, its bulk endpoints (0x03, 0x81) not those python-escpos guesses."""

    VENDOR, PRODUCT = 0x04B8, 0x0E15

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.deaf = False
        self.plugged = True
        self._answers = bytearray()
        self._came = threading.Condition()

    def close(self) -> None:
        self.plugged = False

    def enumerate_devices(self):  # type: ignore[no-untyped-def]
        return iter(["printer"] if self.plugged else [])

    def get_parent(self, dev):  # type: ignore[no-untyped-def]
        return None

    def get_device_descriptor(self, dev):  # type: ignore[no-untyped-def]
        return _Descriptor(
            bLength=18, bDescriptorType=1, bcdUSB=0x0200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=self.VENDOR, idProduct=self.PRODUCT, bcdDevice=0x0100, iManufacturer=0,
            iProduct=0, iSerialNumber=0, bNumConfigurations=1, address=5, bus=1, port_number=1, port_numbers=(1,),
            speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev, config):  # type: ignore[no-untyped-def]
        if config:
            raise IndexError
        return _Descriptor(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev, intf, alt, config):  # type: ignore[no-untyped-def]
        if intf or alt:
            raise IndexError
        return _Descriptor(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2, bInterfaceClass=7,
            bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev, ep, intf, alt, config):  # type: ignore[no-untyped-def]
        return _Descriptor(
            bLength=7, bDescriptorType=5, bEndpointAddress=(0x03, 0x81)[ep], bmAttributes=2, wMaxPacketSize=64,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev):  # type: ignore[no-untyped-def]
        self._need_plug()
        return "handle"

    def close_device(self, dev_handle):  # type: ignore[no-untyped-def]
        pass

    def set_configuration(self, dev_handle, config_value):  # type: ignore[no-untyped-def]
        self._need_plug()

    def get_configuration(self, dev_handle):  # type: ignore[no-untyped-def]
        return 1

    def claim_interface(self, dev_handle, intf):  # type: ignore[no-untyped-def]
        self._need_plug()

    def release_interface(self, dev_handle, intf):  # type: ignore[no-untyped-def]
        pass

    def reset_device(self, dev_handle):  # type: ignore[no-untyped-def]
        pass

    def bulk_write(self, dev_handle, ep, intf, data, timeout):  # type: ignore[no-untyped-def]
        self._need_plug()
        assert ep == 0x03
        part = bytes(data)[:4096]  # a real one takes what it has room for
        answers = self.paper.receive(part)
        self._need_plug()
        if not self.deaf:
            with self._came:
                self._answers += answers
                self._came.notify_all()
        return len(part)

    def bulk_read(self, dev_handle, ep, intf, buff, timeout):  # type: ignore[no-untyped-def]
        assert ep == 0x81
        with self._came:
            self._came.wait_for(lambda: self._answers or not self.plugged, timeout / 1000)
            self._need_plug()
            if not self._answers:
                raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
            size = min(len(buff), len(self._answers))
            for at in range(size):
                buff[at] = self._answers[at]
            del self._answers[:size]
            return size

    def _need_plug(self) -> None:
        if not self.plugged or not self.paper.on:
            raise usb.core.USBError("No such device (it may have been disconnected)", -4, errno.ENODEV)


class _Descriptor:
    def __init__(self, **fields: object) -> None:
        self.__dict__.update(fields)
