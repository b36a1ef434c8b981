"""The ID module's twin: a serial line (a pty) with a module at its other end that speaks GA/T 467.

`path` is a link that stays while the module is unplugged and put back, like a name under /dev/serial/by-id.
"""

import os
import select
import threading
import tty
from pathlib import Path

from edge.devices.id_module_frames import (
    FIND,
    FOUND,
    NO_CARD,
    OK,
    READ,
    SELECT,
    STATUS,
    BadFrame,
    frame,
    unframed,
)

_CHECKSUM, _COMMAND, _READ_FAILED, _SELECT_FAILED = 0x10, 0x21, 0x41, 0x81
_PHOTO = bytes(1024)


def resident_text(name: str, number: str, until: str, mark: str = "", english: str = "") -> bytes:
    """The 256 bytes of a card in the citizens' layout (`mark` "", J or Y; `english` stands at the address)."""
    fields = (
        (name, 30), ("2", 2), ("01", 4), (number[6:14], 16), (english or "某市某区某路1号", 70), (number, 36),
        ("某市公安局", 30), ("20200101", 16), (until, 16), ("", 28), (mark, 2), ("", 6),
    )  # fmt: skip
    return b"".join(_field(text, length) for text, length in fields)


def foreign_text(english: str, number: str, until: str, chinese: str = "") -> bytes:
    """The 256 bytes of a permanent residence card of 2017."""
    fields = (
        (english, 120), ("1", 2), (number, 30), ("CAN", 6), (chinese, 30), ("20200101", 16), (until, 16),
        ("19810803", 16), ("01", 4), ("1500", 8), ("I", 2), ("", 6),
    )  # fmt: skip
    return b"".join(_field(text, length) for text, length in fields)


def _field(text: str, length: int) -> bytes:
    return text.ljust(length // 2).encode("utf-16-le")[:length]


class IdModuleTwin:
    """Plugged in when made. `link`: where its serial line is found."""

    def __init__(self, link: Path) -> None:
        self.path = str(link)
        self.asked: list[bytes] = []
        self.silent = False
        self.says: dict[tuple[int, int], int] = {}
        """Command to the SW3 it is answered with, whatever is true."""
        self.spoil = 0
        """So many answers get a wrong checksum."""
        self.lift_before: tuple[int, int] | None = None
        """The card is lifted in the moment before this command."""
        self._text: bytes | None = None
        self._served = self._selected = False
        self._line = -1
        self._stop_out, self._stop_in = os.pipe()
        self._thread: threading.Thread | None = None
        self.plug()

    # --- what a hand can do to it -------------------------------------------

    def lay(self, text: bytes) -> None:
        self._text, self._served, self._selected = text, False, False

    def lift(self) -> None:
        self._text = None

    def plug(self) -> None:
        if self._thread is not None:
            return
        self._line, slave = os.openpty()
        tty.setraw(slave)
        link = Path(self.path)
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(slave))
        self._thread = threading.Thread(target=self._run, args=(slave,), name="id-module-twin", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """May be called twice."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        Path(self.path).unlink(missing_ok=True)
        os.write(self._stop_in, b"x")
        thread.join(5)
        os.read(self._stop_out, 1)

    def end(self) -> None:
        self.unplug()
        os.close(self._stop_in)
        os.close(self._stop_out)

    # --- the module ----------------------------------------------------------

    def _run(self, slave: int) -> None:
        """Holds the line's other end open too, so that a host that comes and goes does not end it."""
        received = b""
        try:
            while self._stop_out not in (ready := select.select([self._line, self._stop_out], [], [])[0]):
                received += os.read(ready[0], 4096)
                received = self._answer_all(received)
        finally:
            os.close(slave)
            os.close(self._line)

    def _answer_all(self, received: bytes) -> bytes:
        while True:
            try:
                whole = unframed(received)
            except BadFrame:
                self._send(_CHECKSUM)
                return b""
            if whole is None:
                return received
            body, received = whole
            self.asked.append(body)
            if not self.silent:
                self._obey((body[0], body[1]))

    def _obey(self, command: tuple[int, int]) -> None:
        if command == self.lift_before:
            self.lift()
        if command in self.says:
            return self._send(self.says[command])
        if command == STATUS:
            return self._send(OK)
        if command == FIND:
            found = self._text is not None and not self._served
            return self._send(FOUND if found else NO_CARD, bytes(4) if found else b"")
        if command == SELECT:
            self._selected = self._text is not None
            return self._send(OK if self._selected else _SELECT_FAILED, bytes(8) if self._selected else b"")
        if command == READ:
            return self._send_card()
        return self._send(_COMMAND)

    def _send_card(self) -> None:
        if self._text is None or not self._selected:
            return self._send(_READ_FAILED)
        self._served = True
        lengths = len(self._text).to_bytes(2, "big") + len(_PHOTO).to_bytes(2, "big")
        return self._send(OK, lengths + self._text + _PHOTO)

    def _send(self, sw3: int, data: bytes = b"") -> None:
        out = frame(bytes([0x00, 0x00, sw3]) + data)
        if self.spoil:
            self.spoil -= 1
            out = out[:-1] + bytes([out[-1] ^ 0xFF])
        os.write(self._line, out)
