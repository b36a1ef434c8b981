"""A satellite and its node in this process, joined by a cable that can be cut anywhere."""

import socket
import threading

from edge import config
from edge.devices.ports import Edge
from edge.devices.twins.keys import TwinKeys
from edge.satellite.remote_keys import RemoteKeys
from edge.satellite.settings import SatelliteSettings, Window
from edge.satellite.station import Station
from tests import satellites
from tests.waiting import until

BIND = {"next": "counter:3:next", "help": "alarm:help:counter:3"}
KEY = bytes.fromhex(satellites.KEY)


class Tap:
    """A cable between satellite and node that can be cut anywhere, go dead, and remembers what went up it."""

    def __init__(self, port: int) -> None:
        self._to = ("127.0.0.1", port)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.upward: list[bytes] = []
        self.down = False
        """No connection comes through."""
        self.dead = False
        """What is sent goes nowhere, and nobody is told: a half-open line."""
        self.cut_after: int | None = None
        """So many more bytes go up, then the line is cut."""
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self.down:
                near.close()
                continue
            try:
                far = socket.create_connection(self._to)
            except OSError:
                near.close()
                continue
            self.upward.append(b"")
            self._pairs.append((near, far))
            threading.Thread(target=self._carry, args=(near, far, len(self.upward) - 1), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, None), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, nth: int | None) -> None:
        try:
            while data := source.recv(4096):
                if nth is not None:
                    self.upward[nth] += data
                    if self.cut_after is not None:
                        data, self.cut_after = data[: self.cut_after], self.cut_after - len(data)
                if not self.dead:
                    sink.sendall(data)
                if self.cut_after is not None and self.cut_after <= 0:
                    self.cut_after = None
                    self.cut()
                    return
        except OSError:
            pass
        finally:
            if not self.dead:
                self._end(source, sink)

    def cut(self) -> None:
        for pair in self._pairs:
            self._end(*pair)
        self._pairs.clear()

    @staticmethod
    def _end(*ends: socket.socket) -> None:
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def close(self) -> None:
        self._server.close()
        self.cut()


class Scene:
    """A hub with one remote keys section, and a station in this process whose keys are a twin, joined by a tap."""

    def __init__(self) -> None:
        self.hub = satellites.hub()
        self.hub.open()
        self.link = self.hub.link("window-3")
        self.tap = Tap(self.hub.address[1])
        section = config.TwinKeys(id="pad", bind={"a": "next", "b": "help"}, debounce_ms=5)
        self.twin = TwinKeys(section)
        window = Window(id="window-3", host="127.0.0.1", port=self.tap.port, key=satellites.KEY)
        self.station = Station(SatelliteSettings(satellite=window, keys=(section,)), [self.twin], [], "test")
        self.keys = RemoteKeys(config.RemoteKeys(id="w3", satellite="window-3", bind=BIND), self.hub)
        self.edges: list[Edge] = []
        self.keys.watch(self.edges.append)
        self.keys.open()
        self.station.open()
        until(self.linked)

    def linked(self) -> bool:
        return self.link._channel is not None and self.station.linked

    def presses(self, key: str) -> int:
        return sum(edge.down for edge in self.edges if edge.key == key)

    def close(self) -> None:
        self.station.close()
        self.keys.close()
        self.hub.close()
        self.tap.close()
