"""Keeps the LED boards showing the hall: one thread a chain of lamps, the latest picture wins.

A chain is cut into views, one for each window or summary it serves; their pictures are put together and
sent at once. A board that is slow or broken holds up nobody: `show` only leaves the new picture lying
there. A frame is sent when it differs from the one sent last; a board that failed is tried again every second.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from PIL import Image, ImageFont

from contract.catalogue import Catalogue, Text
from edge import bindings
from edge.clock import mono_ms
from edge.config_devices import BoardShape
from edge.devices.ports import Board, Health
from edge.errors import DeviceError
from edge.faces import board as faces
from edge.faces import lamps
from edge.faces.lettering import Letters
from edge.hall.view import HallView

_log = logging.getLogger(__name__)
_AGAIN_MS = 1_000
_LOOK_MS = 5_000
"""How often notices, which come and run out without any commit, are looked at."""

UNIFONT = (
    Path("/usr/share/fonts/opentype/unifont/unifont.otf"),
    Path("/usr/share/fonts/truetype/unifont/unifont.ttf"),
)
_LINE = 16
_SMALL = 8


class Part(msgspec.Struct, frozen=True):
    """One rectangle of a chain, in lamps from the top left, and what it shows."""

    shown: bindings.Shown
    x: int
    y: int
    width: int
    height: int


class Placed(msgspec.Struct, frozen=True):
    """A chain of lamps and the parts it is cut into."""

    board: Board
    parts: tuple[Part, ...]


def whole(board: Board, shown: bindings.Shown) -> Placed:
    """The chain shows one thing."""
    return Placed(board, (Part(shown, 0, 0, board.width, board.height),))


def placed(board: Board, section: BoardShape, offered: Catalogue) -> Placed:
    """As the configuration cuts it. Raises ConfigError."""
    field = f"boards.{section.id}"
    if section.shows:
        return whole(board, bindings.shown(section.shows, offered, f"{field}.shows"))
    return Placed(
        board,
        tuple(
            Part(
                bindings.shown(view.shows, offered, f"{field}.views[{n}].shows"),
                view.x,
                view.y,
                view.width,
                view.height,
            )
            for n, view in enumerate(section.views)
        ),
    )


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
    `notices`: those of the centre that hold now; asked in the boards' threads.
    """

    def __init__(
        self,
        placed: tuple[Placed, ...],
        setting: faces.Setting,
        *,
        clock: Callable[[], int] = mono_ms,
        fonts: tuple[Path, ...] = UNIFONT,
        notices: Callable[[], Sequence[Text]] = tuple,
    ) -> None:
        self._workers = {one.board.id: _Worker(one, setting, clock, fonts, notices) for one in placed}

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


class _View:
    """One part of a chain: its letters, and the face it has now."""

    def __init__(self, part: Part, fonts: tuple[Path, ...]) -> None:
        self.part = part
        self.letters, self.lettering = letters_for(part.height, fonts)
        self._rows = lamps.rows(part.height, self.letters)
        self._face = faces.Face(())

    def look(self, view: HallView, setting: faces.Setting) -> None:
        if self.letters.latin:
            # A font without hanzi gets English words, not holes.
            setting = msgspec.structs.replace(setting, languages=("en",), hanzi=False)
        self._face = faces.face(view, self.part.shown, self._rows, setting)

    def frame(self, now: int, hall_now: int) -> lamps.Frame:
        return lamps.frame(self._face, self.part.width, self.part.height, self.letters, now, hall_now)


class _Worker:
    def __init__(
        self,
        placed: Placed,
        setting: faces.Setting,
        clock: Callable[[], int],
        fonts: tuple[Path, ...],
        notices: Callable[[], Sequence[Text]],
    ) -> None:
        self._board, self._clock, self._notices = placed.board, clock, notices
        self._views = tuple(_View(part, fonts) for part in placed.parts)
        self._setting = setting
        self._news = threading.Condition()
        self._view: HallView | None = None
        self._fresh = False
        self._read_at: int | None = None
        self._told: tuple[Text, ...] = ()
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
        self._setting = setting

    def leave(self, view: HallView) -> None:
        with self._news:
            self._view, self._fresh = view, True
            if view.seq != self._seq:
                # The view is of this very moment; one told again (nothing happened) is older.
                self._seq, self._ahead = view.seq, self._clock() - view.at
            self._news.notify()

    def health(self) -> Health:
        if self._thread is not None and not self._thread.is_alive():
            return Health("failed", f"nothing is sent to {self._board.id} any more; see the log, restart the node")
        device = self._board.health()
        if device.status != "ok":
            return device
        return next((view.lettering for view in self._views if view.lettering.status != "ok"), device)

    def _run(self) -> None:
        wait: float | None = None
        while True:
            with self._news:
                self._news.wait_for(lambda: self._stopping or self._fresh, wait)
                if self._stopping:
                    return
                view, fresh, ahead = self._view, self._fresh, self._ahead
                self._fresh = False
            if view is None:
                continue
            if self._read_notices() or fresh:
                self._look(view)
            wait = self._send(self._frame(ahead))

    def _read_notices(self) -> bool:
        """Now and then, not at each call: they lie in documents, which are being written at times."""
        if self._read_at is not None and self._clock() < self._read_at + _LOOK_MS:
            return False
        self._read_at, before = self._clock(), self._told
        try:
            self._told = tuple(self._notices())
        except Exception:
            _log.exception("board %s: no notices", self._board.id)  # calls matter more
        return self._told != before

    def _look(self, view: HallView) -> None:
        setting = msgspec.structs.replace(self._setting, notices=self._told)
        for each in self._views:
            each.look(view, setting)

    def _frame(self, ahead: int) -> lamps.Frame:
        """The whole chain, put together from its views, to be sent at once."""
        now = self._clock()
        image = Image.new("1", (self._board.width, self._board.height))
        frames = [(each.part, each.frame(now, now - ahead)) for each in self._views]
        for part, frame in frames:
            image.paste(frame.image, (part.x, part.y))
        return lamps.Frame(image, min((frame.until for _, frame in frames if frame.until is not None), default=None))

    def _send(self, frame: lamps.Frame) -> float:
        """Seconds until the next look."""
        if self.sent is None or frame.image.tobytes() != self.sent.tobytes():
            try:
                self._board.show(frame.image)
            except DeviceError as error:
                self._fail(error)
                return _AGAIN_MS / 1000
            self.sent = frame.image
            self._recover()
        now = self._clock()
        until = now + _LOOK_MS if frame.until is None else min(frame.until, now + _LOOK_MS)
        return max(0.0, (until - now) / 1000)

    def _fail(self, error: DeviceError) -> None:
        self.sent = None
        if not self._failing:
            _log.warning("board %s: %s", self._board.id, error.detail)
        self._failing = True

    def _recover(self) -> None:
        if self._failing:
            _log.info("board %s shows again", self._board.id)
        self._failing = False
