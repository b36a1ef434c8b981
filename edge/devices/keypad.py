"""A USB keypad, read from its input node as the kernel's 24-byte records (64-bit Linux).

The keypad is grabbed, so its keys do not type into a console. When it is pulled out, or the node is
not there, it is looked for again by itself; `path` should be a name that stays, as under
/dev/input/by-id/. A path that is no device (a FIFO) works too and is not grabbed.
"""

import fcntl
import os
import select
import stat
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

from edge import config
from edge.devices.backoff import backoff
from edge.devices.key_names import code
from edge.devices.ports import Edge, Health
from edge.errors import ConfigError

RECORD = struct.Struct("=qqHHi")
"""struct input_event: seconds, microseconds, type, code, value."""

EV_SYN, EV_KEY, SYN_DROPPED = 0, 1, 3
_EVIOCGRAB, _EVIOCSCLOCKID = 0x40044590, 0x400445A0


class Keypad:
    """`Keys` over one input node."""

    kind = "keys"

    def __init__(self, section: config.UsbKeypad) -> None:
        """Raises ConfigError for a key the kernel has no name for, or one bound twice."""
        self.id = section.id
        self._path = section.path
        self._names = _names(section)
        self._heard: Callable[[Edge], None] = _ignore
        self._down: set[str] = set()
        self._cause = "not opened yet"
        self._reader: threading.Thread | None = None
        self._wake_out, self._wake_in = -1, -1

    def watch(self, heard: Callable[[Edge], None]) -> None:
        self._heard = heard

    def open(self) -> None:
        if self._reader is not None:
            return
        self._wake_out, self._wake_in = os.pipe()
        first = self._take()
        self._reader = threading.Thread(target=self._run, args=(first,), name=f"keypad-{self.id}", daemon=True)
        self._reader.start()

    def close(self) -> None:
        reader, self._reader = self._reader, None
        if reader is None:
            return
        os.write(self._wake_in, b"x")
        reader.join(5)
        os.close(self._wake_in)
        os.close(self._wake_out)
        self._cause = "closed"

    def health(self) -> Health:
        return Health("failed", self._cause) if self._cause else Health("ok")

    def check(self) -> Health:
        """Looks for the node; its keys can only be tried by hand."""
        if not self._cause:
            try:
                Path(self._path).stat()
            except OSError as error:
                return Health("failed", self._explain(error))
        return self.health()

    def _run(self, node: int | None) -> None:
        waits = backoff()
        while True:
            if node is not None:
                waits = backoff()
                closing = self._read_until_gone(node)
                os.close(node)
                self._let_go()
                if closing:
                    return
            if self._closing_within(next(waits)):
                return
            node = self._take()

    def _take(self) -> int | None:
        try:
            node = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            self._cause = self._explain(error)
            return None
        try:
            if stat.S_ISCHR(os.fstat(node).st_mode):
                fcntl.ioctl(node, _EVIOCGRAB, 1)
                fcntl.ioctl(node, _EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))
        except OSError as error:
            os.close(node)
            self._cause = f"{self._path} cannot be grabbed ({error.strerror}); does another program hold it?"
            return None
        self._cause = ""
        return node

    def _read_until_gone(self, node: int) -> bool:
        """True: asked to close; False: the keypad is gone."""
        kept = b""
        while True:
            ready, _, _ = select.select([node, self._wake_out], [], [])
            if self._wake_out in ready:
                return True
            try:
                data = os.read(node, RECORD.size * 64)
            except OSError as error:
                self._cause = self._explain(error)
                return False
            if not data:
                self._cause = f"{self._path} ended; is the keypad unplugged?"
                return False
            kept = self._records(kept + data)

    def _records(self, data: bytes) -> bytes:
        """The times are the kernel's: on a busy machine a press and its release are read together, and stamped
        on arrival they would be a bounce. A time of another clock is not believed: that record came now."""
        whole = len(data) - len(data) % RECORD.size
        now = time.monotonic_ns()
        for seconds, micros, kind, number, value in RECORD.iter_unpack(data[:whole]):
            if kind == EV_SYN and number == SYN_DROPPED:
                self._let_go()
            # Value 2 is the keyboard's own repeat of a key held down: no edge.
            elif kind == EV_KEY and value in (0, 1) and number in self._names:
                self._edge(self._names[number], value == 1, _stamp(seconds, micros, now))
        return data[whole:]

    def _edge(self, name: str, down: bool, now: int) -> None:
        (self._down.add if down else self._down.discard)(name)
        self._heard(Edge(name, down, now))

    def _let_go(self) -> None:
        """What was down is not known any more: a lost release must not look like a stuck key."""
        for name in tuple(self._down):
            self._edge(name, False, time.monotonic_ns())

    def _closing_within(self, seconds: float) -> bool:
        return bool(select.select([self._wake_out], [], [], seconds)[0])

    def _explain(self, error: OSError) -> str:
        advice = {
            FileNotFoundError: "is the keypad plugged in? `ls /dev/input/by-id` shows what is",
            PermissionError: "add the user to the group input, or install the udev rules",
        }.get(type(error), "plug the keypad in again")
        return f"{self._path}: {error.strerror}; {advice}"


def _stamp(seconds: int, micros: int, now: int) -> int:
    at = (seconds * 1_000_000 + micros) * 1000
    return at if 0 < at <= now else now


def _names(section: config.UsbKeypad) -> dict[int, str]:
    names: dict[int, str] = {}
    for name in section.bind:
        field = f"keys.{section.id}.bind.{name}"
        number = code(name, field)
        if number in names:
            raise ConfigError(f'{field}: the same key as "{names[number]}"; bind it once', field)
        names[number] = name
    return names


def _ignore(_: Edge) -> None:
    pass
