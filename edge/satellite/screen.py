"""One board of a satellite: a thread that shows the latest picture the node sent and says what became of it."""

import logging
import threading
from collections.abc import Callable

import msgspec
from PIL import Image

from edge.devices.ports import Board, Health
from edge.errors import DeviceError
from edge.satellite.messages import Check, Checked, Message, Show, Shown

_log = logging.getLogger(__name__)
Answer = Callable[[Message], None]


class _Wish(msgspec.Struct, frozen=True):
    """`answer` goes to the connection the wish came by, and to no later one."""

    wanted: Show | Check
    answer: Answer


class Screen:
    """`show`, `check` and `darken` never wait for the board."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._news = threading.Condition()
        self._picture: _Wish | None = None
        self._check: _Wish | None = None
        self._dark = False
        self._stopping = False
        self._worker: threading.Thread | None = None

    def start(self) -> None:
        self._worker = threading.Thread(target=self._run, name=f"screen-{self.board.id}", daemon=True)
        self._worker.start()

    def stop(self) -> None:
        """The board itself is closed by who opened it."""
        worker, self._worker = self._worker, None
        if worker is not None:
            with self._news:
                self._stopping = True
                self._news.notify()
            worker.join(5)

    @property
    def alive(self) -> bool:
        return self._worker is not None and self._worker.is_alive()

    def show(self, wanted: Show, answer: Answer) -> None:
        with self._news:
            self._picture, self._dark = _Wish(wanted, answer), False
            self._news.notify()

    def check(self, wanted: Check, answer: Answer) -> None:
        with self._news:
            self._check = _Wish(wanted, answer)
            self._news.notify()

    def darken(self) -> None:
        """The node is gone: what stands there is not called any more."""
        with self._news:
            self._picture, self._dark = None, True
            self._news.notify()

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._stopping or self._picture or self._check or self._dark)
                if self._stopping:
                    return
                (picture, check, dark), self._dark = (self._picture, self._check, self._dark), False
                self._picture = self._check = None
            if dark:
                self._light(bytes(self._size))
            if picture is not None and isinstance(picture.wanted, Show):
                cause = self._light(picture.wanted.bits)
                picture.answer(Shown(self.board.id, picture.wanted.number, cause))
            if check is not None:
                found = self._tried()
                check.answer(Checked(self.board.id, check.wanted.number, found.status, found.cause))

    @property
    def _size(self) -> int:
        return (self.board.width + 7) // 8 * self.board.height

    def _light(self, bits: bytes) -> str:
        """Why the board did not take them; empty: it did."""
        if len(bits) != self._size:
            return f"a picture of {len(bits)} bytes; {self._size} are this board's"
        try:
            self.board.show(Image.frombytes("1", (self.board.width, self.board.height), bits))
        except DeviceError as error:
            return error.detail
        except Exception as error:
            _log.exception("board %s", self.board.id)
            return f"internal fault of its driver: {type(error).__name__}; see the satellite's log"
        return ""

    def _tried(self) -> Health:
        try:
            return self.board.check()
        except Exception as error:
            _log.exception("board %s", self.board.id)
            return Health("failed", f"internal fault of its driver: {type(error).__name__}; see the satellite's log")
