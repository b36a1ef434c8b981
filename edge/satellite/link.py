"""One satellite as its node sees it: a device that is there or not, and the way to its keys and boards.

A satellite that is gone is one failed device, this one; its keys and boards are then `degraded`, by the
same cause, so nothing is recorded twice. It is gone when nothing genuine was heard for `GONE_S`, however
it went: a cable that is put back at once, or a service that restarts, is no fault.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from edge import config
from edge.devices.ports import Edge, Health
from edge.errors import DeviceError, LinkError
from edge.satellite import messages
from edge.satellite.channel import ALIVE_S, GONE_S, GREETING_S, Channel
from edge.satellite.edges import Incoming
from edge.satellite.messages import Checked, Edges, Hello, Here, Message, Shown, State, Taken, Welcome

_log = logging.getLogger(__name__)
FIRST_CALL_S = 15.0
"""How long a satellite is waited for after the node's own start; it calls at least every five seconds."""
COMPLAINT_S = 30.0


class House(Protocol):
    """What a link needs of its hub."""

    @property
    def cause(self) -> str: ...

    def open(self) -> None: ...

    def close(self) -> None: ...


class Listener:
    """A remote device. Called in the connection's thread, one at a time: be quick."""

    def linked(self, hello: Hello) -> None:
        """The satellite is here, with these devices."""

    def lost(self) -> None:
        """It is not reached any more."""

    def heard(self, edges: list[Edge]) -> None:
        """Keys moved, in order; `mono_ns` by this node's clock, so an old edge shows its age."""

    def told(self, message: State | Shown | Checked) -> None:
        """Of any of the satellite's devices."""


class SatelliteLink:
    """`Device` of kind "satellite"."""

    kind = "satellite"

    def __init__(
        self, section: config.Satellite, key: bytes, house: House, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.id, self.key = section.id, key
        self._house, self._clock = house, clock
        self._turn = threading.RLock()
        """Held while a message is handled, so that what one connection says ends where the next begins."""
        self._listeners: list[Listener] = []
        self._incoming = Incoming()
        self._channel: Channel | None = None
        self._hello: Hello | None = None
        self._is_open = False
        self._awaited_since: float | None = None
        self._heard_at: float | None = None
        self._complaint, self._complained_at = "", 0.0
        self._arrived = threading.Event()

    # --- the device -------------------------------------------------------------

    def open(self) -> None:
        if not self._is_open:
            self._is_open = True
            self._await()

    def close(self) -> None:
        """Its remote devices may still be open; the hub listens until the last of them is closed."""
        if self._is_open:
            self._is_open = False
            self._rest()

    def health(self) -> Health:
        if not self._is_open and not self._listeners:
            return Health("failed", "not opened")
        if self._house.cause:
            return Health("failed", self._house.cause)
        if self._channel is not None:
            return Health("ok")
        if self._patience() > 0:
            return Health("degraded", f"satellite {self.id} is waited for")
        return Health("failed", self.cause)

    def check(self) -> Health:
        """Waits for its call, a quarter of a minute at most."""
        self._arrived.wait(max(0.0, self._patience()))
        return Health("ok") if self._channel is not None else Health("failed", self._house.cause or self.cause)

    def _await(self) -> None:
        if self._awaited_since is None:
            self._awaited_since = self._clock()
        self._house.open()

    def _rest(self) -> None:
        self._house.close()
        if not self._is_open and not self._listeners:
            # Opened again, it is waited for again.
            self._awaited_since = self._heard_at = None

    def _patience(self) -> float:
        """Seconds until it counts as gone."""
        if self._heard_at is not None:
            return self._heard_at + GONE_S - self._clock()
        return (self._awaited_since or 0.0) + FIRST_CALL_S - self._clock()

    @property
    def cause(self) -> str:
        if self._complaint and self._clock() - self._complained_at < COMPLAINT_S:
            return self._complaint
        return f"satellite {self.id} does not answer: check its power and network"

    # --- for its remote devices ---------------------------------------------------

    def listen(self, listener: Listener) -> None:
        """From here on it is told everything, beginning with the satellite's arrival."""
        self._await()
        with self._turn:
            self._listeners.append(listener)
            if self._channel is not None and self._hello is not None:
                listener.linked(self._hello)

    def forget(self, listener: Listener) -> None:
        with self._turn:
            self._listeners = [one for one in self._listeners if one is not listener]
        self._rest()

    def send(self, message: Message) -> None:
        """Raises DeviceError while the satellite is not there."""
        channel = self._channel
        if channel is None:
            raise DeviceError(self.cause)
        try:
            channel.send(message)
        except LinkError:
            raise DeviceError(self.cause) from None

    # --- for the hub --------------------------------------------------------------

    def serve(self, channel: Channel) -> None:
        """Talks with a satellite that greeted, until it is gone or says what it must not. Raises LinkError."""
        hello = self._first(channel)
        if hello.version != messages.VERSION:
            raise LinkError(
                f"satellite {self.id} speaks version {hello.version}, this node {messages.VERSION}: "
                "install the same hallkeeper on both",
                code="version",
            )
        try:
            self._arrive(channel, hello)
            while True:
                message = _read(channel)
                with self._turn:
                    if self._channel is not channel:
                        return
                    self._handle(channel, message)
        finally:
            self._leave(channel)

    def beat(self) -> None:
        """A sign of life of this node."""
        channel = self._channel
        if channel is not None:
            try:
                channel.send(Here())
            except LinkError as error:
                _log.info("satellite %s: %s", self.id, error.detail)

    def complain(self, error: LinkError) -> None:
        """Why it could not come in just now; of no interest while it is here."""
        if self._channel is None:
            self._complaint, self._complained_at = error.detail, self._clock()

    def drop(self) -> None:
        """The node closes."""
        channel = self._channel
        if channel is not None:
            channel.close()

    def _first(self, channel: Channel) -> Hello:
        try:
            hello = _read(channel, GREETING_S)
        except LinkError as error:
            if error.code == "wrong_key":
                raise LinkError(
                    f"satellite {self.id} calls with another key: give both sides the same key",
                    code="wrong_key",
                ) from None
            raise
        if not isinstance(hello, Hello):
            raise LinkError("it did not say hello", code="malformed")
        return hello

    def _arrive(self, channel: Channel, hello: Hello) -> None:
        with self._turn:
            self._displace(hello)
            taken = self._incoming.begin(hello.boot)
            self._incoming.clock(hello.now, time.monotonic_ns())
            channel.send(Welcome(messages.VERSION, taken))
            self._channel, self._hello = channel, hello
            self._complaint, self._heard_at = "", self._clock()
            for listener in self._listeners:
                listener.linked(hello)
            self._arrived.set()
            _log.info("satellite %s is here (%s)", self.id, hello.software)

    def _displace(self, newcomer: Hello) -> None:
        """It knows the key, so it is the satellite; the connection before it is half-open, or its double's."""
        old, self._channel = self._channel, None
        if old is None:
            return
        old.close()
        alive = self._heard_at is not None and self._clock() - self._heard_at < 1.5 * ALIVE_S
        if alive and self._hello is not None and self._hello.boot != newcomer.boot:
            _log.warning("satellite %s called anew while it was here; do two of them have this id?", self.id)
        self._tell_lost()

    def _leave(self, channel: Channel) -> None:
        with self._turn:
            if self._channel is channel:
                self._channel = None
                self._arrived.clear()
                self._tell_lost()

    def _tell_lost(self) -> None:
        for listener in self._listeners:
            listener.lost()

    def _handle(self, channel: Channel, message: messages.FromSatellite) -> None:
        self._heard_at = self._clock()
        match message:
            case Edges(theirs, numbered):
                now = time.monotonic_ns()
                self._incoming.clock(theirs, now)
                if edges := self._incoming.take(numbered, now):
                    for listener in self._listeners:
                        listener.heard(edges)
                channel.send(Taken(self._incoming.taken))
            case messages.Alive(theirs):
                self._incoming.clock(theirs, time.monotonic_ns())
            case Hello():
                raise LinkError("it said hello twice", code="malformed")
            case _:
                for listener in self._listeners:
                    listener.told(message)


def _read(channel: Channel, within_s: float = GONE_S) -> messages.FromSatellite:
    data = channel.receive(within_s)
    try:
        return messages.from_satellite(data)
    except messages.MALFORMED as error:
        raise LinkError(f"a message that is none: {error}", code="malformed") from None
