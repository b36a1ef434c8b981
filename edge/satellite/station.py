"""The satellite itself: holds keys and boards at the window, and keeps calling its node.

It decides nothing. What its keys do and what its boards show is the node's; when the node is gone for
`DARK_S` the boards go dark, since what stands there is called by nobody.
"""

import logging
import random
import secrets
import socket
import threading
import time
from collections.abc import Mapping

from edge.devices.backoff import backoff
from edge.devices.ports import Board, Device, Health, Keys
from edge.errors import LinkError
from edge.satellite import messages
from edge.satellite.channel import ALIVE_S, GONE_S, GREETING_S, Channel, call
from edge.satellite.fingers import Fingers, Hand
from edge.satellite.messages import Alive, Check, DeviceState, Edges, Hello, Message, Show, State, Taken, Welcome
from edge.satellite.screen import Answer, Screen
from edge.satellite.settings import SatelliteSettings
from edge.satellite.shared_keys import key_of

_log = logging.getLogger(__name__)
DARK_S = 10.0
_LOOK_S = 0.5
_AGAIN_S = 5.0
"""The longest pause between two calls."""
_BATCH = 64
_LONGEST_CAUSE = 300


class Station:
    """`keys` and `boards` as in the settings, in that order; they are opened and closed here."""

    def __init__(self, settings: SatelliteSettings, keys: list[Keys], boards: list[Board], software: str = "") -> None:
        """Raises ConfigError for a key that is none."""
        window = settings.satellite
        self.id, self._address, self._software = window.id, (window.host, window.port), software
        self._key = key_of(window.key, window.key_file, "satellite")
        hands = tuple(
            Hand(device, section.bind, section.debounce_ms) for section, device in zip(settings.keys, keys, strict=True)
        )
        self._names: Mapping[str, tuple[str, ...]] = {hand.keys.id: tuple(hand.names.values()) for hand in hands}
        self._devices: tuple[Device, ...] = (*keys, *boards)
        self._fingers = Fingers(hands, self._push)
        self._screens = {board.id: Screen(board) for board in boards}
        self._boot = secrets.token_hex(8)
        self._channel: Channel | None = None
        self._sending = threading.Lock()
        self._said: dict[str, DeviceState] = {}
        self._seen_at = time.monotonic()
        self._dark = True
        self._words = ""
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []

    def open(self) -> None:
        """A device that is not there, or a node that is not, keeps nobody waiting."""
        # Listened to before they open: a press while the others open counts as well.
        self._fingers.start()
        for device in self._devices:
            device.open()
        for screen in self._screens.values():
            screen.start()
        for run, name in ((self._call, "call"), (self._look, "look")):
            self._threads.append(threading.Thread(target=run, name=name, daemon=True))
            self._threads[-1].start()

    def close(self) -> None:
        """Leaves the boards dark; may be called twice."""
        self._closing.set()
        if (channel := self._channel) is not None:
            channel.close()
        for thread in self._threads:
            thread.join(5)
        self._threads = []
        self._fingers.stop()
        for screen in self._screens.values():
            screen.stop()
        for device in reversed(self._devices):
            device.close()

    @property
    def linked(self) -> bool:
        return self._channel is not None

    @property
    def alive(self) -> bool:
        """All its threads run."""
        return (
            all(thread.is_alive() for thread in self._threads)
            and self._fingers.alive
            and all(screen.alive for screen in self._screens.values())
        )

    # --- the connection -------------------------------------------------------------

    def _call(self) -> None:
        waits = backoff(most_s=_AGAIN_S)
        while not self._closing.is_set():
            began = time.monotonic()
            try:
                with socket.create_connection(self._address, timeout=GREETING_S) as sock:
                    self._talk(call(sock, self.id, self._key))
            except OSError as error:
                self._say(f"cannot be reached: {error.strerror or error}")
            except LinkError as error:
                self._say(error.detail)
            except Exception:
                _log.exception("the talk with the node ended in a fault; it is called again")
            finally:
                was_linked, self._channel = self._channel is not None, None
            if was_linked and time.monotonic() - began > _AGAIN_S:
                waits = backoff(most_s=_AGAIN_S)
            # All windows lose their node in one moment; they should not all come back in one.
            self._closing.wait(next(waits) * random.uniform(0.5, 1.0))

    def _talk(self, channel: Channel) -> None:
        self._said = {device.id: self._state(device) for device in self._devices}
        channel.send(
            Hello(
                messages.VERSION,
                self._boot,
                self._software,
                time.monotonic_ns(),
                tuple(self._said.values()),
                self._fingers.held(),
            )
        )
        self._welcomed(channel)
        answer = self._answer_by(channel)
        while True:
            message = _read(channel, GONE_S)
            self._seen_at = time.monotonic()
            self._handle(message, answer)

    def _welcomed(self, channel: Channel) -> None:
        try:
            welcome = _read(channel, GREETING_S)
        except LinkError as error:
            if error.code in ("gone", "wrong_key"):
                raise LinkError(
                    f"refused us: is {self.id} in its [[satellites]], with the same key?", code=error.code
                ) from None
            raise
        if not isinstance(welcome, Welcome) or welcome.version != messages.VERSION:
            raise LinkError("speaks another version: install the same hallkeeper on both", code="version")
        self._seen_at, self._dark = time.monotonic(), False
        with self._sending:
            # Together: what is sent by this connection is what it does not know yet.
            self._fingers.again(welcome.taken)
            self._channel = channel
        self._say("is here")
        self._push()

    def _handle(self, message: messages.FromNode, answer: Answer) -> None:
        match message:
            case Taken(number):
                self._fingers.taken(number)
            case Show(board) if board in self._screens:
                self._screens[board].show(message, answer)
            case Check(board) if board in self._screens:
                self._screens[board].check(message, answer)

    def _answer_by(self, channel: Channel) -> Answer:
        def answer(message: Message) -> None:
            # The board's state goes first: whoever waits for the answer finds it said.
            self._tell_changes(channel)
            _try(channel, message)

        return answer

    def _push(self) -> None:
        """Sends the edges that wait, in order, whichever thread found them."""
        with self._sending:
            channel = self._channel
            if channel is None:
                return
            edges = self._fingers.unsent()
            for at in range(0, len(edges), _BATCH):
                _try(channel, Edges(time.monotonic_ns(), edges[at : at + _BATCH]))

    # --- the clock ------------------------------------------------------------------

    def _look(self) -> None:
        """Signs of life, changes of health, and darkness."""
        alive_at = 0.0
        while not self._closing.wait(_LOOK_S):
            now, channel = time.monotonic(), self._channel
            if channel is not None:
                if now - alive_at >= ALIVE_S - _LOOK_S / 2:
                    alive_at = now
                    _try(channel, Alive(time.monotonic_ns()))
                self._tell_changes(channel)
            elif not self._dark and now - self._seen_at > DARK_S:
                self._dark = True
                for screen in self._screens.values():
                    screen.darken()

    def _tell_changes(self, channel: Channel) -> None:
        with self._sending:
            for device in self._devices if channel is self._channel else ():
                state = self._state(device)
                if self._said.get(device.id) != state:
                    self._said[device.id] = state
                    _try(channel, State(state))

    def _state(self, device: Device) -> DeviceState:
        try:
            health = device.health()
        except Exception as error:
            health = Health("failed", f"internal fault of its driver: {type(error).__name__}; see the log")
        screen = self._screens.get(device.id)
        width, height = (screen.board.width, screen.board.height) if screen else (0, 0)
        cause = health.cause[:_LONGEST_CAUSE]
        return DeviceState(device.id, health.status, cause, self._names.get(device.id, ()), width, height)

    def _say(self, words: str) -> None:
        """Once, until it is something else."""
        if words != self._words:
            level = logging.INFO if words == "is here" else logging.WARNING
            _log.log(level, "the node at %s:%d %s", *self._address, words)
        self._words = words


def _try(channel: Channel, message: Message) -> None:
    """A connection that breaks is found by who receives."""
    try:
        channel.send(message)
    except LinkError as error:
        _log.info("%s", error.detail)


def _read(channel: Channel, within_s: float) -> messages.FromNode:
    data = channel.receive(within_s)
    try:
        return messages.from_node(data)
    except messages.MALFORMED as error:
        raise LinkError(f"sent a message that is none: {error}", code="malformed") from None
