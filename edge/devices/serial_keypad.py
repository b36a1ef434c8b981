"""Caller keypads on an RS-485 line, asked in turn; the frame is told in `serial_keypad_frames.py`.

`path` is an adapter that switches its direction by itself, as USB ones do. A keypad that does not answer
is asked once a second and said to be missing; a line that is gone is looked for again by itself. What
lay in a keypad while nobody asked is of unknown age, so only alarms of it count.
"""

import logging
import termios
import threading
import time
from collections.abc import Callable

import serial

from edge import config
from edge.devices.backoff import backoff
from edge.devices.ports import Edge, Health
from edge.devices.serial_keypad_frames import ADDRESSES, CODES, SIZE, Change, Decoder, Frame, Talk, encode
from edge.errors import ConfigError

_log = logging.getLogger(__name__)
ANSWER_S = 0.05
"""What a keypad may take to begin its answer, besides the time on the wire."""
ROUND_S = 0.02
"""A round of polls takes at least this long, so that an idle line costs little."""
MISSING_NS = 1_000_000_000
SENT_S = 1.0
"""An adapter that takes no byte for so long is as good as gone."""
_BITS = 10


class SerialKeypad:
    """`Keys` over one line; a key is called `<address>.<code>`."""

    kind = "keys"

    def __init__(self, section: config.SerialKeypad) -> None:
        """Raises ConfigError for a key that is no address and code."""
        self.id = section.id
        self._path, self._baud = section.path, section.baud
        keys = [_key(name, section.id) for name in section.bind]
        self._names = dict(zip(keys, section.bind, strict=True))
        self._alarms = {name for name, action in section.bind.items() if action.startswith("alarm:")}
        self._addresses = sorted({address for address, _ in keys})
        self._answer_s = ANSWER_S + 2 * SIZE * _BITS / section.baud
        self._heard: Callable[[Edge], None] = _ignore
        self._talks: list[Talk] = []
        self._asked: dict[int, int] = {}
        self._decoder = Decoder()
        self._down: set[str] = set()
        self._cause = "not opened yet"
        self._closing = threading.Event()
        self._known = threading.Event()
        """Of every keypad it is known whether it is there."""
        self._reader: threading.Thread | None = None
        self.too_old = 0
        """Presses dropped since they lay in a keypad while nobody asked, since the start."""

    def watch(self, heard: Callable[[Edge], None]) -> None:
        self._heard = heard

    def open(self) -> None:
        if self._reader is not None:
            return
        self._closing.clear()
        line = self._take()
        self._reader = threading.Thread(target=self._run, args=(line,), name=f"keypads-{self.id}", daemon=True)
        self._reader.start()

    def close(self) -> None:
        reader, self._reader = self._reader, None
        if reader is None:
            return
        self._closing.set()
        reader.join(5)
        self._cause = "closed"

    def health(self) -> Health:
        if self._cause:
            return Health("failed", self._cause)
        silent = [str(talk.address) for talk in tuple(self._talks) if talk.silent]
        if not silent:
            return Health("ok")
        if len(silent) == len(self._addresses):
            return Health("failed", f"no keypad answers on {self._path}; check its power, and wires A and B")
        return Health("degraded", f"keypad {', '.join(silent)} does not answer: check its power and its address")

    def check(self) -> Health:
        """Waits until every keypad was asked; its keys can only be tried by hand."""
        self._known.wait(3)
        return self.health()

    # --- the line -------------------------------------------------------------------

    def _run(self, line: "serial.Serial | None") -> None:
        waits = backoff()
        while not self._closing.is_set():
            if line is not None:
                waits = backoff()
                self._ask_until_gone(line)
                line.close()
                self._let_go(self._down)
            if self._closing.wait(next(waits)):
                return
            line = self._take()

    def _take(self) -> "serial.Serial | None":
        try:
            line = serial.Serial(self._path, self._baud, timeout=self._answer_s, write_timeout=SENT_S, exclusive=True)
        except (serial.SerialException, OSError, ValueError) as error:
            self._cause = _explain(self._path, error)
            return None
        now = time.monotonic_ns()
        self._talks = [Talk(address, now) for address in self._addresses]
        self._asked.clear()
        self._known.clear()
        self._cause = ""
        return line

    def _ask_until_gone(self, line: "serial.Serial") -> None:
        try:
            while not self._closing.is_set():
                began = time.monotonic()
                for talk in self._talks:
                    self._ask(line, talk)
                if all(talk.answered or talk.silent for talk in self._talks):
                    self._known.set()
                self._closing.wait(max(0.0, ROUND_S - (time.monotonic() - began)))
        except (serial.SerialException, OSError, termios.error) as error:
            self._cause = _explain(self._path, error)

    def _ask(self, line: "serial.Serial", talk: Talk) -> None:
        now = time.monotonic_ns()
        if talk.silent and now - self._asked.get(talk.address, 0) < MISSING_NS:
            return
        self._asked[talk.address] = now
        self._decoder.forget()
        line.reset_input_buffer()
        line.write(encode(talk.ask()))
        answer = self._answer(line, talk)
        now = time.monotonic_ns()
        if answer is not None:
            if (change := talk.hears(answer, now)) is not None:
                self._changed(talk.address, change, now)
        elif talk.missed(now):
            _log.warning("%s: keypad %d does not answer", self.id, talk.address)
            self._let_go({name for (address, _), name in self._names.items() if address == talk.address})

    def _answer(self, line: "serial.Serial", talk: Talk) -> Frame | None:
        until = time.monotonic() + self._answer_s
        while (left := until - time.monotonic()) > 0:
            line.timeout = left
            # At least one byte, so that it waits; with it whatever came along.
            data = line.read(1)
            for frame in self._decoder.feed(data + line.read(line.in_waiting)):
                if talk.is_answer(frame):
                    return frame
        return None

    def _changed(self, address: int, change: Change, now: int) -> None:
        name = self._names.get((address, change.code))
        if name is None:
            return
        if change.waited and change.down and name not in self._alarms:
            self.too_old += 1
            told = "%s: a press of %s lay in the keypad and counts no more (the %d. such press)"
            _log.warning(told, self.id, name, self.too_old)
            return
        (self._down.add if change.down else self._down.discard)(name)
        self._heard(Edge(name, change.down, now))

    def _let_go(self, names: set[str]) -> None:
        """What was down is not known any more: a lost release must not look like a stuck key."""
        for name in tuple(names & self._down):
            self._down.discard(name)
            self._heard(Edge(name, False, time.monotonic_ns()))


def _key(name: str, device: str) -> tuple[int, int]:
    address, dot, code = name.partition(".")
    if dot and address.isdecimal() and code.isdecimal() and int(address) in ADDRESSES and int(code) in CODES:
        return int(address), int(code)
    field = f"keys.{device}.bind.{name}"
    raise ConfigError(
        f'{field}: "{name}" should read <address>.<code>, address {ADDRESSES[0]} to {ADDRESSES[-1]}, '
        f"code {CODES[0]} to {CODES[-1]}",
        field,
    )


def _explain(path: str, error: Exception) -> str:
    number = getattr(error, "errno", None)
    advice = {
        2: "is the adapter plugged in? `ls /dev/serial/by-id` shows what is",
        13: "add the user to the group dialout",
        11: "another program holds the line",
    }.get(number or 0, "look at the adapter and its cable")
    return f"{path}: {error}; {advice}"


def _ignore(_: Edge) -> None:
    pass
