"""Where a node's satellites call in: one TCP port, one thread a connection.

Everything that is not a genuine satellite is closed, counted by what it was, and told in the log; one
that calls itself a satellite of ours and has the wrong key is that device's cause as well, while the
true one is not here. Nobody who has not proved to know the key can disturb one who has.
"""

import contextlib
import logging
import socket
import threading
import time
from collections import Counter

from edge import config
from edge.devices.backoff import backoff
from edge.errors import ConfigError, LinkError
from edge.satellite.channel import ALIVE_S, answer, heard
from edge.satellite.link import SatelliteLink
from edge.satellite.shared_keys import key_of

_log = logging.getLogger(__name__)
STRANGERS = 8
"""Connections that may be open besides those of the satellites; more are closed at once."""
_TOLD_EVERY_S = 60.0


class SatelliteHub:
    """`links` are its devices. Opened by whoever needs it first, closed by the last: by `open` and `close` in pairs."""

    def __init__(self, satellites: tuple[config.Satellite, ...], host: str, port: int) -> None:
        """`port` 0: any free one. Raises ConfigError for a key that is none."""
        self._host, self._port = host, port
        self.links = tuple(
            SatelliteLink(each, key_of(each.key, each.key_file, f"satellites.{each.id}"), self) for each in satellites
        )
        self._by_id = {link.id: link for link in self.links}
        self.cause = ""
        """Why nobody can call in; empty while all is well."""
        self.refused: Counter[str] = Counter()
        """Closed connections by what was wrong: unknown, wrong_key, replay, forged, oversize, malformed, version,
        crowded."""
        self._lock = threading.Lock()
        self._users = 0
        self._listening: socket.socket | None = None
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._connections: set[socket.socket] = set()
        self._told: dict[str, float] = {}

    def link(self, satellite: str) -> SatelliteLink:
        """Raises ConfigError."""
        try:
            return self._by_id[satellite]
        except KeyError:
            raise ConfigError(f"there is no satellite {satellite!r}; add it to [[satellites]]", "satellite") from None

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return self._host, self._listening.getsockname()[1] if self._listening is not None else self._port

    def open(self) -> None:
        """Never raises: a port that cannot be had is the links' cause, and is tried again."""
        with self._lock:
            self._users += 1
            if self._users > 1 or not self.links:
                return
            self._closing = threading.Event()
            ready = self._listen()
            self._threads = [
                threading.Thread(target=self._run, args=(self._closing, ready), name="satellites", daemon=True),
                threading.Thread(target=self._beat, args=(self._closing,), name="satellite-beats", daemon=True),
            ]
            for thread in self._threads:
                thread.start()

    def close(self) -> None:
        with self._lock:
            self._users = max(0, self._users - 1)
            if self._users > 0 or not self._threads:
                return
            threads, self._threads = self._threads, []
            self._closing.set()
            self._stop_listening()
            for link in self.links:
                link.drop()
            for connection in tuple(self._connections):
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)

    # --- calls --------------------------------------------------------------------

    def _run(self, closing: threading.Event, ready: bool) -> None:
        waits = backoff()
        while not closing.is_set():
            if ready:
                waits = backoff()
                self._accept(closing)
            if closing.wait(next(waits)):
                return
            ready = self._listen()

    def _listen(self) -> bool:
        try:
            self._listening = socket.create_server((self._host, self._port), backlog=STRANGERS)
        except OSError as error:
            self.cause = (
                f"no satellite can call in: {self._host}:{self._port}: {error.strerror or error}; "
                "look at satellite_host and satellite_port under [node]"
            )
            return False
        self.cause = ""
        return True

    def _stop_listening(self) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()

    def _accept(self, closing: threading.Event) -> None:
        """Until the listening socket is closed."""
        while (listening := self._listening) is not None and not closing.is_set():
            try:
                caller, address = listening.accept()
            except OSError as error:
                if not closing.is_set():
                    self.cause = f"no satellite can call in: {error.strerror or error}"
                    self._stop_listening()
                return
            if len(self._connections) >= len(self.links) + STRANGERS:
                self._refuse(LinkError("too many calls at once", code="crowded"), address[0])
                caller.close()
                continue
            self._connections.add(caller)
            threading.Thread(
                target=self._talk, args=(caller, address[0]), name=f"satellite-{address[0]}", daemon=True
            ).start()

    def _talk(self, caller: socket.socket, peer: str) -> None:
        link: SatelliteLink | None = None
        try:
            satellite, nonce = heard(caller)
            link = self._by_id.get(satellite)
            if link is None:
                raise LinkError(f"it calls itself {satellite!r}, which no [[satellites]] entry is", code="unknown")
            link.serve(answer(caller, satellite, link.key, nonce))
        except LinkError as error:
            if error.code == "gone":
                _log.info("satellite %s at %s: %s", link.id if link else "?", peer, error.detail)
            else:
                self._refuse(error, peer, link)
        except Exception:
            # One talk that ends in a fault of ours must not take the thread's socket with it.
            _log.exception("the talk with %s ended in a fault", peer)
        finally:
            self._connections.discard(caller)
            caller.close()

    def _refuse(self, error: LinkError, peer: str, link: SatelliteLink | None = None) -> None:
        """Counted always, told once a minute of each kind: a stranger must not fill the log."""
        self.refused[error.code] += 1
        if link is not None and error.code in ("wrong_key", "version"):
            link.complain(error)
        now = time.monotonic()
        if now - self._told.get(error.code, -_TOLD_EVERY_S) >= _TOLD_EVERY_S:
            self._told[error.code] = now
            nth = self.refused[error.code]
            _log.warning("a call from %s was closed (%s, the %d.): %s", peer, error.code, nth, error.detail)

    def _beat(self, closing: threading.Event) -> None:
        while not closing.wait(ALIVE_S):
            for link in self.links:
                link.beat()
