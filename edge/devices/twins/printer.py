"""The printer's twin: the same conversation, with a printer of paper only at the other end of the wire."""

import io
import threading
import time
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageOps

from edge.config import PrinterShape
from edge.devices.escpos_dialogue import EscposPrinter
from edge.devices.twins.escpos_paper import Paper, Sheet, Trouble
from edge.errors import ConfigError, DeviceError
from edge.faces.typeface import Typeface
from edge.typefaces import find_typeface

_MARGIN = 24


class TwinWire:
    """To a `Paper`, in memory. `bytes_per_s`: how fast it takes a document; None: at once."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.plugged = True
        self.bytes_per_s: float | None = None
        self._answers = bytearray()
        self._came = threading.Condition()

    def open(self, timeout_s: float) -> None:
        self._need_plug()

    def close(self) -> None:
        with self._came:
            self._answers.clear()

    def send(self, data: bytes, timeout_s: float) -> None:
        self._need_plug()
        if self.bytes_per_s and len(data) / self.bytes_per_s > timeout_s:
            time.sleep(timeout_s)
            self.heard(self.paper.receive(data[: int(timeout_s * self.bytes_per_s)]))
            raise DeviceError("the printer takes data too slowly")
        if self.bytes_per_s:
            time.sleep(len(data) / self.bytes_per_s)
        self.heard(self.paper.receive(data))

    def receive(self, timeout_s: float) -> bytes:
        self._need_plug()
        with self._came:
            self._came.wait_for(lambda: self._answers, timeout_s)
            came = bytes(self._answers)
            self._answers.clear()
        return came

    def carrying_s(self, size: int) -> float:
        return 0.0

    def heard(self, answers: bytes) -> None:
        """The printer says something."""
        with self._came:
            self._answers += answers
            self._came.notify_all()

    def _need_plug(self) -> None:
        if not self.plugged:
            raise DeviceError("the printer is unplugged: put its cable back")


class TwinPrinter(EscposPrinter):
    """Public beside the port: what a person can do to a printer, and the slips that came out.

    `face` draws text sent as characters (None: what this machine has, without Chinese where it has none);
    `clock` gives ms since 1970; the last `keep` slips are kept.
    """

    def __init__(
        self,
        section: PrinterShape,
        face: Typeface | None = None,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        keep: int = 12,
    ) -> None:
        self.paper = Paper(section.width_mm, face or _face(), clock, keep)
        self._line = TwinWire(self.paper)
        super().__init__(section, self._line)

    def slips(self) -> tuple[Sheet, ...]:
        """What came out, newest first."""
        return tuple(reversed(self.paper.sheets))

    def png(self, sheet: int) -> bytes:
        """The slip with that id as it looks. Raises KeyError when it is not kept any more."""
        for one in self.slips():
            if one.id == sheet:
                return _png(one.picture)
        raise KeyError(sheet)

    def switches(self) -> dict[str, bool]:
        """`paper_out`, `cover_open`, `unplugged`, `near_end`, as they stand."""
        return {
            "paper_out": self.paper.paper_out,
            "cover_open": self.paper.cover_open,
            "unplugged": not self._line.plugged,
            "near_end": self.paper.near_end,
        }

    def toggle(self, what: str, on: bool) -> None:
        """Moves one of `switches()`. Raises KeyError for another word."""
        if what == "unplugged":
            self._unplug(on)
        elif what in self.switches():
            self._line.heard(self.paper.set(**{what: on}))
        else:
            raise KeyError(what)

    def trouble_after(self, count: int, trouble: Trouble) -> None:
        """Paper out, cover open or power off once `count` more bytes have come."""
        self.paper.trouble_after(count, trouble)

    def slow(self, bytes_per_s: float | None) -> None:
        """How fast it takes documents; None: at once."""
        self._line.bytes_per_s = bytes_per_s

    def mend(self) -> None:
        """New paper, cover closed, power and cable back."""
        self._unplug(False)
        self._line.heard(self.paper.mend())

    def _unplug(self, on: bool) -> None:
        self._line.plugged = not on
        if on:
            self._line.close()
        self.paper.switch(not on)


@cache
def _face() -> Typeface | None:
    try:
        return find_typeface()
    except ConfigError:
        return None


def _png(picture: Image.Image) -> bytes:
    paper = ImageOps.expand(ImageOps.invert(picture.convert("L")), _MARGIN, 255)
    out = io.BytesIO()
    paper.convert("1").save(out, "PNG", optimize=False)
    return out.getvalue()
