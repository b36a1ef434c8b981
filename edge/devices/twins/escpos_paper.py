"""A receipt printer without the metal: takes ESC/POS bytes, answers as a printer does, and draws what
comes out as pictures.

It keeps what it received but could not print yet (paper out, cover open) and prints it later, answers
DLE EOT at once and GS r in its turn, and forgets everything when switched off.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Literal

import msgspec
from PIL import Image

from edge.devices.twins.escpos_page import Page
from edge.devices.twins.escpos_tokens import Token, Tokenizer
from edge.faces.paper import DOTS
from edge.faces.typeface import Typeface

Trouble = Literal["paper_out", "cover_open", "off"]


class Sheet(msgspec.Struct, frozen=True):
    """One piece of paper that came out. `text` and `codes`: what was printed as characters and as QR codes."""

    id: int
    at: int
    picture: Image.Image
    text: str
    codes: tuple[str, ...]
    cut: bool
    """False: torn off by hand, because the document never ended."""


class Paper:
    """`clock` gives ms since 1970; the last `keep` sheets stay in `sheets`, newest last."""

    def __init__(self, width_mm: int, face: Typeface | None, clock: Callable[[], int], keep: int = 12) -> None:
        self._lock = threading.RLock()
        self._dots = DOTS[width_mm]
        self._face = face
        self._clock = clock
        self._tokens = Tokenizer()
        self._waiting: deque[Token] = deque()
        self._page = Page(self._dots, face)
        self._count = 0
        self._fuse: tuple[int, Trouble] | None = None
        self.sheets: deque[Sheet] = deque(maxlen=keep)
        self.on = True
        self.paper_out = False
        self.near_end = False
        self.cover_open = False
        self.received = 0
        """Bytes taken since it was made, status questions included."""

    @property
    def unknown(self) -> list[bytes]:
        """Commands no slip should use."""
        return self._tokens.unknown

    def receive(self, data: bytes) -> bytes:
        """Takes bytes, prints what it can, and returns what it answers; b"" from a printer that is off."""
        with self._lock:
            answers = b""
            if self._fuse is not None and len(data) >= self._fuse[0]:
                after, trouble = self._fuse
                self._fuse = None
                answers = self._take(data[:after])
                self.trouble(trouble)
                data = data[after:]
            elif self._fuse is not None:
                self._fuse = (self._fuse[0] - len(data), self._fuse[1])
            return answers + self._take(data)

    def trouble_after(self, count: int, trouble: Trouble) -> None:
        """The trouble comes when `count` more bytes have been received."""
        with self._lock:
            self._fuse = (count, trouble)

    def trouble(self, trouble: Trouble) -> None:
        with self._lock:
            if trouble == "off":
                self.switch(False)
            elif trouble == "paper_out":
                self.paper_out = True
            else:
                self.cover_open = True

    def switch(self, on: bool) -> None:
        """Off: everything received and not yet printed is gone; what is half out stays in the slot."""
        with self._lock:
            self.on = on
            self._tokens.reset()
            self._waiting.clear()
            self._page.reset()

    def mend(self) -> bytes:
        """New paper, cover closed, power on; what waited is printed. Returns the answers that waited too."""
        with self._lock:
            if not self.on:
                self.switch(True)
            self.paper_out = self.cover_open = self.near_end = False
            return self._work()

    def set(
        self, *, paper_out: bool | None = None, cover_open: bool | None = None, near_end: bool | None = None
    ) -> bytes:
        """Changes what is given; returns the answers of what could be printed now."""
        with self._lock:
            self.paper_out = self.paper_out if paper_out is None else paper_out
            self.cover_open = self.cover_open if cover_open is None else cover_open
            self.near_end = self.near_end if near_end is None else near_end
            return self._work()

    def tear(self) -> None:
        """Somebody tears off what hangs out, cut or not."""
        with self._lock:
            self._page.reset()
            self._finish(cut=False)

    def _take(self, data: bytes) -> bytes:
        if not self.on or not data:
            return b""
        self.received += len(data)
        answers = b""
        for token in self._tokens.feed(data):
            if token.command == b"\x10\x04":
                answers += self._status(token.data[0])
            elif token.command not in (b"\x10\x05", b"\x10\x14"):
                self._waiting.append(token)
        return answers + self._work()

    def _work(self) -> bytes:
        answers = b""
        while self._waiting and self.on and not self.paper_out and not self.cover_open:
            token = self._waiting.popleft()
            if token.command == b"\x1dr":
                answers += bytes([0x03 if self.near_end else 0x00])
            elif token.command == b"\x1dV":
                self._page.line_feed()
                self._finish(cut=True)
            else:
                self._page.print(token)
        return answers

    def _status(self, kind: int) -> bytes:
        stopped = self.paper_out or self.cover_open
        if kind == 1:
            return bytes([0x12 | (0x08 if stopped else 0)])
        if kind == 2:
            return bytes([0x12 | (0x04 if self.cover_open else 0) | (0x20 if self.paper_out else 0)])
        if kind == 4:
            return bytes([0x12 | (0x0C if self.near_end or self.paper_out else 0) | (0x60 if self.paper_out else 0)])
        return b"\x12"

    def _finish(self, cut: bool) -> None:
        out = self._page.take()
        if out is None:
            return
        self._count += 1
        picture, text, codes = out
        self.sheets.append(Sheet(self._count, self._clock(), picture, text, codes, cut))
