"""A card reader with a thread of its own, which attends to it from `open` to `close`."""

import threading

from edge.devices.listeners import Failed, Listeners, Read
from edge.devices.ports import Health


class Attended:
    """What such drivers share of `CardReader`. `_cause`: what is wrong; empty while it reads. `ends_s`: how long the
    thread may take to see that it is to end."""

    kind = "reader"

    def __init__(self, id_: str, ends_s: float = 5.0) -> None:
        self.id = id_
        self._ends_s = ends_s
        self._listeners = Listeners(id_)
        self._cause = "not opened yet"
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, read: Read, failed: Failed) -> None:
        self._listeners.watch(read, failed)

    def open(self) -> None:
        if self._thread is not None:
            return
        self._closing.clear()
        self._look()
        self._thread = threading.Thread(target=self._run, name=f"reader-{self.id}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._closing.set()
        thread.join(self._ends_s)
        self._cause = "closed"

    def health(self) -> Health:
        return Health("failed", self._cause) if self._cause else Health("ok")

    def _look(self) -> None:
        """Whether it is there, before the thread begins: sets `_cause`."""
        raise NotImplementedError

    def _run(self) -> None:
        """The thread, until `_closing`."""
        raise NotImplementedError
