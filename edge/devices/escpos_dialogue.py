"""The conversation with an ESC/POS printer, whatever wire it hangs on: ask, print, and believe only answers.

A printer switched off in the middle of a document says nothing, and sockets and serial lines take the
rest of it gladly. So a document counts as printed only when the printer answered a question that stands
behind it in its own buffer (GS r), and an empty read is never good news.
"""

import re
import threading
import time
from typing import Literal, Protocol

from edge.config import PrinterShape
from edge.devices.ports import Health, PrinterStatus
from edge.errors import DeviceError
from edge.faces.escpos import RESYNC

_ASK_STATUS = b"\x10\x04\x01\x10\x04\x02\x10\x04\x04"
_ASK_PROCESSED = b"\x1dr\x01"
_LOOK_S = 0.25
"""How often a printer at work is asked whether it has stopped."""
_FRESH_S = 0.5
"""A status this young is not asked for again before a document."""
_BAND = re.compile(rb"\x1dv0\x00..(..)", re.DOTALL)
"""A picture (GS v 0) with its height in dots."""
_DOTS_MM = 8
_LINE_MM = 3.75
_SILENT = "the printer does not answer: is it switched on, is its cable or network in place"


class Wire(Protocol):
    """One way to a printer. All raise DeviceError and take no longer than `timeout_s`."""

    def open(self, timeout_s: float) -> None: ...

    def close(self) -> None: ...

    def send(self, data: bytes, timeout_s: float) -> None:
        """All of it, or an error."""

    def receive(self, timeout_s: float) -> bytes:
        """What came; b"" when nothing did in time. Raises DeviceError when the other end is gone."""

    def carrying_s(self, size: int) -> float:
        """Seconds the line itself needs for so many bytes."""


def printing_s(document: bytes) -> float:
    """Seconds a slow mechanism (60 mm/s) may take for what is longer than a slip of 150 mm."""
    heights = [int.from_bytes(band[1], "little") for band in _BAND.finditer(document)]
    length_mm = sum(heights) / _DOTS_MM if heights else document.count(b"\n") * _LINE_MM
    return max(0.0, length_mm - 150) / 60


def judged(causes: int, paper: int, online: int) -> PrinterStatus:
    """The three answers to DLE EOT 2, 4 and 1 as one status."""
    cover = bool(causes & 0x04)
    out = bool(causes & 0x20 or paper & 0x60)
    level: Literal["ok", "near_end", "out"] = "out" if out else ("near_end" if paper & 0x0C else "ok")
    if cover:
        cause = "the printer's cover is open: close it"
    elif out:
        cause = "the printer is out of paper: put in a new roll"
    elif causes & 0x40:
        cause = "the printer reports an error: look at its cutter, then switch it off and on"
    elif online & 0x08:
        cause = "the printer is offline: press its feed or online key"
    else:
        cause = ""
    stopped = bool(cause) and not cover and not out
    return PrinterStatus(not stopped, level, cover, cause)


class EscposPrinter:
    """A printer behind a wire. `section` gives paper width and times; public methods as `ports.Printer`."""

    kind = "printer"

    def __init__(self, section: PrinterShape, wire: Wire) -> None:
        self.id = section.id
        self.section = section
        self._wire = wire
        self._lock = threading.Lock()
        self._open = False
        self._half = False
        """A document may have stopped in the middle: its rest must not swallow the next one."""
        self._ready_at = float("-inf")
        self._health = Health("failed", "not opened yet")

    def open(self) -> None:
        self.status()

    def close(self) -> None:
        with self._lock:
            self._hang_up()
            self._health = Health("failed", "closed")

    def health(self) -> Health:
        return self._health

    def check(self) -> Health:
        self.status()
        return self._health

    def status(self) -> PrinterStatus:
        end = time.monotonic() + self.section.timeout_s
        if not self._lock.acquire(timeout=self.section.timeout_s):
            return PrinterStatus(False, "ok", False, "the printer is still busy with a document")
        try:
            return self._ask(end)
        except DeviceError as error:
            self._failed(error)
            return PrinterStatus(False, "ok", False, error.detail)
        finally:
            self._lock.release()

    def print(self, document: bytes) -> None:
        size = len(document) + (len(RESYNC) if self._half else 0)
        end = time.monotonic() + self.section.timeout_s + self._wire.carrying_s(size) + printing_s(document)
        if not self._lock.acquire(timeout=self.section.timeout_s):
            raise DeviceError("the printer is still busy with a document")
        try:
            self._require_ready(end)
            self._deliver(document, end)
        except DeviceError as error:
            self._failed(error)
            raise
        finally:
            self._lock.release()

    def _require_ready(self, end: float) -> None:
        if self._open and time.monotonic() - self._ready_at < _FRESH_S:
            return
        status = self._ask(end)
        if not status.ready:
            raise DeviceError(status.cause)

    def _deliver(self, document: bytes, end: float) -> None:
        document = RESYNC + document if self._half else document
        self._half = True
        self._ready_at = float("-inf")
        if self.section.confirm == "status":
            self._send(document, end)
            status = self._ask_open(end)
            if not status.ready:
                raise DeviceError(status.cause)
        else:
            self._send(document + _ASK_PROCESSED, end)
            self._await_processed(end)
        self._half = False
        self._ready_at = time.monotonic()

    def _await_processed(self, end: float) -> None:
        """Waits for the answer to GS r, asking beside it whether the printer has stopped."""
        answers: list[int] = []
        look = time.monotonic() + _LOOK_S
        while True:
            now = time.monotonic()
            if now >= end:
                raise DeviceError(f"the printer did not confirm the slip within {self.section.timeout_s:g} s")
            for byte in self._wire.receive(max(0.001, min(end, look) - now)):
                if byte & 0x90 == 0:
                    return
                answers.append(byte)
            if len(answers) >= 3:
                self._stop_if_stopped(answers)
                answers = []
            if time.monotonic() >= look:
                self._send(_ASK_STATUS, end)
                look = time.monotonic() + _LOOK_S

    def _stop_if_stopped(self, answers: list[int]) -> None:
        online, causes, paper = answers[:3]
        status = judged(causes, paper, online)
        if not status.ready:
            raise DeviceError(status.cause)

    def _ask(self, end: float) -> PrinterStatus:
        """Asks on the open wire; one that went stale is opened anew, once, since nothing was printed on it."""
        if self._open:
            try:
                return self._ask_open(self._part_of(end))
            except DeviceError:
                self._hang_up()
        self._wire.open(max(0.001, end - time.monotonic()))
        self._open = True
        if self._half:
            try:
                return self._ask_open(self._part_of(end))
            except DeviceError:
                self._send(RESYNC, end)  # it may have taken the question for the rest of a picture
        return self._ask_open(end)

    @staticmethod
    def _part_of(end: float) -> float:
        now = time.monotonic()
        return now + 0.4 * (end - now)

    def _ask_open(self, end: float) -> PrinterStatus:
        while self._wire.receive(0):
            pass  # late answers to older questions
        self._send(_ASK_STATUS, end)
        answers: list[int] = []
        while len(answers) < 3:
            left = end - time.monotonic()
            came = self._wire.receive(left) if left > 0 else b""
            if not came:
                raise DeviceError(_SILENT)
            answers += [byte for byte in came if byte & 0x93 == 0x12]
        online, causes, paper = answers[:3]
        status = judged(causes, paper, online)
        self._note(status)
        return status

    def _note(self, status: PrinterStatus) -> None:
        if status.ready:
            self._ready_at = time.monotonic()
            near = status.paper == "near_end"
            self._health = Health("degraded", "the paper is nearly used up") if near else Health("ok")
        else:
            self._ready_at = float("-inf")
            self._health = Health("failed", status.cause)

    def _send(self, data: bytes, end: float) -> None:
        self._wire.send(data, max(0.001, end - time.monotonic()))

    def _failed(self, error: DeviceError) -> None:
        self._health = Health("failed", error.detail)
        self._hang_up()

    def _hang_up(self) -> None:
        self._open = False
        self._ready_at = float("-inf")
        self._wire.close()
