"""What all LED boards have in common: the picture is kept, and sent again by itself.

Lamps only listen: a board that lost its registers (a dip of the supply, a spike on the wire) shows
dark or frozen and nobody is told. So everything its chips keep, and the picture, are sent again every
`reinit_s`, and after any error (F43), by a thread of the board.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from PIL import Image

from edge.devices.backoff import backoff
from edge.devices.ports import Health
from edge.errors import DeviceError

_CHECK_S = 1.0


class Chain(Protocol):
    """The lamps of one kind and their wires. Each method may raise; `explain` puts the error in words.

    All are called by one thread at a time.
    """

    def restore(self, frame: Image.Image) -> None:
        """Takes the wires if need be; sends everything the chips keep, and the picture, without a flicker."""

    def draw(self, frame: Image.Image) -> None:
        """The picture alone."""

    def light(self) -> None:
        """Every lamp, for somebody who looks for a dead one."""

    def dark(self) -> None: ...

    def release(self) -> None:
        """Gives the wires back; raises nothing."""

    def explain(self, error: Exception) -> str: ...


class FreshBoard:
    """`Board` over a chain of lamps."""

    kind = "board"

    def __init__(self, id: str, size: tuple[int, int], reinit_s: float, chain: Chain) -> None:
        self.id = id
        self.width, self.height = size
        self._reinit_s = reinit_s
        self._chain = chain
        self._lock = threading.Lock()
        self._frame = Image.new("1", size)
        self._cause = "not opened yet"
        self._closing = threading.Event()
        self._refresher: threading.Thread | None = None

    def open(self) -> None:
        if self._refresher is not None:
            return
        self._closing.clear()
        self._refresh()
        self._refresher = threading.Thread(target=self._keep_fresh, name=f"board-{self.id}", daemon=True)
        self._refresher.start()

    def close(self) -> None:
        """Leaves the board dark: a number that nobody calls any more must not stand there."""
        refresher, self._refresher = self._refresher, None
        if refresher is None:
            return
        self._closing.set()
        refresher.join(5)
        with self._lock:
            self._attempt(self._chain.dark)
            self._chain.release()
            self._cause = "closed"

    def show(self, frame: Image.Image) -> None:
        if frame.mode != "1" or frame.size != (self.width, self.height):
            raise DeviceError(f'{self.id}: a frame must be {self.width}×{self.height} lamps of mode "1"', "frame")
        with self._lock:
            # Kept before it is sent: after an error the refresher draws this one, not the last that went well.
            self._frame = frame.copy()
            if self._refresher is None:
                raise DeviceError(f"{self.id}: {self._cause}")
            fine = self._attempt(lambda: self._chain.draw(self._frame)) if not self._cause else self._restore()
        if not fine:
            raise DeviceError(f"{self.id}: {self._cause}")

    def health(self) -> Health:
        return Health("failed", self._cause) if self._cause else Health("ok")

    def check(self) -> Health:
        """Lights every lamp for a moment, then the picture again."""
        with self._lock:
            if self._restore() and self._attempt(self._chain.light):
                self._closing.wait(_CHECK_S)
                self._restore()
        return self.health()

    def _keep_fresh(self) -> None:
        waits = backoff()
        while not self._closing.wait(self._next_wait(waits)):
            if self._refresh():
                waits = backoff()

    def _next_wait(self, waits: Iterator[float]) -> float:
        return next(waits) if self._cause else float(self._reinit_s)

    def _refresh(self) -> bool:
        with self._lock:
            return self._restore()

    def _restore(self) -> bool:
        return self._attempt(lambda: self._chain.restore(self._frame))

    def _attempt(self, action: Callable[[], None]) -> bool:
        try:
            action()
        except Exception as error:
            # spidev, lgpio, gpiozero and the kernel each raise their own kinds; all mean "not shown".
            self._cause = self._chain.explain(error)
            self._chain.release()
            return False
        self._cause = ""
        return True
