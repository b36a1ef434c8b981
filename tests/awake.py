"""A clock that stands still while the machine does, for tests that say what lasts no longer than so long."""

import threading
import time
from types import TracebackType

TICK_S, MOST_S = 0.01, 0.05


class Awake:
    """A context; `seconds` counts what this process lived through since it began. A moment that was not counted for
    longer than `MOST_S` is one in which nothing ran, so a wait that never ends is seen and a stall is not."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._at = time.monotonic()
        self._end = threading.Event()
        self._counting = threading.Thread(target=self._count, name="awake", daemon=True)

    def __enter__(self) -> "Awake":
        self._at = time.monotonic()
        self._counting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._counting.join()

    def _count(self) -> None:
        ended = False
        while not ended:
            ended = self._end.wait(TICK_S)
            now = time.monotonic()
            self.seconds += min(now - self._at, MOST_S)
            self._at = now
