"""A bar-code scanner that types: read as a keypad is (`edge.devices.keypad`), each code told as one text.

It is grabbed, so that a code is not typed into a console or a page as well.
"""

import threading

from edge import config
from edge.devices.keypad import Keypad
from edge.devices.listeners import Failed, Listeners, Read
from edge.devices.ports import Edge, Health, Scanned
from edge.devices.typist import KEYS, Lines, Typist

_NEXT_LINE_S = 0.7
"""How long the next line of a document may take."""


class Scanner:
    """`CardReader` over one input node."""

    kind = "reader"

    def __init__(self, section: config.Scanner) -> None:
        self.id = section.id
        self._keys = Keypad(config.UsbKeypad(id=section.id, path=section.path, bind=dict.fromkeys(KEYS, "")))
        self._keys.watch(self._heard)
        self._listeners = Listeners(section.id)
        self._typist, self._lines = Typist(), Lines()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def watch(self, read: Read, failed: Failed) -> None:
        """A scanner knows no failure: what it cannot read it does not type."""
        self._listeners.watch(read, failed)

    def open(self) -> None:
        self._keys.open()

    def close(self) -> None:
        self._keys.close()
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()

    def health(self) -> Health:
        return _of_scanner(self._keys.health())

    def check(self) -> Health:
        return _of_scanner(self._keys.check())

    def _heard(self, edge: Edge) -> None:
        text = self._typist.feed(edge.key, edge.down, edge.mono_ns)
        if text is None:
            return
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            whole = self._lines.add(text)
            if self._lines.waiting:
                self._timer = threading.Timer(_NEXT_LINE_S, self._give_up)
                self._timer.daemon = True
                self._timer.start()
        self._tell(whole)

    def _give_up(self) -> None:
        with self._lock:
            whole = self._lines.give_up()
        self._tell(whole)

    def _tell(self, texts: list[str]) -> None:
        for text in texts:
            self._listeners.read(Scanned(text))


def _of_scanner(health: Health) -> Health:
    return Health(health.status, health.cause.replace("the keypad", "the scanner"))
