"""Keeps the LED boards showing the hall: one thread a board, the latest picture wins.

A board that is slow or broken holds up nobody: `show` only leaves the new picture lying there. A frame
is sent when it differs from the one sent last; a board that failed is tried again every second.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
from PIL import Image, ImageFont

from edge.clock import mono_ms
from edge.devices.ports import Board, Health
from edge.errors import DeviceError
from edge.faces import board as faces
from edge.faces import lamps
from edge.faces.lettering import Letters
from edge.hall.view import HallView

_log = logging.getLogger(__name__)
_AGAIN_MS = 1_000

UNIFONT = (
    Path("/usr/share/fonts/opentype/unifont/unifont.otf"),
    Path("/usr/share/fonts/truetype/unifont/unifont.ttf"),
)
_LINE = 16
_SMALL = 8


class Placed(msgspec.Struct, frozen=True):
    """A board and what it shows: a counter's id, or None for the summary (`bindings.shown`)."""

    board: Board
    counter: str | None


def letters_for(height: int, fonts: tuple[Path, ...] = UNIFONT) -> tuple[Letters, Health]:
    """The letters for a board of `height` lamps.

    Boards of 16 lamps and more use Unifont, whose 16-pixel glyphs are crisp. Without it, and on boards
    of 8 lamps, which no hanzi fits, Pillow's built-in Latin font serves, so numbers are still shown.
    """
    latin = ImageFont.load_default_imagefont()
    if height < _LINE:
        return Letters(latin, height=_SMALL, top=2, latin=True, capitals=True), Health("ok")
    for path in fonts:
        if path.is_file():
            return Letters(ImageFont.truetype(path, _LINE), height=_LINE), Health("ok")
    cause = "boards show no Chinese: the font Unifont is missing; apt install fonts-unifont, then restart"
    return Letters(latin, height=_LINE, top=-2, latin=True), Health("degraded", cause)


class Boards:
    """All boards of a hall.

    Blinking, scrolling and turning pages follow `clock`, a steady one in ms: nothing jumps when the
    wall clock is set, and a hall whose own time runs fast (the demo's) is still read at ease.
    """

    def __init__(
        self,
        placed: tuple[Placed, ...],
        setting: faces.Setting,
        *,
        clock: Callable[[], int] = mono_ms,
        fonts: tuple[Path, ...] = UNIFONT,
    ) -> None:
        self._workers = {one.board.id: _Worker(one, setting, clock, fonts) for one in placed}

    def start(self) -> None:
        for worker in self._workers.values():
            worker.start()

    def stop(self) -> None:
        """The boards themselves are closed (and so dark) by who opened them."""
        for worker in self._workers.values():
            worker.stop()

    def show(self, view: HallView) -> None:
        """The hall as it is now; never blocks, so it may be called after each commit in the engine's thread."""
        for worker in self._workers.values():
            worker.leave(view)

    def use(self, setting: faces.Setting) -> None:
        """Other languages or pause reasons from the next picture on."""
        for worker in self._workers.values():
            worker.use(setting)

    def health(self, board: str) -> Health:
        """Of the board's device, and of its letters when the device is well."""
        return self._workers[board].health()

    def frame(self, board: str) -> Image.Image | None:
        """The frame the board took last, for pages; None: none yet, or it failed."""
        return self._workers[board].sent


class _Worker:
    def __init__(
        self, placed: Placed, setting: faces.Setting, clock: Callable[[], int], fonts: tuple[Path, ...]
    ) -> None:
        self._board, self._counter, self._clock = placed.board, placed.counter, clock
        self._letters, self._lettering = letters_for(placed.board.height, fonts)
        self.use(setting)
        self._news = threading.Condition()
        self._view: HallView | None = None
        self._seq, self._ahead = -1, 0
        self._stopping = False
        self._failing = False
        self.sent: Image.Image | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"show-{self._board.id}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        with self._news:
            self._stopping = True
            self._news.notify()
        thread.join(5)

    def use(self, setting: faces.Setting) -> None:
        # A font without hanzi gets English words, not holes.
        self._setting = msgspec.structs.replace(setting, languages=("en",)) if self._letters.latin else setting

    def leave(self, view: HallView) -> None:
        with self._news:
            self._view = view
            if view.seq != self._seq:
                # The view is of this very moment; one told again (nothing happened) is older.
                self._seq, self._ahead = view.seq, self._clock() - view.at
            self._news.notify()

    def health(self) -> Health:
        if self._thread is not None and not self._thread.is_alive():
            return Health("failed", f"nothing is sent to {self._board.id} any more; see the log, restart the node")
        device = self._board.health()
        return self._lettering if device.status == "ok" else device

    def _run(self) -> None:
        face = faces.Face(())
        wait: float | None = None
        while True:
            with self._news:
                self._news.wait_for(lambda: self._stopping or self._view is not None, wait)
                if self._stopping:
                    return
                (view, self._view), ahead = (self._view, None), self._ahead
            if view is not None:
                face = self._face(view)
            wait = self._send(self._frame(face, ahead))

    def _frame(self, face: faces.Face, ahead: int) -> lamps.Frame:
        now = self._clock()
        return lamps.frame(face, self._board.width, self._board.height, self._letters, now, now - ahead)

    def _face(self, view: HallView) -> faces.Face:
        return faces.face(view, self._counter, lamps.rows(self._board.height, self._letters), self._setting)

    def _send(self, frame: lamps.Frame) -> float | None:
        """Seconds until the next look, None: only at news."""
        if self.sent is None or frame.image.tobytes() != self.sent.tobytes():
            try:
                self._board.show(frame.image)
            except DeviceError as error:
                self._fail(error)
                return _AGAIN_MS / 1000
            self.sent = frame.image
            self._recover()
        return None if frame.until is None else max(0.0, (frame.until - self._clock()) / 1000)

    def _fail(self, error: DeviceError) -> None:
        self.sent = None
        if not self._failing:
            _log.warning("board %s: %s", self._board.id, error.detail)
        self._failing = True

    def _recover(self) -> None:
        if self._failing:
            _log.info("board %s shows again", self._board.id)
        self._failing = False
